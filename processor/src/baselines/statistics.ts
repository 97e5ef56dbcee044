import {
  ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS,
  ATTR_SPANWARDEN_OUTPUT_LENGTH,
  ATTR_SPANWARDEN_OUTPUT_REFUSAL,
} from "@spanwarden/conventions";

import type { CallFact } from "../facts/call-fact.ts";
import { emptyHistogram, mergeHistogram, record, type ExponentialHistogram } from "./exponential-histogram.ts";

/** Count, sum and sum of squares: what a mean and its error are made of. */
export interface Moments {
  n: number;
  sum: number;
  squares: number;
}

/** Tokens of so many calls; `cached` are those read from the provider's cache. */
export interface UsageSums {
  n: number;
  input: number;
  output: number;
  cached: number;
}

/** What is known of a number of calls of one cell. Merges by adding; plain data, for `v8.serialize`. */
export interface Statistics {
  calls: number;
  failed: number;
  /** Calls that needed more than one attempt. */
  retried: number;
  refused: number;
  readonly quality: Moments;
  /** US dollars. */
  readonly cost: Moments;
  /** Of the calls in `cost`; absent in what was stored before it was counted. */
  usage?: UsageSums | undefined;
  /** US dollars for an input token, where an output token counts as four. */
  readonly unitCost: Moments;
  readonly formatClasses: Map<string, number>;
  readonly tokens: ExponentialHistogram;
  readonly length: ExponentialHistogram;
  /** Seconds. */
  readonly duration: ExponentialHistogram;
  readonly timeToFirstChunk: ExponentialHistogram;
  readonly timePerChunk: ExponentialHistogram;
}

/** Distinct format classes kept; the signal knows fewer. */
const MOST_CLASSES = 32;

export function emptyStatistics(): Statistics {
  return {
    calls: 0,
    failed: 0,
    retried: 0,
    refused: 0,
    quality: { n: 0, sum: 0, squares: 0 },
    cost: { n: 0, sum: 0, squares: 0 },
    unitCost: { n: 0, sum: 0, squares: 0 },
    formatClasses: new Map(),
    tokens: emptyHistogram(),
    length: emptyHistogram(),
    duration: emptyHistogram(),
    timeToFirstChunk: emptyHistogram(),
    timePerChunk: emptyHistogram(),
  };
}

/** Counts one judged call; what is unknown of it is not counted. */
export function count(statistics: Statistics, fact: CallFact, failed: boolean, quality: number | undefined): void {
  statistics.calls++;
  if (failed) statistics.failed++;
  if (fact.failedAttempts > 0) statistics.retried++;
  const tokens = totalTokens(fact);
  if (tokens !== undefined) record(statistics.tokens, tokens);
  countContent(statistics, fact, quality);
  if (failed) return;
  countCost(statistics, fact);
  if (fact.duration !== undefined) record(statistics.duration, fact.duration);
  if (fact.timeToFirstChunk !== undefined) record(statistics.timeToFirstChunk, fact.timeToFirstChunk);
  const perChunk = timePerChunk(fact);
  if (perChunk !== undefined) record(statistics.timePerChunk, perChunk);
}

function countCost(statistics: Statistics, fact: CallFact): void {
  if (fact.cost === undefined) return;
  addMoment(statistics.cost, fact.cost);
  const { input = 0, output = 0, cacheRead: cached = 0 } = fact.usage;
  if (totalTokens(fact) !== undefined) addUsage(statistics, { n: 1, input, output, cached }, 1);
  const unit = unitCost(fact);
  if (unit !== undefined) addMoment(statistics.unitCost, unit);
}

/** Counts what the content of a call tells, for one that was counted before that was known. */
export function countContent(statistics: Statistics, fact: CallFact, quality: number | undefined): void {
  if (fact.measurements[ATTR_SPANWARDEN_OUTPUT_REFUSAL] === 1) statistics.refused++;
  if (quality !== undefined) addMoment(statistics.quality, quality);
  const cls = fact.labels[ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS];
  if (cls !== undefined && (statistics.formatClasses.has(cls) || statistics.formatClasses.size < MOST_CLASSES)) {
    statistics.formatClasses.set(cls, (statistics.formatClasses.get(cls) ?? 0) + 1);
  }
  const length = fact.measurements[ATTR_SPANWARDEN_OUTPUT_LENGTH];
  if (length !== undefined) record(statistics.length, length);
}

/** Adds `from` to `into`; `sign` -1 takes it away again. */
export function mergeStatistics(into: Statistics, from: Statistics, sign: 1 | -1 = 1): void {
  into.calls += sign * from.calls;
  into.failed += sign * from.failed;
  into.retried += sign * from.retried;
  into.refused += sign * from.refused;
  for (const key of ["quality", "cost", "unitCost"] as const) {
    into[key].n += sign * from[key].n;
    into[key].sum += sign * from[key].sum;
    into[key].squares += sign * from[key].squares;
  }
  if (from.usage !== undefined) addUsage(into, from.usage, sign);
  for (const [cls, calls] of from.formatClasses) {
    into.formatClasses.set(cls, (into.formatClasses.get(cls) ?? 0) + sign * calls);
  }
  for (const key of ["tokens", "length", "duration", "timeToFirstChunk", "timePerChunk"] as const) {
    mergeHistogram(into[key], from[key], sign);
  }
}

/** Mean, variance of the values, and standard error of the mean; `undefined` for no data. */
export function meanOf(moments: Moments): { mean: number; variance: number; error: number } | undefined {
  if (moments.n === 0) return undefined;
  const mean = moments.sum / moments.n;
  const variance = Math.max(0, moments.squares / moments.n - mean * mean);
  return { mean, variance, error: Math.sqrt(variance / moments.n) };
}

/** Output tokens cost three to six times an input token nearly everywhere: longer answers are not a dearer price. */
const OUTPUT_WEIGHT = 4;

/** US dollars for an input token, where an output token counts as four; `undefined` where cost or tokens are unknown. */
export function unitCost({ cost, usage }: CallFact): number | undefined {
  const tokens = (usage.input ?? 0) + OUTPUT_WEIGHT * (usage.output ?? 0);
  return cost === undefined || tokens <= 0 ? undefined : cost / tokens;
}

/** Output tokens of an answer that say how long one takes. */
const ENOUGH_TOKENS = 20;

/** Seconds between the chunks of an answer; where they are not known, seconds of the call for an output token. */
export function timePerChunk({ timePerChunk: known, duration, usage }: CallFact): number | undefined {
  if (known !== undefined || duration === undefined || (usage.output ?? 0) < ENOUGH_TOKENS) return known;
  return duration / (usage.output ?? 1);
}

export function totalTokens(fact: CallFact): number | undefined {
  const { input, output } = fact.usage;
  return input === undefined && output === undefined ? undefined : (input ?? 0) + (output ?? 0);
}

function addUsage(statistics: Statistics, { n, input, output, cached }: UsageSums, sign: 1 | -1): void {
  const sums = (statistics.usage ??= { n: 0, input: 0, output: 0, cached: 0 });
  sums.n += sign * n;
  sums.input += sign * input;
  sums.output += sign * output;
  sums.cached += sign * cached;
}

function addMoment(moments: Moments, value: number): void {
  moments.n++;
  moments.sum += value;
  moments.squares += value * value;
}
