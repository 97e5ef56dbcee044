import { parseArgs } from "node:util";

import { conclude, type Measure } from "../measure/report.ts";
import { CONTESTS, type Contest, type Engine } from "./engines.ts";
import { payloads, type Payload } from "./payloads.ts";

/** How many spans a second one core takes, against the same work done by decoding and encoding everything. */

const HELP = `npm run bench [-- --rounds N] [--only TEXT] [--json FILE] [--report]

  --rounds N    rounds of each, of which the median counts (default 7)
  --only TEXT   only what has this in its name
  --json FILE   the figures as JSON
  --report      end with status 0 though a goal is missed

Rates are per second of CPU of this process, garbage collection included. They vary with the machine; the ratios less.
`;

/**
 * Times the library that a run must reach: about half of the least that was measured, on a machine with others at work.
 * None for `evaluate`: there the signals are nearly all of the work, and both engines do the same.
 */
const GOALS: Readonly<Record<string, number>> = {
  "p0: scan": 20,
  "p0: scan, add, splice": 20,
  "p10: scan": 15,
  "p10: scan, add, splice": 10,
  "p100: scan": 20,
  "p100: scan, add, splice": 3,
};
/** CPU time of one engine in one round; microseconds. */
const ROUND = 200_000;

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    only: { type: "string", default: "" },
    json: { type: "string" },
    report: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1)
  throw new RangeError(`--rounds ${options.rounds}: expected a whole number from 1`);
const measures = payloads().flatMap((payload) => CONTESTS.flatMap((contest) => measured(payload, contest)));
process.exitCode = conclude(measures, { json: options.json, report: options.report });

/** Both engines take turns, so that what disturbs the machine disturbs both. */
function measured(payload: Payload, contest: Contest): Measure[] {
  const name = `${payload.name}: ${contest.name}`;
  if (!name.includes(options.only)) return [];
  rate(payload, contest.ours);
  rate(payload, contest.library);
  const rates = Array.from({ length: rounds }, () => ({
    ours: rate(payload, contest.ours),
    library: rate(payload, contest.library),
  }));
  const n = payload.spans;
  const goal = GOALS[name];
  const ratio = median(rates.map(({ ours, library }) => ours / library));
  return [
    { name, value: median(rates.map(({ ours }) => ours)), unit: "spans/s", n, goal: "", ok: true },
    {
      name: `${name}, times the library`,
      value: ratio,
      unit: "x",
      n,
      goal: goal === undefined ? "" : `>= ${goal}`,
      ok: goal === undefined || ratio >= goal,
    },
  ];
}

/** Spans per second of CPU. */
function rate({ bytes, spans }: Payload, engine: Engine): number {
  const before = process.cpuUsage();
  let requests = 0;
  let used = 0;
  while (used < ROUND) {
    for (let i = 0; i < 4; i++) engine(bytes);
    requests += 4;
    const { user, system } = process.cpuUsage(before);
    used = user + system;
  }
  return (requests * spans * 1e6) / used;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
