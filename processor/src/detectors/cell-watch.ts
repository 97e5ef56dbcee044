import {
  emptyBaseline,
  expectationOf,
  forgetRecent,
  learn,
  learnContent,
  learnLate,
  type Baseline,
  type Expectation,
} from "../baselines/baseline.ts";
import {
  addVolume,
  emptyVolume,
  forgetRecentVolume,
  passVolume,
  volumeOf,
  type SeasonalVolume,
} from "../baselines/seasonal-volume.ts";
import { spanOfCall, type CallFact, type Cell } from "../facts/call-fact.ts";
import { hasFailed, qualityOf } from "./badness.ts";
import { CALL_RULES, CELL_RULES, LANE_RULES } from "./cell-rules.ts";
import { rowOf, runawayLoop } from "./cost/runaway-loop.ts";
import { lateSpike } from "./cost/token-spike.ts";
import type { DetectionConfig } from "./detection-config.ts";
import { countCall, noTraffic, testsAPage, type Traffic } from "./false-pages.ts";
import type { IncidentKind, Verdict } from "./finding.ts";
import { errorShare } from "./outage/error-share.ts";
import { silence } from "./outage/silence.ts";
import { shapeChange } from "./quality/shape-change.ts";
import type { Firing, Judged, Rule } from "./rule.ts";
import type { Standing } from "./standing.ts";

/** All that is held of one cell. Plain data, for `v8.serialize`. */
export interface CellWatch {
  readonly cell: Cell;
  /** The latest facts, the oldest first. */
  recent: CallFact[];
  calls: number;
  lastAt: number;
  /** Absent in what was stored before it was counted. */
  traffic?: Traffic | undefined;
  /** Kinds of the open incidents: while there is one, nothing is learned. */
  readonly frozen: Set<IncidentKind>;
  /** Spans of pending calls whose end is still to come, the oldest first. */
  readonly pending: Set<string>;
  /** Arrival of its last late call, milliseconds since the epoch: where those come, the cell is not silent but behind. */
  lateAt?: number | undefined;
  /** How much comes at which time of the day; absent until there was a call. */
  volume?: SeasonalVolume | undefined;
  /** Its calls were chosen by how they went: shares and means are unknown. */
  tailSampled?: boolean | undefined;
  /** By version of the signals, the latest used last. */
  readonly lanes: Map<string, Lane>;
  /** States of the rules that do not look into answers: another version of the signals does not concern them. */
  readonly rules: Map<string, Firing>;
  /** How each rule stands, by its name, as of `stoodAt`. Absent in what was stored before it was kept. */
  standings?: Map<string, Standing> | undefined;
  stoodAt?: number | undefined;
}

/** What is usual by one version of the signals, and the rules that compare with it. */
interface Lane {
  baseline: Baseline;
  readonly rules: Map<string, Firing>;
}

/** Versions of the signals that a cell is watched by at once; beyond it the longest unused is forgotten. */
const MOST_LANES = 4;
/** Pending calls remembered for a cell; beyond it the oldest are forgotten. */
const MOST_PENDING = 1_000;
/** From so many equal tool calls in a row they are a loop, not answers. */
const LOOPING = 3;
export function watchCell(cell: Cell): CellWatch {
  return {
    cell,
    recent: [],
    calls: 0,
    lastAt: -Infinity,
    frozen: new Set(),
    pending: new Set(),
    lanes: new Map(),
    rules: new Map(),
  };
}

/**
 * Judges one call of the cell, then learns it. Late calls open nothing: they are evidence, and part of what is learned.
 * `pairs`: of cell and signal, among which the budget of false pages is divided.
 */
export function judgeCall(
  watch: CellWatch,
  fact: CallFact,
  kept: number,
  pairs: number,
  config: DetectionConfig,
): readonly Verdict[] {
  const wasPending = watch.pending.delete(spanOfCall(fact));
  keep(watch, fact, wasPending, kept);
  if (fact.late) return judgeLate(watch, fact, wasPending, config);
  watch.tailSampled = fact.tailSampled;
  watch.lastAt = Math.max(watch.lastAt, fact.at);
  if (fact.pending) return suspectTimeout(watch, fact, config);
  watch.calls++;
  watch.traffic ??= noTraffic(fact.at);
  countCall(watch.traffic, fact.at);
  const tests = testsAPage(watch.traffic, pairs, config.false_pages_per_week);
  const lane = laneOf(watch, fact.signals);
  const own = expectationOf(lane.baseline, config.baseline);
  const failed = hasFailed(fact);
  const learnable = watch.frozen.size === 0;
  watch.volume ??= emptyVolume();
  addVolume(watch.volume, fact.at, volumeOf(fact));
  const quality = qualityOf(fact, own);
  const volume = watch.volume.reference;
  const judged = { fact, failed, quality, expectation: own, looping: false, learnable, tests, volume };
  const shared = own ?? established(watch, config);
  const cellVerdicts = rulesOf(watch, CELL_RULES).flatMap((rule) =>
    run(rule, watch.rules, { ...judged, expectation: shared }, config),
  );
  const looping = isLooping(watch, fact);
  const laneVerdicts = rulesOf(watch, LANE_RULES).flatMap((rule) =>
    run(rule, lane.rules, { ...judged, looping }, config),
  );
  if (learnable && !looping) learn(lane.baseline, config.baseline, fact, failed, quality);
  const verdicts = [...cellVerdicts, ...laneVerdicts.filter((verdict) => !firesElsewhere(watch, verdict))];
  if (verdicts.length > 0) watch.stoodAt = undefined;
  return verdicts.map((verdict) => withWindow(verdict, watch));
}

