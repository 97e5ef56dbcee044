import {
  ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE,
  ATTR_SPANWARDEN_OUTPUT_LENGTH,
  ATTR_SPANWARDEN_OUTPUT_NUMBERS_INCONSISTENT_COUNT,
  ATTR_SPANWARDEN_OUTPUT_NUMBERS_UNSUPPORTED_COUNT,
  observe,
} from "@spanwarden/conventions";

import { auroc, bootstrap } from "./bootstrap.ts";
import type { Datasets } from "./dataset.ts";
import { share } from "./figure.ts";
import type { Measure } from "../measure/report.ts";
import { callOf } from "./recorded-call.ts";

interface Labelled {
  readonly question: string;
  readonly answer: string;
  readonly wrong: boolean;
}

const LENGTH = ATTR_SPANWARDEN_OUTPUT_LENGTH;
const SIGNALS = {
  hedging: ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE,
  "unsupported numbers": ATTR_SPANWARDEN_OUTPUT_NUMBERS_UNSUPPORTED_COUNT,
} as const;

/** Signals that need no model against labels of people; beside each set, what its length alone tells. */
export function hallucination(data: Datasets): readonly Measure[] {
  const sets: readonly (readonly [string, readonly Labelled[]])[] = [
    ["HaluEval", halueval(data)],
    ["RefChecker", refchecker(data)],
  ];
  return [
    ...sets.filter(([, rows]) => rows.length > 0).flatMap(([name, rows]) => areas(name, rows)),
    ...arithmetic(factool(data)),
  ];
}

function areas(name: string, rows: readonly Labelled[]): readonly Measure[] {
  const measured = rows.map(({ question, answer, wrong }) => ({ values: valuesOf(question, answer), wrong }));
  const of = (signal: string): ReturnType<typeof bootstrap> =>
    bootstrap(
      measured.map(({ values, wrong }) => ({ score: values.get(signal) ?? 0, real: wrong })),
      auroc,
    );
  const length = of(LENGTH).value;
  const reference = `length alone ${Math.max(length, 1 - length).toFixed(3)}`;
  return Object.entries(SIGNALS).map(([what, signal]) => ({
    name: `${name}: ${what}, AUROC`,
    ...of(signal),
    unit: "",
    n: rows.length,
    goal: "",
    ok: true,
    reference,
  }));
}

/** Sums and percentages that do not add up, in answers to questions of mathematics. */
function arithmetic(rows: readonly Labelled[]): readonly Measure[] {
  if (rows.length === 0) return [];
  const flagged = rows.filter(
    ({ question, answer }) =>
      (valuesOf(question, answer).get(ATTR_SPANWARDEN_OUTPUT_NUMBERS_INCONSISTENT_COUNT) ?? 0) > 0,
  );
  const right = flagged.filter(({ wrong }) => wrong).length;
  const goal = { text: "at least 90 %", holds: (percent: number) => percent >= 90 };
  return [share("arithmetic check, precision", right, flagged.length, goal)];
}

function valuesOf(question: string, answer: string): ReadonlyMap<string, number> {
  const { observations } = observe(callOf({ model: "", question, answer }));
  return new Map(observations.flatMap((o) => ("value" in o ? [[o.name, o.value] as const] : [])));
}

function halueval(data: Datasets): readonly Labelled[] {
  return (
    data.rows("halueval-general/general") as readonly {
      user_query: string;
      chatgpt_response: string;
      hallucination: string;
    }[]
  ).map((row) => ({ question: row.user_query, answer: row.chatgpt_response, wrong: row.hallucination === "yes" }));
}

function refchecker(data: Datasets): readonly Labelled[] {
  return (data.rows("refchecker/responses") as readonly { response: string; hallucinated: boolean }[]).map((row) => ({
    question: "",
    answer: row.response,
    wrong: row.hallucinated,
  }));
}

function factool(data: Datasets): readonly Labelled[] {
  return (data.rows("factool/math") as readonly { prompt: string; response: string; label: boolean }[]).map((row) => ({
    question: row.prompt,
    answer: row.response,
    wrong: !row.label,
  }));
}
