import { seededRandom } from "../../examples/node-service/random.ts";

const RESAMPLES = 400;

/** A figure over rows and its 95 % interval by resampling the rows. Source: B. Efron, Bootstrap methods, Ann. Stat. 1979. */
export function bootstrap<Row>(
  rows: readonly Row[],
  figure: (rows: readonly Row[]) => number,
): { readonly value: number; readonly low: number; readonly high: number } {
  const random = seededRandom(1);
  const resampled = Array.from({ length: RESAMPLES }, () => {
    const sample = rows.flatMap(() => rows[Math.floor(random() * rows.length)] ?? []);
    return figure(sample);
  }).toSorted((a, b) => a - b);
  const at = (q: number): number => resampled[Math.floor(q * RESAMPLES)] ?? Number.NaN;
  return { value: figure(rows), low: at(0.025), high: at(0.975) };
}

/** What was found beside what is there. */
export interface Outcome {
  readonly found: boolean;
  readonly real: boolean;
}

/** Harmonic mean of precision and recall. */
export function f1(outcomes: readonly Outcome[]): number {
  const count = (found: boolean, real: boolean): number =>
    outcomes.filter((outcome) => outcome.found === found && outcome.real === real).length;
  return (2 * count(true, true)) / (2 * count(true, true) + count(true, false) + count(false, true));
}

export interface Scored {
  readonly score: number;
  readonly real: boolean;
}

/** Chance that a real one scores higher than another; ties count half. */
export function auroc(rows: readonly Scored[]): number {
  const sorted = rows.toSorted((a, b) => a.score - b.score);
  let rankSum = 0;
  for (let from = 0; from < sorted.length;) {
    let to = from;
    while (to < sorted.length && sorted[to]?.score === sorted[from]?.score) to++;
    const rank = (from + 1 + to) / 2;
    for (let at = from; at < to; at++) if (sorted[at]?.real === true) rankSum += rank;
    from = to;
  }
  const real = rows.filter((row) => row.real).length;
  return (rankSum - (real * (real + 1)) / 2) / (real * (rows.length - real));
}
