import type { BaselineConfig } from "../baselines/baseline-config.ts";
import { emptyBaseline, expectationOf, forgetRecent, learn, type Baseline } from "../baselines/baseline.ts";
import { bareCall, type Cell } from "../facts/call-fact.ts";
import type { DetectionConfig } from "./detection-config.ts";
import { countCall, noTraffic, testsAPage, type Traffic } from "./false-pages.ts";
import type { IncidentKind, Verdict } from "./finding.ts";
import { emptyScores, evaluationDrop, type Score, type Scores } from "./quality/evaluation-drop.ts";
import { quietDrift, type Drifting } from "./quality/mean-drift.ts";
import { evaluationDrift } from "./quality/quality-drift.ts";
import type { Firing } from "./rule.ts";
import { note, standFiring, standQuiet, type Standing, type Stood } from "./standing.ts";

/** All that is held of the scores of one cell. Plain data, for `v8.serialize`. */
export interface ScoreWatch {
  readonly cell: Cell;
  readonly frozen: Set<IncidentKind>;
  /** By evaluation and who judged, the latest used last. */
  readonly lanes: Map<string, ScoreLane>;
}

/** One evaluation by one evaluator in one version: another version learns beside it. */
interface ScoreLane {
  baseline: Baseline;
  readonly scores: Scores;
  /** Absent in what was stored before there were any; `traffic` too. */
  drift?: Drifting | undefined;
  traffic?: Traffic | undefined;
  /** Arrival of its last score, milliseconds since the epoch. */
  heardAt: number;
  /** By rule. Absent in what was stored before they were kept. */
  standings?: Map<string, Standing> | undefined;
}

/** Evaluations of a cell that are judged at once; beyond it the longest unused is forgotten. */
const MOST_LANES = 16;
/** An evaluator that was replaced does not keep an incident open for longer. */
const UNHEARD = 30 * 60_000;
const FORGOTTEN = 24 * 3_600_000;

export function watchScores(cell: Cell): ScoreWatch {
  return { cell, frozen: new Set(), lanes: new Map() };
}

/** Judges one score, then learns it. The anchor goes on growing after the first are judged. `pairs`: as in `judgeCall`. */
export function judgeScore(
  watch: ScoreWatch,
  score: Score,
  pairs: number,
  config: DetectionConfig,
): readonly Verdict[] {
  const { cell } = watch;
  const lane = laneOf(watch, score);
  const expectation = expectationOf(lane.baseline, settingsOf(config));
  lane.traffic ??= noTraffic(score.at);
  countCall(lane.traffic, score.at);
  const tests = testsAPage(lane.traffic, pairs, config.false_pages_per_week);
  const drop = evaluationDrop(lane.scores, score, expectation, tests, cell, config);
  lane.drift ??= quietDrift();
  const drift = evaluationDrift(lane.drift, score, expectation, tests, cell, config);
  if (watch.frozen.size === 0) {
    const call = bareCall({ ...score, identity: "", signals: "", cell });
    learn(lane.baseline, config.baseline, call, false, score.evaluation.score);
  }
  return [drop, drift]
    .filter((verdict) => verdict !== undefined)
    .filter((verdict) => !(verdict.verdict === "quiet" && firesElsewhere(watch, verdict.rule, score.arrival)));
}

function settingsOf(config: DetectionConfig): BaselineConfig {
  return { ...config.baseline, min_calls: config.rules.evaluation_drop.min_scores };
}

export function freezeScores(watch: ScoreWatch, kind: IncidentKind, frozen: boolean, config: DetectionConfig): void {
  if (!frozen) watch.frozen.delete(kind);
  else if (!watch.frozen.has(kind)) {
    watch.frozen.add(kind);
    for (const lane of watch.lanes.values()) lane.baseline = forgetRecent(lane.baseline, settingsOf(config));
  }
}

/** Notes how the rules of each evaluation stand. */
export function standScores(watch: ScoreWatch, now: number, config: DetectionConfig): void {
  for (const lane of watch.lanes.values()) {
    const standings = (lane.standings ??= new Map<string, Standing>());
    note(standings, "evaluation_drop", stand(lane, lane.scores, false, now, config), now);
    note(standings, "evaluation_drift", stand(lane, lane.drift ?? quietDrift(), true, now, config), now);
  }
}

function stand(
  { baseline, heardAt }: ScoreLane,
  state: Firing,
  informs: boolean,
  now: number,
  config: DetectionConfig,
): Stood {
  const fires = standFiring(state, informs);
  if (fires !== undefined) return fires;
  if (now - heardAt > UNHEARD) return { state: "unknown", since: heardAt + UNHEARD, reason: "no score for 30 minutes" };
  const { min_calls: enough } = settingsOf(config);
  const { calls: learned } = baseline.anchor;
  if (learned < enough) return { state: "learning", reason: `${learned} of ${enough} scores learned` };
  return standQuiet(state);
}

/** Nobody has scored this cell for a day: it may make room. */
export function isUnheard({ frozen, lanes }: ScoreWatch, now: number): boolean {
  return frozen.size === 0 && [...lanes.values()].every(({ heardAt }) => now - heardAt >= FORGOTTEN);
}

function laneOf(watch: ScoreWatch, { evaluation, arrival }: Score): ScoreLane {
  const key = `${evaluation.name}\n${evaluation.evaluator}`;
  const lane = watch.lanes.get(key) ?? { baseline: emptyBaseline(), scores: emptyScores(), heardAt: arrival };
  lane.heardAt = arrival;
  watch.lanes.delete(key);
  watch.lanes.set(key, lane);
  const [oldest] = watch.lanes.keys();
  if (watch.lanes.size > MOST_LANES && oldest !== undefined) watch.lanes.delete(oldest);
  return lane;
}

/** The rule has recovered only when it has for every evaluation that is still heard. */
function firesElsewhere(watch: ScoreWatch, rule: string, now: number): boolean {
  return [...watch.lanes.values()].some(({ scores, drift, heardAt }) => {
    const state = rule === "evaluation_drop" ? scores : drift;
    return state?.firing === true && now - heardAt < UNHEARD;
  });
}
