import { seededRandom } from "../../examples/node-service/random.ts";
import type { CallFact } from "../../processor/src/facts/call-fact.ts";
import type { Measure } from "../measure/report.ts";
import type { Datasets } from "./dataset.ts";
import { factsOf, type Row } from "./drift-cells.ts";
import { atLeast, share } from "./figure.ts";
import { judgeStream, type Judged } from "./judged-stream.ts";
import { factOf } from "./recorded-call.ts";

/** Calls a minute. */
const RATE = 4;
const BEFORE = 1_500;
const AFTER = 1_500;
const BUILDS = ["gpt-4-0314", "gpt-3.5-turbo-0301"];
const LATER_BUILDS: Readonly<Record<string, string>> = {
  "gpt-4-0314": "gpt-4-0613",
  "gpt-3.5-turbo-0301": "gpt-3.5-turbo-0613",
};
const TASK_MIXES = [
  ["opinionqa", "prime_full"],
  ["opinionqa", "sensitiveq"],
  ["counthappynumber", "opinionqa"],
  ["leetcode_easy", "counthappynumber"],
] as const;
const SHIFTS = [0.6, 0.8, 1] as const;

/** Calls of two sorts, all answered by the same build. */
interface Mix {
  readonly name: string;
  readonly one: readonly CallFact[];
  readonly other: readonly CallFact[];
}

/** The same build answers another mix of questions. */
export function inputShifts(data: Datasets, streams: number): readonly Measure[] {
  const count = Math.max(1, Math.ceil(streams / 6));
  const mixes = [...taskMixes(data), ...arenaMixes(data)];
  const primes = primeMixes(data);
  return [
    ...mixes.flatMap((mix) => shifted(mix, count, true)),
    // Nothing that is seen of a question tells whether its number is a prime.
    ...primes.flatMap((mix) => shifted(mix, count, false)),
    ...worseWithin(data, count),
  ];
}

/** Whether it is `seen`, or lies in what no signal of the inputs tells. */
function shifted({ name, one, other }: Mix, count: number, isSeen: boolean): readonly Measure[] {
  const runs = SHIFTS.flatMap((to) =>
    Array.from({ length: count }, (_, seed) => ({ to, ...run(seed + 1, (n) => (n < BEFORE ? 0.5 : to), one, other) })),
  );
  const label = `${name}, 50 -> ${SHIFTS.map((to) => 100 * to).join(" / ")} %`;
  const quiet = runs.filter(({ opened }) => opened === undefined).length;
  const great = runs.filter(({ to }) => to > SHIFTS[0]);
  const told = great.filter(({ opened, found }) => opened === undefined && found.has("input_shift")).length;
  const goal = isSeen ? atLeast(95) : undefined;
  return [
    share(`${label}: no incident`, quiet, runs.length, goal, isSeen ? "" : "not visible in the inputs"),
    share(`${label}: told as such from 80 % on`, told, great.length, goal),
  ];
}

/** The mix shifts, and later the build is replaced as well: now the answers are other ones for the same questions. */
function worseWithin(data: Datasets, count: number): readonly Measure[] {
  return taskMixes(data).map(({ name, one, other, later }) => {
    const runs = Array.from({ length: count }, (_, seed) =>
      run(seed + 1, (n) => (n < BEFORE ? 0.5 : 0.8), one, other, { from: BEFORE + 250, ...later }),
    );
    const found = runs.filter(({ opened }) => opened !== undefined && opened >= BEFORE + 250).length;
    return share(`${name}, 50 -> 80 %, 250 calls later another build: incident`, found, count, atLeast(95));
  });
}

interface Later {
  readonly from: number;
  readonly one: readonly CallFact[];
  readonly other: readonly CallFact[];
}

function run(
  seed: number,
  shareOfOther: (n: number) => number,
  one: readonly CallFact[],
  other: readonly CallFact[],
  later?: Later,
): Judged {
  const random = seededRandom(seed);
  return judgeStream({
    rate: RATE,
    length: BEFORE + AFTER,
    factsAt: (n, at) => {
      const pools = later !== undefined && n >= later.from ? later : { one, other };
      const pool = random() < shareOfOther(n) ? pools.other : pools.one;
      const drawn = pool[Math.floor(random() * pool.length)];
      if (drawn === undefined) throw new RangeError("an empty pool");
      const ids = { identity: String(n), traceId: n.toString(16).padStart(32, "0") };
      return [{ ...drawn, ...ids, at, start: at - 1_000, arrival: at }];
    },
  });
}

function taskMixes(data: Datasets): readonly (Mix & { readonly later: Omit<Later, "from"> })[] {
  return BUILDS.flatMap((build) =>
    TASK_MIXES.flatMap(([one, other]) => {
      const [left, right] = [one, other].map((task) => data.rows(`llmdrift/${task}`) as readonly Row[]);
      if (left === undefined || right === undefined || left.length === 0 || right.length === 0) return [];
      const after = LATER_BUILDS[build] ?? build;
      return {
        name: `${build} ${one} + ${other}`,
        one: factsOf(left, build, "mixed"),
        other: factsOf(right, build, "mixed"),
        later: { one: factsOf(left, after, "mixed"), other: factsOf(right, after, "mixed") },
      };
    }),
  );
}

function primeMixes(data: Datasets): readonly Mix[] {
  const rows = data.rows("llmdrift/prime_full") as readonly Row[];
  const isPrime = ({ ref_answer: answer }: Row): boolean => answer?.toLowerCase() === "yes";
  return BUILDS.flatMap((build) => {
    const other = factsOf(rows.filter(isPrime), build, "primes");
    const one = factsOf(
      rows.filter((row) => !isPrime(row)),
      build,
      "primes",
    );
    return one.length === 0 || other.length === 0 ? [] : [{ name: `${build} primes among numbers`, one, other }];
  });
}

/** Real prompts, the short ones and the long ones. */
function arenaMixes(data: Datasets): readonly Mix[] {
  const model = "gpt-4-0314";
  const rows = (data.rows(`arena-hard-v01/${model}`) as readonly { readonly prompt: string; readonly answer: string }[])
    .toSorted((a, b) => a.prompt.length - b.prompt.length)
    .map(({ prompt, answer }) => factOf({ model, question: prompt, answer }, "arena"));
  const half = Math.floor(rows.length / 2);
  return half === 0
    ? []
    : [{ name: "long prompts among real ones", one: rows.slice(0, half), other: rows.slice(half) }];
}
