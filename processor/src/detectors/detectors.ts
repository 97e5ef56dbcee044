import { amended, type ContentAmendment, type ScoreAmendment } from "../facts/amendment.ts";
import { bareCall, cellKey, type CallFact, type Cell } from "../facts/call-fact.ts";
import type { Place } from "../facts/joins.ts";
import { badness } from "./badness.ts";
import {
  expectationFor,
  freezeCell,
  judgeCall,
  judgeContent,
  judgeTime,
  reviseCall,
  watchCell,
  type CellWatch,
} from "./cell-watch.ts";
import { reportCell, type CellReport } from "./cell-report.ts";
import { applyBudgets, tickBudgets, type Budgets } from "./cost/budgets.ts";
import type { DetectionConfig } from "./detection-config.ts";
import { testedPairs } from "./false-pages.ts";
import { scoreName, type IncidentKind, type Series, type Verdict } from "./finding.ts";
import { standCell } from "./rule-states.ts";
import { safetyPages } from "./safety/safety-page.ts";
import { freezeScores, isUnheard, judgeScore, standScores, watchScores, type ScoreWatch } from "./score-watch.ts";
import {
  freezeService,
  judgeUse,
  judgeUseTime,
  serviceCell,
  watchService,
  type ServiceWatch,
} from "./service-watch.ts";

/** A cell that learns: its calls so far, and how many its baseline still needs. */
export interface LearningCell {
  readonly cell: Cell;
  readonly calls: number;
  readonly missing: number;
}

interface State {
  readonly version: typeof VERSION;
  readonly now: number;
  readonly overflow: number;
  readonly cells: Map<string, CellWatch>;
  readonly services: Map<string, ServiceWatch>;
  /** Absent in what was stored before there were any. */
  readonly scores?: Map<string, ScoreWatch> | undefined;
  readonly budgets?: Budgets | undefined;
}

const VERSION = 2;

/** Facts kept of all cells together; each gets an equal part of it, but no less than `LEAST_RECENT`. */
const MOST_RECENT = 500_000;
const LEAST_RECENT = 50;
/** A cell of fewer calls is a newcomer, which makes room when there is none and it was not heard for `NEWCOMER_IDLE`. */
const NEWCOMER_CALLS = 20;
const NEWCOMER_IDLE = 10 * 60_000;

/**
 * All rules over all cells: facts and ticks in, verdicts out.
 *
 * A deterministic function of facts and ticks: it reads no clock and draws no lots. Cells beyond `max_cells` have no
 * state: of their calls only safety is judged, and `overflow` counts them.
 */
export class Detectors {
  readonly #config: DetectionConfig;
  #cells = new Map<string, CellWatch>();
  #services = new Map<string, ServiceWatch>();
  #scores = new Map<string, ScoreWatch>();
  #budgets: Budgets = new Map();
  #now = -Infinity;
  #overflow = 0;
  /** Silence is not judged before: for one window after a restart, what we did not hear says nothing. */
  #silenceFrom = -Infinity;
  #restored = false;

  constructor(config: DetectionConfig) {
    this.#config = config;
  }

  /** Calls of cells that there was no room for. */
  get overflow(): number {
    return this.#overflow;
  }

  get cells(): number {
    return this.#cells.size;
  }

