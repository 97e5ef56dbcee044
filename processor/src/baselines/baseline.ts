import type { CallFact } from "../facts/call-fact.ts";
import type { BaselineConfig } from "./baseline-config.ts";
import { count, countContent, emptyStatistics, mergeStatistics, type Statistics } from "./statistics.ts";

/** What is usual in one cell, for one version of the signals. Plain data, for `v8.serialize`. */
export interface Baseline {
  /** The first `min_calls` calls: against these a drift too slow for the rolling reference shows. */
  readonly anchor: Statistics;
  /** Sum of `slots` whose time has come. */
  readonly rolling: Statistics;
  /** Slices of the window, the oldest first; those within the gap are not yet part of `rolling`. */
  slots: Slot[];
}

interface Slot {
  readonly start: number;
  readonly statistics: Statistics;
  merged: boolean;
}

/** The reference that rules compare with. */
export interface Expectation {
  readonly anchor: Statistics;
  /** The rolling reference, or the anchor until there is enough of it. */
  readonly reference: Statistics;
  /** The format class of at least 95 % of the reference's answers, if there is one. */
  readonly formatClass?: string | undefined;
  /** The cell refuses often enough that a refusal is no defect. */
  readonly refusalUsual: boolean;
}

/** The window is kept in so many slices: it forgets one of them at a time. */
const SLICES = 84;
const USUAL_CLASS = 0.95;
const USUAL_REFUSAL = 0.2;

export function emptyBaseline(): Baseline {
  return { anchor: emptyStatistics(), rolling: emptyStatistics(), slots: [] };
}

/**
 * Learns one call. The caller leaves out what must not be learned: calls while an incident is open, late and pending ones.
 */
export function learn(
  baseline: Baseline,
  config: BaselineConfig,
  fact: CallFact,
  failed: boolean,
  quality: number | undefined,
): void {
  if (baseline.anchor.calls < config.min_calls) count(baseline.anchor, fact, failed, quality);
  const width = Math.max(1_000, config.window / SLICES);
  const start = Math.floor(fact.at / width) * width;
  let slot = baseline.slots.at(-1);
  if (slot === undefined || slot.merged || slot.start < start) {
    slot = { start: Math.max(start, slot?.start ?? start), statistics: emptyStatistics(), merged: false };
    baseline.slots.push(slot);
    roll(baseline, config, fact.at, width);
  }
  // A call a little older than its predecessor goes where that one went: slots stay in order.
  count(slot.statistics, fact, failed, quality);
}

/** Learns a late call where its time still is open; the reference that rules compare with never changes in hindsight. */
export function learnLate(
  baseline: Baseline,
  config: BaselineConfig,
  fact: CallFact,
  failed: boolean,
  quality: number | undefined,
): void {
  const width = Math.max(1_000, config.window / SLICES);
  const slot = baseline.slots.find(({ start, merged }) => !merged && start <= fact.at && fact.at < start + width);
  if (slot !== undefined) count(slot.statistics, fact, failed, quality);
}

/** Learns what the content of a call tells that was learned before its content was known. */
export function learnContent(
  baseline: Baseline,
  config: BaselineConfig,
  fact: CallFact,
  quality: number | undefined,
): void {
  if (baseline.anchor.calls < config.min_calls) countContent(baseline.anchor, fact, quality);
  const slot = baseline.slots.at(-1);
  if (slot !== undefined && !slot.merged) countContent(slot.statistics, fact, quality);
}

/**
 * Forgets what is too young to be part of the reference: an incident has opened, and it began before it was found.
 * One that opens while the cell learns makes it learn anew.
 */
export function forgetRecent(baseline: Baseline, config: BaselineConfig): Baseline {
  if (baseline.anchor.calls < config.min_calls) return emptyBaseline();
  return { ...baseline, slots: baseline.slots.filter(({ merged }) => merged) };
}

function roll(baseline: Baseline, config: BaselineConfig, at: number, width: number): void {
  for (const slot of baseline.slots) {
    if (!slot.merged && slot.start + width <= at - config.gap) {
      mergeStatistics(baseline.rolling, slot.statistics);
      slot.merged = true;
    }
  }
  const keepFrom = at - config.gap - config.window;
  for (const slot of baseline.slots) {
    if (slot.start < keepFrom && slot.merged) mergeStatistics(baseline.rolling, slot.statistics, -1);
  }
  baseline.slots = baseline.slots.filter((slot) => slot.start >= keepFrom);
}

/** `undefined` while the cell is still learning. */
export function expectationOf(baseline: Baseline, config: BaselineConfig): Expectation | undefined {
  const { anchor, rolling } = baseline;
  if (anchor.calls < config.min_calls) return undefined;
  const reference = rolling.calls >= config.min_calls ? rolling : anchor;
  const known = [...reference.formatClasses.values()].reduce((sum, calls) => sum + calls, 0);
  const usual = [...reference.formatClasses].find(([, calls]) => calls >= USUAL_CLASS * known);
  return {
    anchor,
    reference,
    formatClass: usual?.[0],
    refusalUsual: reference.refused >= USUAL_REFUSAL * reference.calls,
  };
}
