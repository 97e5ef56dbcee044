/** Where a series rose: the first index after the change, and the range of indices nearly as likely. */
export interface ChangePoint {
  readonly index: number;
  readonly first: number;
  readonly last: number;
}

/** Natural-log units of likelihood below the best within which a point counts as nearly as likely (about 95 %). */
const NEARLY = 2;

/** Standard deviations beyond which a value says no more: one huge call must not pass for a change of many. */
const CAP = 4;

/**
 * The most likely point at which a series rose; `undefined` where no split of it shows a rise.
 * Flags are judged by a Bernoulli likelihood, other numbers by a shift of their capped robust mean. One pass: O(n).
 */
export function findRise(values: readonly number[]): ChangePoint | undefined {
  const flags = values.every((value) => value === 0 || value === 1);
  return flags ? bestSplit(values, bernoulliGain(values)) : bestSplit(...shiftGain(standardised(values)));
}

type Gain = (before: number, sumBefore: number, sumAfter: number) => number;

function bestSplit(values: readonly number[], gain: Gain): ChangePoint | undefined {
  const total = sum(values);
  const scores: number[] = [];
  let before = 0;
  for (let k = 1; k < values.length; k++) {
    before += values[k - 1] ?? 0;
    const rises = (total - before) / (values.length - k) > before / k;
    scores[k] = rises ? gain(k, before, total - before) : -Infinity;
  }
  let index = 0;
  for (let k = 1; k < values.length; k++) {
    if ((scores[k] ?? -Infinity) > (scores[index] ?? -Infinity)) index = k;
  }
  if (index === 0) return undefined;
  const enough = (scores[index] ?? 0) - NEARLY;
  const near = (score: number | undefined): boolean => score !== undefined && score >= enough;
  return { index, first: scores.findIndex(near), last: scores.findLastIndex(near) };
}

/**
 * Marginal likelihood of two Bernoulli runs under Jeffreys' prior Beta(1/2, 1/2). Unlike the maximum likelihood it does
 * not reward a run of one call at the end.
 */
function bernoulliGain(flags: readonly number[]): Gain {
  const n = flags.length;
  const halves = [0];
  const wholes = [0];
  for (let m = 1; m <= n; m++) {
    halves[m] = (halves[m - 1] ?? 0) + Math.log(m - 0.5);
    wholes[m] = (wholes[m - 1] ?? 0) + Math.log(m);
  }
  const run = (ones: number, length: number): number =>
    (halves[ones] ?? 0) + (halves[length - ones] ?? 0) - (wholes[length] ?? 0);
  return (k, before, after) => run(before, k) + run(after, n - k);
}

/** Log-likelihood gain of two means over one, at unit variance. */
function shiftGain(values: readonly number[]): [readonly number[], Gain] {
  const n = values.length;
  return [values, (k, before, after) => ((k * (n - k)) / (2 * n)) * (after / (n - k) - before / k) ** 2];
}

/** Distance from the older half's median in units of its spread, capped. */
function standardised(values: readonly number[]): readonly number[] {
  const older = values.slice(0, Math.max(1, values.length >> 1));
  const centre = median(older);
  const scale = 1.4826 * median(older.map((value) => Math.abs(value - centre))) || deviation(older, centre) || 1e-9;
  return values.map((value) => Math.max(-CAP, Math.min(CAP, (value - centre) / scale)));
}

function deviation(values: readonly number[], centre: number): number {
  return Math.sqrt(sum(values.map((value) => (value - centre) ** 2)) / values.length);
}

/** The middle value, the lower one of two; 0 where there is none. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? 0;
}

/** The total. */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