  apply(fact: CallFact): readonly Verdict[] {
    const safety = fact.pending ? [] : safetyPages(fact);
    const budgets = applyBudgets(this.#budgets, fact, this.#now, this.#config);
    return [...safety, ...this.#judge(fact), ...this.#judgeUse(fact), ...budgets];
  }

  /**
   * Judges what was learned of a call's content after it was judged: its safety at once, the rules of answers unless the
   * call ended before the watermark. What is then known of the call.
   */
  content(
    amendment: ContentAmendment,
    { cell, at }: Place,
    late: boolean,
  ): { readonly call: CallFact; readonly verdicts: readonly Verdict[] } {
    const watch = this.#cells.get(cellKey(cell));
    const revise = (fact: CallFact): CallFact => amended(fact, amendment);
    const call = (watch && reviseCall(watch, amendment, revise)) ?? revise(bareCall({ ...idsOf(amendment), cell, at }));
    const seen = { ...call, late, safety: amendment.safety };
    const quality = watch === undefined || late ? [] : judgeContent(watch, seen, this.#pairs(), this.#config);
    return { call: seen, verdicts: [...safetyPages(seen), ...quality] };
  }

  /** Judges somebody's score of a call. */
  score({ evaluation, arrival, traceId, spanId }: ScoreAmendment, { cell, at }: Place): readonly Verdict[] {
    const key = cellKey(cell);
    const name = scoreName({ evaluation: evaluation.name });
    const calls = this.#cells.get(key);
    const note = (fact: CallFact): CallFact => ({
      ...fact,
      measurements: { ...fact.measurements, [name]: evaluation.score },
    });
    if (calls !== undefined) reviseCall(calls, { traceId, spanId }, note);
    if (calls?.tailSampled === true) return [];
    let watch = this.#scores.get(key);
    if (watch === undefined) {
      if (this.#scores.size >= this.#config.max_cells) {
        this.#overflow++;
        return [];
      }
      watch = watchScores(cell);
      for (const kind of calls?.frozen ?? []) watch.frozen.add(kind);
      this.#scores.set(key, watch);
    }
    return judgeScore(watch, { evaluation, at, arrival, traceId, spanId }, this.#pairs(), this.#config);
  }

  /** Lets time pass up to `now`, milliseconds since the epoch. */
  tick(now: number): readonly Verdict[] {
    this.#now = Math.max(this.#now, now);
    if (this.#restored) this.resumed(now);
    const judgesSilence = now >= this.#silenceFrom;
    if (Math.max(this.#cells.size, this.#scores.size) >= this.#config.max_cells) this.#makeRoom(now);
    const verdicts = [
      ...[...this.#cells.values()].flatMap((watch) => judgeTime(watch, now, judgesSilence, this.#config)),
      ...[...this.#services.values()].flatMap((watch) => judgeUseTime(watch, now, this.#config)),
      ...tickBudgets(this.#budgets, now, this.#config),
    ];
    for (const watch of this.#cells.values()) standCell(watch, now, this.#config);
    for (const watch of this.#scores.values()) standScores(watch, now, this.#config);
    return verdicts;
  }

  /** Receiving began again at `at` after a gap of our own; silence is not judged for one window. */
  resumed(at: number): void {
    this.#restored = false;
    this.#silenceFrom = at + this.#config.rules.silence.window;
  }

  /** An incident of the kind is open in the cell, or no longer: meanwhile nothing is learned there. */
  freeze(cell: Cell, kind: IncidentKind, frozen: boolean): void {
    const key = cellKey(cell);
    const watch = this.#cells.get(key);
    if (watch !== undefined) freezeCell(watch, kind, frozen, this.#config);
    const scores = this.#scores.get(key);
    if (scores !== undefined) freezeScores(scores, kind, frozen, this.#config);
    const service = this.#services.get(key);
    if (service !== undefined) freezeService(service, kind, frozen);
  }

  /** The latest facts of the cell; of all cells of the service where the cell stands for a service. */
  recent(cell: Cell): readonly CallFact[] {
    const key = cellKey(cell);
    const own = this.#cells.get(key);
    if (own !== undefined) return own.recent.slice(-this.#kept());
    if (!this.#services.has(key)) return [];
    return [...this.#cells.values()].flatMap((watch) =>
      cellKey(serviceCell(watch.cell)) === key ? watch.recent.slice(-this.#kept()) : [],
    );
  }

  /** The number of a series that rises with the fault; `undefined` is unknown. */
  badness(series: Series, fact: CallFact): number | undefined {
    const watch = this.#cells.get(cellKey(fact.cell));
    return badness(series, fact, watch && expectationFor(watch, fact.signals, this.#config));
  }

  /** What is known of each cell, as of the latest ticks. */
  *reports(): Generator<CellReport> {
    for (const [key, watch] of this.#cells) yield reportCell(watch.cell, watch, this.#scores.get(key), this.#config);
    for (const [key, scores] of this.#scores)
      if (!this.#cells.has(key)) yield reportCell(scores.cell, undefined, scores, this.#config);
  }

  /** Cells whose baseline is not yet used. */
  learning(): readonly LearningCell[] {
    return [...this.#cells.values()].flatMap(({ cell, calls, lanes }) => {
      const learned = Math.max(0, ...[...lanes.values()].map(({ baseline }) => baseline.anchor.calls));
      const missing = this.#config.baseline.min_calls - learned;
      return missing > 0 ? [{ cell, calls, missing }] : [];
    });
  }

  /** For `v8.serialize`, at once: it is the state itself, not a copy. */
  snapshot(): unknown {
    return {
      version: VERSION,
      now: this.#now,
      overflow: this.#overflow,
      cells: this.#cells,
      services: this.#services,
      scores: this.#scores,
      budgets: this.#budgets,
    } satisfies State;
  }

  /** Takes over what `snapshot` gave; a snapshot of another version is left alone. */
  restore(snapshot: unknown): "restored" | "unknown_version" {
    const state = snapshot as State | undefined;
    if (state?.version !== VERSION) return "unknown_version";
    this.#now = state.now;
    this.#overflow = state.overflow;
    this.#cells = state.cells;
    this.#services = state.services;
    this.#scores = state.scores ?? new Map();
    this.#budgets = state.budgets ?? new Map();
    this.#restored = true;
    return "restored";
  }

  #judge(fact: CallFact): readonly Verdict[] {
    const key = cellKey(fact.cell);
    let watch = this.#cells.get(key);
    if (watch === undefined) {
      if (this.#cells.size >= this.#config.max_cells) {
        this.#overflow++;
        return [];
      }
      watch = watchCell(fact.cell);
      this.#cells.set(key, watch);
    }
    return judgeCall(watch, fact, this.#kept(), this.#pairs(), this.#config);
  }

  #judgeUse(fact: CallFact): readonly Verdict[] {
    if (fact.late || fact.pending || fact.tailSampled === true) return [];
    const cell = serviceCell(fact.cell);
    const key = cellKey(cell);
    let watch = this.#services.get(key);
    if (watch === undefined) {
      // No service has state but through a cell that has, so there are never more of them.
      if (!this.#cells.has(cellKey(fact.cell))) return [];
      watch = watchService(cell);
      this.#services.set(key, watch);
    }
    return judgeUse(watch, fact, this.#config);
  }

  #pairs(): number {
    return testedPairs(this.#cells.size, this.#scores.size);
  }

  #kept(): number {
    const part = Math.floor(MOST_RECENT / Math.max(1, this.#cells.size));
    return Math.min(this.#config.recent_calls, Math.max(LEAST_RECENT, part));
  }

  #makeRoom(now: number): void {
    for (const [key, { calls, lastAt, frozen }] of this.#cells) {
      if (calls < NEWCOMER_CALLS && frozen.size === 0 && now - lastAt >= NEWCOMER_IDLE) this.#cells.delete(key);
    }
    for (const [key, watch] of this.#scores) if (isUnheard(watch, now)) this.#scores.delete(key);
    const inUse = new Set([...this.#cells.values()].map(({ cell }) => cellKey(serviceCell(cell))));
    for (const key of this.#services.keys()) if (!inUse.has(key)) this.#services.delete(key);
  }
}

/** A call that is no longer retained: what the amendment itself tells of it. */
function idsOf({
  identity,
  traceId,
  spanId,
  arrival,
  signals,
}: ContentAmendment): Omit<Parameters<typeof bareCall>[0], "cell" | "at"> {
  return { identity, traceId, spanId, arrival, signals };
}