/** Judges the content of a call that was judged without it: answers only, for the call itself has counted. */
export function judgeContent(
  watch: CellWatch,
  fact: CallFact,
  pairs: number,
  config: DetectionConfig,
): readonly Verdict[] {
  const lane = laneOf(watch, fact.signals);
  const expectation = expectationOf(lane.baseline, config.baseline);
  const quality = qualityOf(fact, expectation);
  const learnable = watch.frozen.size === 0;
  const looping = isLooping(watch, fact);
  const tests = testsAPage(watch.traffic ?? noTraffic(fact.at), pairs, config.false_pages_per_week);
  const judged = { fact, failed: hasFailed(fact), quality, expectation, looping, learnable, tests };
  const verdicts = rulesOf(watch, LANE_RULES).flatMap((rule) => run(rule, lane.rules, judged, config));
  if (learnable && !looping) learnContent(lane.baseline, config.baseline, fact, quality);
  return verdicts.filter((verdict) => !firesElsewhere(watch, verdict)).map((verdict) => withWindow(verdict, watch));
}

/** Calls that the furthest of its baselines has learned, while it learns. */
export function learnedCalls({ lanes }: CellWatch): number {
  return Math.max(0, ...[...lanes.values()].map(({ baseline }) => baseline.anchor.calls));
}

/** Replaces a retained call by what is now known of it; `undefined` where it is not retained. */
export function reviseCall(
  watch: CellWatch,
  { traceId, spanId }: Pick<CallFact, "traceId" | "spanId">,
  revise: (fact: CallFact) => CallFact,
): CallFact | undefined {
  const index = watch.recent.findLastIndex((fact) => fact.spanId === spanId && fact.traceId === traceId);
  const found = watch.recent[index];
  if (found === undefined || spanId === "") return undefined;
  const revised = revise(found);
  watch.recent[index] = revised;
  return revised;
}

/** Judges the passing of time. */
export function judgeTime(
  watch: CellWatch,
  now: number,
  judgesSilence: boolean,
  config: DetectionConfig,
): readonly Verdict[] {
  const closed = watch.volume && passVolume(watch.volume, now, watch.frozen.size > 0);
  const volume = { closed, usual: watch.volume?.reference };
  const behind = now - (watch.lateAt ?? -Infinity) < config.rules.silence.window;
  const verdicts = rulesOf(watch, CELL_RULES).flatMap((rule) => {
    const state = watch.rules.get(rule.name);
    if (state === undefined || rule.tick === undefined || (rule === silence && (!judgesSilence || behind))) return [];
    return rule.tick(state, watch.cell, now, config, volume) ?? [];
  });
  if (verdicts.length > 0) watch.stoodAt = undefined;
  return verdicts;
}

/** An incident has opened or closed: from the first one open to the last one closed nothing is learned. */
export function freezeCell(watch: CellWatch, kind: IncidentKind, frozen: boolean, config: DetectionConfig): void {
  watch.stoodAt = undefined;
  if (!frozen) watch.frozen.delete(kind);
  else if (!watch.frozen.has(kind)) {
    watch.frozen.add(kind);
    if (watch.volume !== undefined) forgetRecentVolume(watch.volume);
    for (const lane of watch.lanes.values()) {
      // What it had learned so far may be part of the incident.
      if (expectationOf(lane.baseline, config.baseline) === undefined) lane.rules.delete(shapeChange.name);
      lane.baseline = forgetRecent(lane.baseline, config.baseline);
    }
  }
}

/** What is usual for a call by its version of the signals; `undefined` while that is being learned. */
export function expectationFor(watch: CellWatch, signals: string, config: DetectionConfig): Expectation | undefined {
  const lane = watch.lanes.get(signals);
  return lane && expectationOf(lane.baseline, config.baseline);
}

