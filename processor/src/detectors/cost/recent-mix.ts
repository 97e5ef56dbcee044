import type { UsageSums } from "../../baselines/statistics.ts";
import { emptyWindow, push, suffixes, type SuffixWindow } from "../../baselines/suffix-window.ts";
import type { CallFact } from "../../facts/call-fact.ts";
import { add, emptySum, sumOf, type SlidingSum } from "../sliding-sum.ts";
import { costFactors, mixOf, type CostMix } from "./cost-factors.ts";

/** What the latest priced calls are made of, and how many come in an hour. Plain data, for `v8.serialize`. */
export interface RecentMix {
  readonly tokens: Readonly<Record<keyof Omit<CostMix, "cost">, SuffixWindow>>;
  /** Calls they stand for. */
  readonly rate: SlidingSum;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Calls of ten minutes from which on six times as many are an hour's. */
const ENOUGH = 20;

export function emptyMix(sizes: readonly number[]): RecentMix {
  const tokens = { input: emptyWindow(sizes), output: emptyWindow(sizes), cached: emptyWindow(sizes) };
  return { tokens, rate: emptySum(HOUR, 60) };
}

export function addToMix({ tokens, rate }: RecentMix, { usage, at, weight }: CallFact): void {
  push(tokens.input, usage.input ?? 0);
  push(tokens.output, usage.output ?? 0);
  push(tokens.cached, usage.cacheRead ?? 0);
  add(rate, at, weight);
}

/** Of the last ten minutes, where they hold enough; else of the last hour. */
export function callsAnHour({ rate }: RecentMix, at: number): number {
  const latest = sumOf(rate, at, 10 * MINUTE);
  return latest.calls >= ENOUGH ? 6 * latest.sum : sumOf(rate, at).sum;
}

/** What moved in the last `n` calls of a mean cost of `cost` against the reference, where the tokens of both sides are known. */
export function movedFactors(
  { tokens }: RecentMix,
  { n, cost }: { readonly n: number; readonly cost: number },
  usual: number,
  reference: UsageSums | undefined,
): readonly string[] {
  const before = reference && mixOf(usual, reference);
  if (before === undefined) return [];
  const meanIn = (window: SuffixWindow): number => suffixes(window).find((suffix) => suffix.n === n)?.mean ?? 0;
  const { input, output, cached } = tokens;
  const now = { cost, input: meanIn(input), output: meanIn(output), cached: meanIn(cached) };
  return now.input + now.output === 0 ? [] : [costFactors(now, before)];
}
