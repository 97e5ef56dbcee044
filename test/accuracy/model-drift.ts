import type { Datasets } from "./dataset.ts";
import { driftCells, type DriftCell } from "./drift-cells.ts";
import { atLeast, atMost, quantile, share } from "./figure.ts";
import type { Measure } from "../measure/report.ts";
import { runStream, type StreamOutcome } from "./stream.ts";

/** The build changed and its answers did not. */
const CONTROL = "gpt-3.5 opinionqa";
/** Length collapse, fences, options: what nobody would miss by eye. */
const STRONG = new Set(["gpt-4 prime_full", "gpt-4 counthappynumber", "gpt-4 leetcode_easy", "gpt-4 opinionqa"]);

const BEFORE = 1_500;
const AFTER = 1_500;
/** Share of the calls that the new build gets in a canary. */
const CANARY = 0.25;

/** One build of a model takes the place of another in mid-stream, behind the same name. */
export function modelDrift(data: Datasets, streams: number): readonly Measure[] {
  const cells = driftCells(data);
  const changed = cells.filter(({ name }) => name !== CONTROL);
  const control = cells.filter(({ name }) => name === CONTROL);
  return [
    ...changed.flatMap((cell) => changedCell(cell, streams)),
    ...changed.filter(({ name }) => STRONG.has(name)).map((cell) => canary(cell, streams)),
    ...control.map((cell) => controlCell(cell, streams)),
  ];
}

/** The same build all along: every incident is a false one. */
export function sameBuild(data: Datasets, streams: number): readonly Measure[] {
  const pools = driftCells(data).flatMap(({ before, after }) => [before, after]);
  if (pools.length === 0) return [];
  const runs = (count: number, length: number): number =>
    Array.from({ length: count }, (_, seed) => pools[seed % pools.length] ?? [])
      .map((pool, seed) => runStream(seed + 1, length, () => pool))
      .filter(({ opened }) => opened !== undefined).length;
  const short = { count: streams * 30, length: 1_500 };
  const long = { count: streams * 2, length: 20_000 };
  return [
    share(
      "A/A, 1,500 calls: false incidents",
      runs(short.count, short.length),
      short.count,
      atMost(0.05),
      "prototype 0.06 %",
    ),
    share(
      "A/A, 20,000 calls: false incidents",
      runs(long.count, long.length),
      long.count,
      atMost(0.33),
      "prototype 0.33 %",
    ),
  ];
}

function changedCell({ name, before, after }: DriftCell, streams: number): readonly Measure[] {
  const runs = Array.from({ length: streams }, (_, seed) =>
    runStream(seed + 1, BEFORE + AFTER, (n) => (n < BEFORE ? before : after)),
  );
  const found = runs.filter(isAfterTheChange);
  const delays = found.map(({ opened }) => opened - BEFORE + 1);
  const errors = found.map(({ onset }) => Math.abs(onset - BEFORE));
  const strong = STRONG.has(name);
  const within = share(
    `${name}: found within 100 calls`,
    delays.filter((d) => d <= 100).length,
    streams,
    atLeast(98),
    "prototype, worst cell 96.3 %",
  );
  const near = share(
    `${name}: onset within 10 calls`,
    errors.filter((e) => e <= 10).length,
    streams,
    atLeast(strong ? 98 : 90),
    "prototype, worst cell 83.7 %",
  );
  return [
    within,
    spread(`${name}: calls to detection`, delays, strong ? { limit: 15, q: 0.95 } : undefined),
    spread(`${name}: onset error`, errors, { limit: 3, q: 0.5 }),
    near,
  ];
}

function canary({ name, before, after }: DriftCell, streams: number): Measure {
  const pool = (seed: number) => (n: number) => (n >= BEFORE && (n * 7 + seed) % 4 < 4 * CANARY ? after : before);
  const runs = Array.from({ length: streams }, (_, seed) => runStream(seed + 1, BEFORE + AFTER, pool(seed)));
  return share(
    `${name}, ${100 * CANARY} % of calls: found`,
    runs.filter(isAfterTheChange).length,
    streams,
    atLeast(95),
  );
}

function controlCell({ name, before, after }: DriftCell, streams: number): Measure {
  const runs = Array.from({ length: streams }, (_, seed) =>
    runStream(seed + 1, BEFORE + AFTER, (n) => (n < BEFORE ? before : after)),
  );
  const fired = runs.filter(({ opened }) => opened !== undefined).length;
  return share(`${name} (control): false incidents`, fired, streams, atMost(2), "prototype 0 %");
}

type Found = StreamOutcome & { readonly opened: number; readonly onset: number };

function isAfterTheChange(run: StreamOutcome): run is Found {
  return run.opened !== undefined && run.opened >= BEFORE;
}

/** The q-quantile, with the middle 95 % of the streams as its range. */
function spread(
  name: string,
  values: readonly number[],
  goal: { readonly limit: number; readonly q: number } | undefined,
): Measure {
  const q = goal?.q ?? 0.5;
  const value = quantile(values, q);
  return {
    name: `${name}, ${q === 0.5 ? "median" : `p${100 * q}`}`,
    value,
    unit: "calls",
    n: values.length,
    low: quantile(values, 0.025),
    high: quantile(values, 0.975),
    goal: goal === undefined ? "" : `at most ${goal.limit}`,
    ok: goal === undefined || value <= goal.limit,
  };
}
