import type { Cell } from "../facts/call-fact.ts";
import { established, learnedCalls, type CellWatch } from "./cell-watch.ts";
import type { DetectionConfig } from "./detection-config.ts";
import { callsAWeek } from "./false-pages.ts";
import type { IncidentKind } from "./finding.ts";
import type { ScoreWatch } from "./score-watch.ts";
import type { Standing } from "./standing.ts";

/** What is known of one cell, for people and metrics. Times are milliseconds since the epoch. */
export interface CellReport {
  readonly cell: Cell;
  readonly calls: number;
  readonly lastAt: number | undefined;
  /** Kinds of the open incidents: while there is one, nothing is learned. */
  readonly incidents: readonly IncidentKind[];
  /** Absent once its baseline is in use. */
  readonly learning?: Learning | undefined;
  readonly rules: readonly RuleReport[];
}

interface Learning {
  readonly learned: number;
  readonly missing: number;
  /** When that will be, at the pace of its calls so far; absent where nothing is learned now. */
  readonly expectedAt?: number | undefined;
}

interface RuleReport extends Standing {
  readonly rule: string;
  /** Of a rule that judges somebody's scores: which evaluation. */
  readonly evaluation?: string | undefined;
}

const WEEK = 7 * 24 * 3_600_000;

/** `watch` or `scores` may be absent, not both: scores whose call is not found have a cell of their own. */
export function reportCell(
  cell: Cell,
  watch: CellWatch | undefined,
  scores: ScoreWatch | undefined,
  config: DetectionConfig,
): CellReport {
  return {
    cell,
    calls: watch?.calls ?? 0,
    lastAt: watch === undefined || watch.lastAt === -Infinity ? undefined : watch.lastAt,
    incidents: [...new Set([...(watch?.frozen ?? []), ...(scores?.frozen ?? [])])],
    learning: watch && learningOf(watch, config),
    rules: [...rulesOf(watch), ...evaluationsOf(scores)],
  };
}

function learningOf(watch: CellWatch, config: DetectionConfig): Learning | undefined {
  if (established(watch, config) !== undefined) return undefined;
  const learned = learnedCalls(watch);
  const missing = Math.max(0, config.baseline.min_calls - learned);
  const { traffic, frozen, lastAt } = watch;
  if (traffic === undefined || frozen.size > 0) return { learned, missing };
  return { learned, missing, expectedAt: Math.round(lastAt + (missing / callsAWeek(traffic)) * WEEK) };
}

function rulesOf(watch: CellWatch | undefined): readonly RuleReport[] {
  return [...(watch?.standings ?? [])].map(([rule, standing]) => ({ rule, ...standing }));
}

function evaluationsOf(scores: ScoreWatch | undefined): readonly RuleReport[] {
  return [...(scores?.lanes ?? [])].flatMap(([key, { standings }]) => {
    const [evaluation] = key.split("\n", 1);
    return [...(standings ?? [])].map(([rule, standing]) => ({ rule, evaluation, ...standing }));
  });
}
