import { ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT } from "@spanwarden/conventions";

import { seededRandom } from "../../examples/node-service/random.ts";
import type { Fact } from "../../processor/src/facts/amendment.ts";
import type { Measure } from "../measure/report.ts";
import type { Datasets } from "./dataset.ts";
import { atLeast, atMost, quantile, share, type Goal } from "./figure.ts";
import { judgedModels } from "./judged-answers.ts";
import { callAt, judgeStream, scoreOf, type Judged } from "./judged-stream.ts";

/** Calls a minute. */
const RATE = 4;
const BEFORE = 1_000;
const HOURS = [6, 72];

/** How far the fault has come, from 0 to 1, and lots. */
type FactsOf = (n: number, at: number, progress: number, random: () => number) => readonly Fact[];

/** A worsening spread over hours or days, which a rolling reference follows; it then stays for as long again. */
export function slowDrift(data: Datasets, streams: number): readonly Measure[] {
  const count = Math.max(1, Math.ceil(streams / 6));
  return [
    ...HOURS.flatMap((hours) => worsening("format 99 -> 93 %", hours, count, formatAt(0.99, 0.93))),
    ...judgedFacts(data, 0.2).flatMap((factsOf) =>
      HOURS.flatMap((hours) => worsening("judged answers -20 %", hours, count, factsOf)),
    ),
    ...judgedFacts(data, 0.1).flatMap((factsOf) =>
      steady("judged answers -10 %, at once and for good", count, factsOf),
    ),
  ];
}

function worsening(name: string, hours: number, count: number, factsOf: FactsOf): readonly Measure[] {
  const calls = hours * 60 * RATE;
  const horizon = `${name} over ${hours} h`;
  const runs = runAll(count, 2 * calls, "opened", (n, at, random) => factsOf(n, at, Math.min(1, n / calls), random));
  const healthy = runAll(count, 2 * calls, "opened", (n, at, random) => factsOf(n, at, 0, random));
  const opened = runs.flatMap((run) => (run.opened === undefined ? [] : [run.opened - BEFORE]));
  const told = runs.flatMap((run) => first(run) ?? []);
  const progress = (calls_: number): string => `${Math.round((100 * Math.max(0, calls_)) / calls)} % of the way`;
  return [
    share(`${horizon}: incident`, opened.length, count, atLeast(95), `median ${progress(quantile(opened, 0.5))}`),
    share(`${horizon}: noticed or opened`, told.length, count, atLeast(95), `median ${progress(quantile(told, 0.5))}`),
    ...quietly(horizon, healthy, count, atMost(1)),
  ];
}

function steady(name: string, count: number, factsOf: FactsOf): readonly Measure[] {
  const calls = 4_000;
  const runs = runAll(count, calls, "found", (n, at, random) => factsOf(n, at, n < 0 ? 0 : 1, random));
  const told = runs.flatMap((run) => first(run) ?? []);
  return [
    share(
      `${name}: noticed within ${calls} calls`,
      told.length,
      count,
      atLeast(95),
      `median ${quantile(told, 0.5)} calls`,
    ),
    share(
      `${name}: incident`,
      runs.filter(({ opened }) => opened !== undefined).length,
      count,
      atMost(1),
      "below the line",
    ),
  ];
}

function quietly(horizon: string, healthy: readonly Judged[], count: number, goal: Goal): readonly Measure[] {
  const incidents = healthy.filter(({ opened }) => opened !== undefined).length;
  const notices = healthy.filter(({ found }) => found.size > 0).length;
  return [
    share(`same horizon as ${horizon}, healthy: incident`, incidents, count, goal),
    share(`same horizon as ${horizon}, healthy: noticed`, notices, count, goal),
  ];
}

function runAll(
  count: number,
  after: number,
  until: "opened" | "found",
  factsAt: (n: number, at: number, random: () => number) => readonly Fact[],
): readonly Judged[] {
  return Array.from({ length: count }, (_, seed) => {
    const random = seededRandom(seed + 1);
    return judgeStream({
      rate: RATE,
      length: BEFORE + after,
      until,
      factsAt: (n, at) => factsAt(n - BEFORE, at, random),
    });
  });
}

/** Calls from the beginning of the fault to the first that was said of it. */
function first({ opened, found }: Judged): number | undefined {
  const all = [...found.values(), ...(opened === undefined ? [] : [opened])];
  return all.length === 0 ? undefined : Math.min(...all) - BEFORE;
}

function formatAt(from: number, to: number): FactsOf {
  return (n, at, progress, random) => {
    const compliance = from + (to - from) * Math.max(0, progress);
    const measurements = { [ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT]: random() < compliance ? 1 : 0 };
    return [callAt(n + BEFORE, at, { measurements })];
  };
}

/** Answers of the usual model, mixed with those of one that is far worse, so that the mean falls by `drop` at last. */
function judgedFacts(data: Datasets, drop: number): readonly FactsOf[] {
  const models = judgedModels(data);
  const [usual, worst] = [models[0], models.at(-1)];
  if (usual === undefined || worst === undefined) return [];
  return [
    (n, at, progress, random) => {
      const { scores } = random() < (Math.max(0, progress) * drop) / worst.drop ? worst : usual;
      const call = callAt(n + BEFORE, at);
      return [call, scoreOf(call, scores[Math.floor(random() * scores.length)] ?? 0)];
    },
  ];
}
