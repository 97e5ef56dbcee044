/** The values of one facet in one cell. Plain data, mutated only by the functions of this file. */
export interface FacetHistory {
  /** By scope and value, the longest unseen first; at most `MOST_VALUES`. */
  readonly values: Map<string, SeenValue>;
  /** The latest value of each scope, the longest unseen scope first; at most `MOST_SCOPES`. */
  readonly current: Map<string, string>;
  /** Calls that carried the facet. */
  calls: number;
  /** Share of recent calls that brought a value never seen before. */
  novelty: number;
  volatile: boolean;
}

interface SeenValue {
  readonly value: string;
  calls: number;
  /** Ordinals of calls that carried the facet. */
  readonly first: number;
  last: number;
}

/** What one more value of a facet means. */
export type Sighting =
  | { readonly kind: "known" }
  | { readonly kind: "first"; readonly inKnownScope: boolean; readonly previous: string | undefined }
  | { readonly kind: "return"; readonly previous: string };

const MOST_VALUES = 32;
const MOST_SCOPES = 16;

/** Calls over which novelty is averaged. */
const NOVELTY_CALLS = 50;
/** Above the first it is volatile, until it falls below the second. */
const VOLATILE = { above: 0.1, below: 0.05 };

/**
 * A value is back only after an absence of so many calls, and of so many of its own mean gaps: one that serves 1 % of
 * the traffic is absent for long without having gone.
 */
const ABSENT = { calls: 20, meanGaps: 10, seen: 5 };

/** A facet of which nothing was seen yet. */
export function emptyHistory(): FacetHistory {
  return { values: new Map(), current: new Map(), calls: 0, novelty: 0, volatile: false };
}

/**
 * Notes one more value. `scope` is what the value belongs to: a response model to its request model, a prompt text to its
 * version; a value in a new scope is a first sight only if no other scope has shown it.
 */
export function sight(history: FacetHistory, scope: string, value: string): Sighting {
  history.calls++;
  const key = `${scope}\u0000${value}`;
  const known = history.values.get(key);
  const before = history.current.get(scope);
  const latest = before ?? [...history.current.values()].at(-1);
  const elsewhere = known === undefined && [...history.values.values()].some((seen) => seen.value === value);
  keepLatest(history.current, scope, value, MOST_SCOPES);
  updateNovelty(history, known === undefined && !elsewhere && latest !== undefined);

  const seen = known ?? { value, calls: 0, first: history.calls, last: history.calls };
  const back = known !== undefined && before !== undefined && before !== value && wasAbsent(known, history.calls);
  seen.calls++;
  seen.last = history.calls;
  keepLatest(history.values, key, seen, MOST_VALUES);

  if (back) return { kind: "return", previous: before };
  if (known !== undefined || (before === undefined && elsewhere)) return { kind: "known" };
  return { kind: "first", inKnownScope: before !== undefined, previous: latest };
}

function wasAbsent(seen: SeenValue, now: number): boolean {
  const meanGap = (seen.last - seen.first) / Math.max(1, seen.calls - 1);
  return seen.calls >= ABSENT.seen && now - seen.last > Math.max(ABSENT.calls, ABSENT.meanGaps * meanGap);
}

function updateNovelty(history: FacetHistory, isNew: boolean): void {
  history.novelty += (Number(isNew) - history.novelty) / Math.min(history.calls, NOVELTY_CALLS);
  history.volatile = history.novelty > (history.volatile ? VOLATILE.below : VOLATILE.above);
}

/** Puts an entry at the end of a map and drops the one at its front where there are too many. */
function keepLatest<Value>(map: Map<string, Value>, key: string, value: Value, most: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
