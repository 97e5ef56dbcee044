import { emptyBaseline, expectationOf, forgetRecent, learn, type Baseline } from "../baselines/baseline.ts";
import { bareCall, type Cell } from "../facts/call-fact.ts";
import type { DetectionConfig } from "./detection-config.ts";
import type { IncidentKind, Verdict } from "./finding.ts";
import { emptyScores, evaluationDrop, type Score, type Scores } from "./quality/evaluation-drop.ts";

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
  /** Arrival of its last score, milliseconds since the epoch. */
  heardAt: number;
}

/** Evaluations of a cell that are judged at once; beyond it the longest unused is forgotten. */
const MOST_LANES = 16;
/** An evaluator that was replaced does not keep an incident open for longer. */
const UNHEARD = 30 * 60_000;
const FORGOTTEN = 24 * 3_600_000;

export function watchScores(cell: Cell): ScoreWatch {
  return { cell, frozen: new Set(), lanes: new Map() };
}

/** Judges one score, then learns it. */
export function judgeScore(watch: ScoreWatch, score: Score, config: DetectionConfig): readonly Verdict[] {
  const lane = laneOf(watch, score);
  const settings = { ...config.baseline, min_calls: config.rules.evaluation_drop.min_scores };
  const expectation = expectationOf(lane.baseline, settings);
  const verdict = evaluationDrop(lane.scores, score, expectation, watch.cell, config);
  if (watch.frozen.size === 0)
    learn(
      lane.baseline,
      settings,
      bareCall({ ...score, identity: "", signals: "", cell: watch.cell }),
      false,
      score.evaluation.score,
    );
  if (verdict === undefined || (verdict.verdict === "quiet" && firesElsewhere(watch, score.arrival))) return [];
  return [verdict];
}

export function freezeScores(watch: ScoreWatch, kind: IncidentKind, frozen: boolean, config: DetectionConfig): void {
  if (!frozen) watch.frozen.delete(kind);
  else if (!watch.frozen.has(kind)) {
    watch.frozen.add(kind);
    const settings = { ...config.baseline, min_calls: config.rules.evaluation_drop.min_scores };
    for (const lane of watch.lanes.values()) lane.baseline = forgetRecent(lane.baseline, settings);
  }
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
function firesElsewhere(watch: ScoreWatch, now: number): boolean {
  return [...watch.lanes.values()].some(({ scores, heardAt }) => scores.firing && now - heardAt < UNHEARD);
}
