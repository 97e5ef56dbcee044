/**
 * The latest values of a series, with the sums of its suffixes: the last 50, the last 100, ... A fault that is younger
 * than a long window is diluted in it, so rules test the suffixes. Plain data, for `v8.serialize`.
 */
export interface SuffixWindow {
  readonly sizes: readonly number[];
  /** A ring of as many values as the largest suffix. */
  readonly values: number[];
  next: number;
  filled: number;
  readonly sums: number[];
  readonly squares: number[];
}

export interface Suffix {
  readonly n: number;
  readonly mean: number;
  /** Of the values, not of the mean. */
  readonly variance: number;
  readonly sum: number;
}

export function emptyWindow(lengths: readonly number[]): SuffixWindow {
  const sizes = [...new Set(lengths)].toSorted((a, b) => a - b);
  const zeros = sizes.map(() => 0);
  return { sizes, values: [], next: 0, filled: 0, sums: [...zeros], squares: [...zeros] };
}

export function push(window: SuffixWindow, value: number): void {
  const capacity = window.sizes.at(-1) ?? 0;
  window.sizes.forEach((size, i) => {
    const leaving = window.filled >= size ? (window.values[(window.next - size + capacity) % capacity] ?? 0) : 0;
    window.sums[i] = (window.sums[i] ?? 0) + value - leaving;
    window.squares[i] = (window.squares[i] ?? 0) + value * value - leaving * leaving;
  });
  window.values[window.next] = value;
  window.next = (window.next + 1) % capacity;
  window.filled = Math.min(capacity, window.filled + 1);
}

/** Replaces a value that was pushed `age` values before the latest; false where the window no longer holds it. */
export function revise(window: SuffixWindow, age: number, value: number): boolean {
  if (age >= window.filled) return false;
  const capacity = window.sizes.at(-1) ?? 0;
  const place = (window.next - 1 - age + 2 * capacity) % capacity;
  const before = window.values[place] ?? 0;
  window.values[place] = value;
  window.sizes.forEach((size, i) => {
    if (age >= size) return;
    window.sums[i] = (window.sums[i] ?? 0) + value - before;
    window.squares[i] = (window.squares[i] ?? 0) + value * value - before * before;
  });
  return true;
}

/** The suffixes that are full, the shortest first. */
export function suffixes(window: SuffixWindow): readonly Suffix[] {
  return window.sizes.flatMap((n, i) => {
    if (window.filled < n) return [];
    const sum = window.sums[i] ?? 0;
    const mean = sum / n;
    return [{ n, sum, mean, variance: Math.max(0, (window.squares[i] ?? 0) / n - mean * mean) }];
  });
}

/** Forgets every value: what comes next is judged by itself. */
export function clear(window: SuffixWindow): void {
  window.filled = 0;
  window.next = 0;
  window.sums.fill(0);
  window.squares.fill(0);
}
