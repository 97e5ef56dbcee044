/** A sum over the latest stretch of time, kept in slices of equal width. Plain data, for `v8.serialize`. */
export interface SlidingSum {
  /** Milliseconds. */
  readonly width: number;
  readonly count: number;
  /** The oldest first; empty slices are left out. */
  slices: { readonly start: number; sum: number; calls: number }[];
}

/** Covers `window` milliseconds in so many slices. */
export function emptySum(window: number, count: number): SlidingSum {
  return { width: window / count, count, slices: [] };
}

/** Adds one call. One that is older than the latest slice counts there: what was said of a moment is not taken back. */
export function add(sum: SlidingSum, at: number, value: number): void {
  const start = Math.floor(at / sum.width) * sum.width;
  const last = sum.slices.at(-1);
  if (last !== undefined && last.start >= start) {
    last.sum += value;
    last.calls++;
    return;
  }
  sum.slices = [...sum.slices.slice(1 - sum.count), { start, sum: value, calls: 1 }];
}

/** The sum over the last `window` milliseconds, to the width of a slice. */
export function sumOf(sum: SlidingSum, now: number, window = sum.width * sum.count): { sum: number; calls: number } {
  const within = sum.slices.filter(({ start }) => start > now - window - sum.width / 2);
  return {
    sum: within.reduce((total, slice) => total + slice.sum, 0),
    calls: within.reduce((total, slice) => total + slice.calls, 0),
  };
}
