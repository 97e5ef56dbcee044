import type { CallFact } from "../../processor/src/facts/call-fact.ts";
import type { Datasets } from "./dataset.ts";
import { factOf } from "./recorded-call.ts";

/** A row of the LLMDrift set: the same questions to the builds of two models. */
export interface Row {
  readonly model: string;
  readonly query: string;
  readonly answer: string;
  readonly ref_answer?: string;
  readonly answer_tokens?: number;
  readonly latency_s?: number;
}

/** One task, answered by two builds of a model. */
export interface DriftCell {
  readonly name: string;
  readonly before: readonly CallFact[];
  readonly after: readonly CallFact[];
}

const TASKS = ["prime_full", "counthappynumber", "leetcode_easy", "opinionqa", "sensitiveq"];
const FAMILIES = ["gpt-4", "gpt-3.5"];
/** The tasks that two builds of each family answered. */
export function driftCells(data: Datasets): readonly DriftCell[] {
  return TASKS.flatMap((task) => {
    const rows = data.rows(`llmdrift/${task}`) as readonly Row[];
    return FAMILIES.flatMap((family) => {
      const builds = [
        ...new Set(rows.map(({ model }) => model).filter((model) => model.startsWith(family))),
      ].toSorted();
      const [before = [], after = []] = builds.map((build) => factsOf(rows, build, task));
      return after.length === 0 ? [] : [{ name: `${family} ${task}`, before, after }];
    });
  });
}

/** The calls of one build, in a service of that name. */
export function factsOf(rows: readonly Row[], build: string, task: string): readonly CallFact[] {
  return rows
    .filter(({ model }) => model === build)
    .map(({ model, query, answer, answer_tokens: outputTokens, latency_s: duration }) =>
      factOf({ model, question: query, answer, outputTokens, duration }, task),
    );
}
