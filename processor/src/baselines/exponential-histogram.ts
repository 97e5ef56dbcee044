/**
 * A base-2 exponential histogram of positive numbers, scale 3: eight buckets for each doubling, so that a quantile is off
 * by at most 4.5 %. Buckets map one to one to OTLP's ExponentialHistogram, and histograms merge by adding.
 * Plain data, for `v8.serialize`.
 */
export interface ExponentialHistogram {
  count: number;
  /** Values of 0 and below. */
  zeros: number;
  readonly buckets: Map<number, number>;
  /** Quantiles worked out since the last change: a reference is asked far more often than it changes. */
  readonly quantiles: Map<number, number>;
}

const SCALE = 8;

export function emptyHistogram(): ExponentialHistogram {
  return { count: 0, zeros: 0, buckets: new Map(), quantiles: new Map() };
}

export function record(histogram: ExponentialHistogram, value: number): void {
  if (!Number.isFinite(value)) return;
  histogram.count++;
  histogram.quantiles.clear();
  if (value <= 0) {
    histogram.zeros++;
    return;
  }
  const index = Math.ceil(Math.log2(value) * SCALE) - 1;
  histogram.buckets.set(index, (histogram.buckets.get(index) ?? 0) + 1);
}

/** The value below which a share `q` of the recorded values lies; `undefined` where there are none. */
export function quantile(histogram: ExponentialHistogram, q: number): number | undefined {
  if (histogram.count === 0) return undefined;
  const value = histogram.quantiles.get(q) ?? search(histogram, q);
  histogram.quantiles.set(q, value);
  return value;
}

function search({ count, zeros, buckets }: ExponentialHistogram, q: number): number {
  let rest = q * count - zeros;
  if (zeros > 0 && (rest <= 0 || buckets.size === 0)) return 0;
  const indexes = [...buckets.keys()].toSorted((a, b) => a - b);
  const holding = indexes.find((index) => {
    rest -= buckets.get(index) ?? 0;
    return rest <= 0;
  });
  // The middle of the bucket, geometrically.
  return 2 ** (((holding ?? indexes.at(-1) ?? 0) + 0.5) / SCALE);
}

/** Values that a histogram must hold before one of its quantiles is taken for usual. */
const ENOUGH = 20;

/** The quantile of a reference; `undefined` where it holds too little to be one. */
export function usualQuantile(histogram: ExponentialHistogram, q: number): number | undefined {
  return histogram.count < ENOUGH ? undefined : quantile(histogram, q);
}

/** Adds `from` to `into`; `sign` -1 takes it away again. */
export function mergeHistogram(into: ExponentialHistogram, from: ExponentialHistogram, sign: 1 | -1 = 1): void {
  into.count += sign * from.count;
  into.quantiles.clear();
  into.zeros += sign * from.zeros;
  for (const [index, count] of from.buckets) {
    const sum = (into.buckets.get(index) ?? 0) + sign * count;
    if (sum > 0) into.buckets.set(index, sum);
    else into.buckets.delete(index);
  }
}
