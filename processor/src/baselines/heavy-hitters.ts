/**
 * The heaviest keys of a stream in bounded memory: Misra-Gries with weights, cut by the median when it is full
 * (Anderson et al., A high-performance algorithm for identifying frequent items in data streams, IMC 2017).
 * What is known of a key is never more than the truth, and at most `offset` less: below `2 * total / MOST_KEYS`.
 * Plain data, for `v8.serialize`.
 */
export interface HeavyHitters {
  /** Sum of all weights, of keys that were cut too. */
  total: number;
  /** By how much a key may be understated. */
  offset: number;
  readonly counts: Map<string, number>;
}

/** Keys that are counted at once. Beyond it every count falls by the median, and the keys left with nothing are cut. */
export const MOST_KEYS = 256;

export function emptyHitters(): HeavyHitters {
  return { total: 0, offset: 0, counts: new Map() };
}

export function hit(hitters: HeavyHitters, key: string, weight: number): void {
  if (!(weight > 0)) return;
  const { counts } = hitters;
  hitters.total += weight;
  counts.set(key, (counts.get(key) ?? 0) + weight);
  if (counts.size > MOST_KEYS) cut(hitters);
}

function cut(hitters: HeavyHitters): void {
  const { counts } = hitters;
  const median = [...counts.values()].toSorted((a, b) => a - b)[counts.size >> 1] ?? 0;
  hitters.offset += median;
  for (const [key, count] of counts) {
    if (count > median) counts.set(key, count - median);
    else counts.delete(key);
  }
}
