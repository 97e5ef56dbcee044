import {
  emptyBaseline,
  expectationOf,
  forgetRecent,
  learn,
  type Baseline,
  type Expectation,
} from "../baselines/baseline.ts";
import type { CallFact, Cell } from "../facts/call-fact.ts";
import { hasFailed, qualityOf } from "./badness.ts";
import { costPerRequest } from "./cost/cost-per-request.ts";
import { rowOf, runawayLoop } from "./cost/runaway-loop.ts";
import { tokenSpike } from "./cost/token-spike.ts";
import type { DetectionConfig } from "./detection-config.ts";
import type { IncidentKind, Verdict } from "./finding.ts";
import { errorShare } from "./outage/error-share.ts";
import { silence } from "./outage/silence.ts";
import { slowAnswers, slowFirstChunk } from "./outage/slow-calls.ts";
import { formatCompliance } from "./quality/format-compliance.ts";
import { qualityDrop } from "./quality/quality-drop.ts";
import { shapeChange } from "./quality/shape-change.ts";
import type { Firing, Judged, Rule } from "./rule.ts";

/** All that is held of one cell. Plain data, for `v8.serialize`. */
export interface CellWatch {
  readonly cell: Cell;
  /** The latest facts, the oldest first. */
  recent: CallFact[];
  calls: number;
  lastAt: number;
  /** Kinds of the open incidents: while there is one, nothing is learned. */
  readonly frozen: Set<IncidentKind>;
  /** Identities of pending calls whose final span is still to come, the oldest first. */
  readonly pending: Set<string>;
  /** By version of the signals, the latest used last. */
  readonly lanes: Map<string, Lane>;
  /** States of the rules that do not look into answers: another version of the signals does not concern them. */
  readonly rules: Map<string, Firing>;
}

/** What is usual by one version of the signals, and the rules that compare with it. */
interface Lane {
  baseline: Baseline;
  readonly rules: Map<string, Firing>;
}

/** The rules of every cell; the loop first, for the others leave its repeats out. */
const CELL_RULES: readonly Rule<Firing>[] = [
  runawayLoop,
  errorShare,
  slowAnswers,
  slowFirstChunk,
  silence,
  tokenSpike,
  costPerRequest,
];
const LANE_RULES: readonly Rule<Firing>[] = [qualityDrop, formatCompliance, shapeChange];
const NEED_NO_BASELINE: ReadonlySet<string> = new Set(["runaway_loop", "error_share", "silence", "format_compliance"]);

/** Versions of the signals that a cell is watched by at once; beyond it the longest unused is forgotten. */
const MOST_LANES = 4;
/** Pending calls remembered for a cell; beyond it the oldest are forgotten. */
const MOST_PENDING = 1_000;
/** From so many equal tool calls in a row they are a loop, not answers. */
const LOOPING = 3;
/** A cell that was not heard for so long is neither well nor ill. */
const UNKNOWN_AFTER = 30 * 60_000;

export type RuleState = "learning" | "ok" | "firing" | "unknown";

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

/** Judges one call of the cell, then learns it. Late calls are evidence only. */
export function judgeCall(watch: CellWatch, fact: CallFact, kept: number, config: DetectionConfig): readonly Verdict[] {
  const wasPending = watch.pending.delete(fact.identity);
  keep(watch, fact, wasPending, kept);
  if (fact.late) return [];
  watch.lastAt = Math.max(watch.lastAt, fact.at);
  if (fact.pending) return suspectTimeout(watch, fact, config);
  watch.calls++;
  const lane = laneOf(watch, fact.signals);
  const own = expectationOf(lane.baseline, config.baseline);
  const failed = hasFailed(fact);
  const learnable = watch.frozen.size === 0;
  const judged = { fact, failed, quality: qualityOf(fact, own), expectation: own, looping: false, learnable };
  const shared = own ?? established(watch, config);
  const cellVerdicts = CELL_RULES
    // It has counted as a suspected time-out already.
    .filter((rule) => !(wasPending && rule === errorShare))
    .flatMap((rule) => run(rule, watch.rules, { ...judged, expectation: shared }, config));
  const looping = isLooping(watch, fact);
  const laneVerdicts = LANE_RULES.flatMap((rule) => run(rule, lane.rules, { ...judged, looping }, config));
  if (learnable && !looping) learn(lane.baseline, config.baseline, fact, failed, judged.quality);
  const verdicts = [...cellVerdicts, ...laneVerdicts.filter((verdict) => !firesElsewhere(watch, verdict))];
  return verdicts.map((verdict) => withWindow(verdict, watch));
}

/** Judges the passing of time. */
export function judgeTime(
  watch: CellWatch,
  now: number,
  judgesSilence: boolean,
  config: DetectionConfig,
): readonly Verdict[] {
  return CELL_RULES.flatMap((rule) => {
    const state = watch.rules.get(rule.name);
    if (state === undefined || rule.tick === undefined || (rule === silence && !judgesSilence)) return [];
    return rule.tick(state, watch.cell, now, config) ?? [];
  });
}

/** An incident has opened or closed: from the first one open to the last one closed nothing is learned. */
export function freezeCell(watch: CellWatch, kind: IncidentKind, frozen: boolean, config: DetectionConfig): void {
  if (!frozen) watch.frozen.delete(kind);
  else if (!watch.frozen.has(kind)) {
    watch.frozen.add(kind);
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

/** How each rule of the cell stands. */
export function ruleStates(watch: CellWatch, now: number, config: DetectionConfig): ReadonlyMap<string, RuleState> {
  const learning = established(watch, config) === undefined;
  const unheard = now - watch.lastAt > UNKNOWN_AFTER;
  return new Map(
    [...CELL_RULES, ...LANE_RULES].map(({ name }) => {
      if (fires(watch, name)) return [name, "firing"];
      if (unheard) return [name, "unknown"];
      return [name, learning && !NEED_NO_BASELINE.has(name) ? "learning" : "ok"];
    }),
  );
}

function keep(watch: CellWatch, fact: CallFact, wasPending: boolean, kept: number): void {
  if (wasPending) watch.recent = watch.recent.filter(({ identity }) => identity !== fact.identity);
  watch.recent.push(fact);
  // Cut seldom, so that it costs next to nothing a call.
  if (watch.recent.length >= 1.25 * kept) watch.recent = watch.recent.slice(-kept);
}

function suspectTimeout(watch: CellWatch, fact: CallFact, config: DetectionConfig): readonly Verdict[] {
  watch.pending.add(fact.identity);
  const [oldest] = watch.pending;
  if (watch.pending.size > MOST_PENDING && oldest !== undefined) watch.pending.delete(oldest);
  const expectation = established(watch, config);
  const verdicts = run(
    errorShare,
    watch.rules,
    { fact, failed: true, quality: undefined, expectation, looping: false, learnable: false },
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
function established(watch: CellWatch, config: DetectionConfig): Expectation | undefined {
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
  const states = [watch.rules, ...[...watch.lanes.values()].map(({ rules }) => rules)];
  return states.some((rules) => rules.get(rule)?.firing === true);
}

/** The time the tested calls span, where the rule itself did not say. */
function withWindow(verdict: Verdict, { recent }: CellWatch): Verdict {
  if (verdict.verdict === "quiet" || verdict.window > 0 || verdict.samples < 2) return verdict;
  const first = recent.at(-verdict.samples) ?? recent[0];
  return { ...verdict, window: Math.max(0, (verdict.at - (first?.at ?? verdict.at)) / 1_000) };
}