function judgeLate(watch: CellWatch, fact: CallFact, wasPending: boolean, config: DetectionConfig): readonly Verdict[] {
  watch.lateAt = fact.arrival;
  if (fact.pending) return [];
  const lane = watch.lanes.get(fact.signals);
  const own = lane && expectationOf(lane.baseline, config.baseline);
  const [failed, quality] = [hasFailed(fact), qualityOf(fact, own)];
  if (lane !== undefined && watch.frozen.size === 0) learnLate(lane.baseline, config.baseline, fact, failed, quality);
  const expectation = own ?? established(watch, config);
  const judged = { fact, failed, quality, expectation, looping: false, learnable: false, tests: 1 };
  // It was suspected and did well after all: that can only end an outage.
  const cleared = wasPending && !failed ? run(errorShare, watch.rules, judged, config) : [];
  return [...cleared, lateSpike(fact, expectation, config) ?? []].flat();
}

function rulesOf({ tailSampled }: CellWatch, rules: readonly Rule<Firing>[]): readonly Rule<Firing>[] {
  return tailSampled === true ? rules.filter((rule) => CALL_RULES.has(rule)) : rules;
}

function keep(watch: CellWatch, fact: CallFact, wasPending: boolean, kept: number): void {
  if (wasPending)
    watch.recent = watch.recent.filter((other) => !other.pending || spanOfCall(other) !== spanOfCall(fact));
  watch.recent.push(fact);
  // Cut seldom, so that it costs next to nothing a call.
  if (watch.recent.length >= 1.25 * kept) watch.recent = watch.recent.slice(-kept);
}

function suspectTimeout(watch: CellWatch, fact: CallFact, config: DetectionConfig): readonly Verdict[] {
  if (watch.tailSampled === true) return [];
  watch.pending.add(spanOfCall(fact));
  const [oldest] = watch.pending;
  if (watch.pending.size > MOST_PENDING && oldest !== undefined) watch.pending.delete(oldest);
  const expectation = established(watch, config);
  const verdicts = run(
    errorShare,
    watch.rules,
    { fact, failed: true, quality: undefined, expectation, looping: false, learnable: false, tests: 1 },
    config,
  );
  return verdicts.map((verdict) => withWindow(verdict, watch));
}

function run(
  rule: Rule<Firing>,
  states: Map<string, Firing>,
  judged: Judged,
  config: DetectionConfig,
): readonly Verdict[] {
  const state = states.get(rule.name) ?? rule.initial();
  states.set(rule.name, state);
  const verdict = rule.apply(state, judged, config);
  return verdict === undefined ? [] : [verdict];
}

function laneOf(watch: CellWatch, signals: string): Lane {
  const lane = watch.lanes.get(signals) ?? { baseline: emptyBaseline(), rules: new Map<string, Firing>() };
  watch.lanes.delete(signals);
  watch.lanes.set(signals, lane);
  const [oldest] = watch.lanes.keys();
  if (watch.lanes.size > MOST_LANES && oldest !== undefined) watch.lanes.delete(oldest);
  return lane;
}

/** What is usual by any version of the signals, the latest used first: tokens, cost and latency do not depend on it. */
export function established(watch: CellWatch, config: DetectionConfig): Expectation | undefined {
  return [...watch.lanes.values()].flatMap(({ baseline }) => expectationOf(baseline, config.baseline) ?? []).at(-1);
}

function isLooping(watch: CellWatch, fact: CallFact): boolean {
  const state = watch.rules.get(runawayLoop.name);
  return state !== undefined && "runs" in state && rowOf(state as Parameters<typeof rowOf>[0], fact) >= LOOPING;
}

/** A rule has recovered only when it has by every version of the signals. */
function firesElsewhere(watch: CellWatch, verdict: Verdict): boolean {
  return verdict.verdict === "quiet" && fires(watch, verdict.rule);
}

function fires(watch: CellWatch, rule: string): boolean {
  return statesOf(watch, rule).some(({ firing }) => firing);
}

/** The states of a rule, of every version of the signals, the latest used last. */
export function statesOf({ rules, lanes }: CellWatch, rule: string): readonly Firing[] {
  return [rules, ...[...lanes.values()].map((lane) => lane.rules)].flatMap((states) => states.get(rule) ?? []);
}

/** The time the tested calls span, where the rule itself did not say. */
function withWindow(verdict: Verdict, { recent }: CellWatch): Verdict {
  if (verdict.verdict === "quiet" || verdict.window > 0 || verdict.samples < 2) return verdict;
  const first = recent.at(-verdict.samples) ?? recent[0];
  return { ...verdict, window: Math.max(0, (verdict.at - (first?.at ?? verdict.at)) / 1_000) };
}
