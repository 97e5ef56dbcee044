/**
 * The greatest value of a statistic in the latest week, but for the last two hours: what a rule has seen without a fault
 * is no fault. Real load is so uneven that means and quantiles say little of what is usual. Plain data, for `v8.serialize`.
 */
export interface WeekMaximum {
  /** Number of the first slot. */
  first: number | undefined;
  /** By slot of two hours, the oldest first. */
  slots: { readonly slot: number; value: number }[];
}

const SLOT = 2 * 3_600_000;
const WEEK = 7 * 12;

export function emptyMaximum(): WeekMaximum {
  return { first: undefined, slots: [] };
}

export function noteMaximum(maximum: WeekMaximum, at: number, value: number): void {
  const slot = Math.floor(at / SLOT);
  maximum.first ??= slot;
  const last = maximum.slots.at(-1);
  if (last !== undefined && last.slot >= slot) {
    last.value = Math.max(last.value, value);
    return;
  }
  maximum.slots = [...maximum.slots.filter((each) => each.slot >= slot - WEEK - 1), { slot, value }];
}

/** `undefined` before `history` milliseconds have passed since the first value; of what came last too where `gap` is 0. */
export function maximumBefore(
  { first, slots }: WeekMaximum,
  at: number,
  history: number,
  gap: 0 | 1 = 1,
): number | undefined {
  const now = Math.floor(at / SLOT);
  if (first === undefined || at - first * SLOT < history) return undefined;
  return slots.reduce((most, { slot, value }) => (gap === 0 || slot < now - 1 ? Math.max(most, value) : most), 0);
}

/** From when on `maximumBefore` knows; milliseconds since the epoch. */
export function knownFrom({ first }: WeekMaximum, history: number): number | undefined {
  return first === undefined ? undefined : first * SLOT + history;
}

/** What came last was a fault. */
export function forgetLatest(maximum: WeekMaximum, at: number): void {
  const now = Math.floor(at / SLOT);
  maximum.slots = maximum.slots.filter(({ slot }) => slot < now - 1);
}
