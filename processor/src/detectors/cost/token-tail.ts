import { usualQuantile, type ExponentialHistogram } from "../../baselines/exponential-histogram.ts";

/** How token counts of a cell spread, taken for log-normal above their median. */
export interface TokenTail {
  readonly p95: number;
  readonly median: number;
  /** Standard deviation of the logarithm, the greater for being estimated from few calls. */
  readonly spread: number;
}

/** Standard normal quantiles. */
const Z95 = 1.645;
const Z99 = 2.326;
/** By how many standard errors of the estimate, roughly, the spread is taken greater. */
const CAUTION = 3;

/** `undefined` where too few calls are known. */
export function tokenTail(tokens: ExponentialHistogram): TokenTail | undefined {
  const [median, p95, p99] = [0.5, 0.95, 0.99].map((q) => usualQuantile(tokens, q));
  if (median === undefined || p95 === undefined || p99 === undefined || median <= 0) return undefined;
  const observed = Math.max(Math.log(p95 / median) / Z95, Math.log(p99 / median) / Z99);
  return { p95, median, spread: Math.max(0.05, observed) * (1 + CAUTION / Math.sqrt(tokens.count)) };
}

/** Probability that a usual call has more tokens. */
export function probabilityAbove(tail: TokenTail, tokens: number): number {
  return normalTail(Math.log(tokens / tail.median) / tail.spread);
}

/** Tokens that a usual call exceeds with the probability of `z` standard deviations. */
export function tokensAt(tail: TokenTail, z: number): number {
  return tail.median * Math.exp(z * tail.spread);
}

/** P(Z > z), to a relative error of 1e-2 or better (Abramowitz and Stegun 26.2.17). */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const t = 1 / (1 + 0.231_641_9 * z);
  const series = [0.319_381_53, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
  const polynomial = series.reduceRight((sum, coefficient) => (sum + coefficient) * t, 0);
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
}

/** P(N >= k) of a Poisson variable. */
export function poissonTail(k: number, mean: number): number {
  if (k <= 0) return 1;
  if (mean <= 0) return 0;
  // Beyond the mean the first term bounds the sum by a geometric series, without the loss of 1 minus nearly 1.
  if (k <= mean) return 1;
  let log = -mean;
  for (let i = 1; i <= k; i++) log += Math.log(mean / i);
  return Math.min(1, Math.exp(log) / (1 - mean / (k + 1)));
}
