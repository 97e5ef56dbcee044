import type { DetectionConfig } from "./detectors/detection-config.ts";
import type { CellReport } from "./detectors/cell-report.ts";
import { Detectors, type LearningCell } from "./detectors/detectors.ts";
import type { Finding, Verdict } from "./detectors/finding.ts";
import { isCall, type Fact, type JudgedEvaluation } from "./facts/amendment.ts";
import type { CallFact, Cell } from "./facts/call-fact.ts";
import { Joins, type Joined, type Unjoined } from "./facts/joins.ts";
import type { Change, Incident, IncidentChange } from "./incidents/incident.ts";
import type { IncidentsConfig } from "./incidents/incidents-config.ts";
import { Ledger } from "./incidents/ledger.ts";
import { Tracker } from "./incidents/tracker.ts";

/** What is told of one call by itself, once it was judged. */
export type Told =
  | { readonly told: "call"; readonly call: CallFact }
  /** Only what its content says: it was told before without. */
  | { readonly told: "content"; readonly call: CallFact }
  | { readonly told: "score"; readonly evaluation: JudgedEvaluation; readonly cell: Cell };

/** What came of a fact or of the passing of time, in the order in which it came. */
export interface Judged {
  readonly calls: readonly Told[];
  readonly findings: readonly Finding[];
  readonly changes: readonly Change[];
  readonly incidents: readonly IncidentChange[];
}

/** Sums over all facts judged; weighted by the sampling probability. */
export interface Totals {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars, of the calls whose price is known. */
  readonly cost: number;
  readonly unpricedCalls: number;
  /** Calls of which it is not known how many they stand for: while there are any, all sums are lower bounds. */
  readonly unweightedCalls: number;
}

interface State {
  readonly version: typeof VERSION;
  readonly nextTick: number;
  readonly totals: Totals;
  readonly detectors: unknown;
  readonly ledger: unknown;
  readonly tracker: unknown;
}

const VERSION = 1;
/** As `facts.allowed_lateness` by default. */
const LATENESS = 2 * 60_000;
const QUIET: Judged = { calls: [], findings: [], changes: [], incidents: [] };
const NOTHING: Totals = { calls: 0, inputTokens: 0, outputTokens: 0, cost: 0, unpricedCalls: 0, unweightedCalls: 0 };

/**
 * The deterministic half of the processor: facts and clock ticks in, findings, changes and incidents out.
 *
 * Time passes on a grid of `detection.tick`, as far as the arrival of the next fact or the call of `advance` says. So the
 * same facts yield the same outcome whether they are judged as they come or replayed after a restart.
 */
export class Judgement {
  readonly #detectors: Detectors;
  readonly #ledger: Ledger;
  readonly #tracker: Tracker;
  readonly #newTracker: () => Tracker;
  readonly #joins = new Joins();
  readonly #tick: number;
  readonly #lateness: number;
  #nextTick = 0;
  #recalling = false;
  #totals = NOTHING;

  /** `lateness`: milliseconds a call may be late, before its content opens nothing but safety. */
  constructor(detection: DetectionConfig, incidents: IncidentsConfig, lateness = LATENESS) {
    this.#lateness = lateness;
    this.#tick = detection.tick;
    this.#detectors = new Detectors(detection);
    this.#ledger = new Ledger(incidents);
    this.#newTracker = () => new Tracker(incidents, this.#detectors, this.#ledger);
    this.#tracker = this.#newTracker();
  }

  get totals(): Totals {
    return this.#totals;
  }

  openIncidents(): readonly Incident[] {
    return this.#tracker.open();
  }

  /** Amendments that wait for their call, and those that found none. */
  get joins(): { readonly waiting: number; readonly unjoined: Readonly<Record<Unjoined, number>> } {
    return this.#joins;
  }

  /** Judges one fact; time first passes up to its arrival. */
  apply(fact: Fact): Judged {
    const before = this.advance(fact.arrival);
    const joined = isCall(fact) ? this.#joins.call(fact) : this.#joins.amend(fact);
    return merged([before, ...joined.map((each) => this.#judge(each))]);
  }

  /**
   * Takes in a fact whose effect the restored checkpoint already holds: only which call belongs to which ids, and what
   * waits for its call, is not in it.
   */
  recall(fact: Fact): void {
    this.#recalling = true;
    this.#joins.advance(Math.min(Math.floor(fact.arrival / this.#tick), this.#nextTick / this.#tick - 1) * this.#tick);
    if (isCall(fact)) this.#joins.call(fact);
    else this.#joins.amend(fact);
  }

  /** Cells with state, and those of them whose baseline is not yet used. */
  get cells(): { readonly known: number; readonly learning: readonly LearningCell[] } {
    return { known: this.#detectors.cells, learning: this.#detectors.learning() };
  }

  /** What is known of each cell, and how its rules stand. */
  cellReports(): Iterable<CellReport> {
    return this.#detectors.reports();
  }

  /** Calls and scores of cells that there was no room for. */
  get overflow(): number {
    return this.#detectors.overflow;
  }

  /** What was learned, as a snapshot to begin with at `now`, milliseconds since the epoch: no incident is open, nothing is summed. */
  learned(now: number): unknown {
    for (const { cell, kind } of this.#tracker.open()) this.#detectors.freeze(cell, kind, false);
    return {
      version: VERSION,
      nextTick: Math.ceil(now / this.#tick) * this.#tick,
      totals: NOTHING,
      detectors: this.#detectors.snapshot(),
      ledger: this.#ledger.snapshot(),
      tracker: this.#newTracker().snapshot(),
    } satisfies State;
  }

  /** Calls come in again from `at` on, after a gap of our own: what was not heard in it says nothing. */
  resumed(at: number): void {
    this.#detectors.resumed(at);
  }

  /** Lets time pass up to `now`, milliseconds since the epoch. */
  advance(now: number): Judged {
    if (this.#nextTick === 0) this.#nextTick = Math.ceil(now / this.#tick) * this.#tick;
    // Up to the checkpoint, whatever gave up waiting did so before it.
    if (this.#recalling) this.#joins.advance(this.#nextTick - this.#tick);
    this.#recalling = false;
    const passed: Judged[] = [];
    for (; this.#nextTick <= now; this.#nextTick += this.#tick) {
      passed.push(...this.#joins.advance(this.#nextTick).map((each) => this.#judge(each)));
      passed.push(this.#follow(this.#detectors.tick(this.#nextTick)));
      passed.push({ ...QUIET, incidents: this.#noted(this.#tracker.tick(this.#nextTick)) });
    }
    return merged(passed);
  }

  snapshot(): unknown {
    return {
      version: VERSION,
      nextTick: this.#nextTick,
      totals: this.#totals,
      detectors: this.#detectors.snapshot(),
      ledger: this.#ledger.snapshot(),
      tracker: this.#tracker.snapshot(),
    } satisfies State;
  }

  /** Takes over what `snapshot` gave. False where any part of it is of another version: this one is then of no use. */
  restore(snapshot: unknown): boolean {
    const state = snapshot as Partial<State> | undefined;
    if (state?.version !== VERSION || state.nextTick === undefined || state.totals === undefined) return false;
    const parts = [
      this.#detectors.restore(state.detectors),
      this.#ledger.restore(state.ledger),
      this.#tracker.restore(state.tracker),
    ];
    if (parts.some((part) => part !== "restored")) return false;
    this.#nextTick = state.nextTick;
    this.#totals = { ...NOTHING, ...state.totals };
    return true;
  }

  #judge(joined: Joined): Judged {
    switch (joined.joined) {
      case "call": {
        const { call } = joined;
        this.#count(call);
        const changes = this.#ledger.observe(call);
        return { ...this.#follow(this.#detectors.apply(call)), calls: [{ told: "call", call }], changes };
      }
      case "content": {
        const { amendment, place } = joined;
        const late = place.at < amendment.arrival - this.#lateness;
        const { call, verdicts } = this.#detectors.content(amendment, place, late);
        return { ...this.#follow(verdicts), calls: [{ told: "content", call }] };
      }
      case "score": {
        const { amendment, place } = joined;
        const told = { told: "score", evaluation: amendment.evaluation, cell: place.cell } as const;
        return { ...this.#follow(this.#detectors.score(amendment, place)), calls: [told] };
      }
    }
  }

  #follow(verdicts: readonly Verdict[]): Judged {
    const findings = verdicts.filter((verdict) => verdict.verdict === "finding");
    const incidents = verdicts.flatMap((verdict) => this.#noted(this.#tracker.apply(verdict)));
    return { ...QUIET, findings, incidents };
  }

  /** Baselines learn nothing in a cell while an incident is open there. */
  #noted(changes: readonly IncidentChange[]): readonly IncidentChange[] {
    for (const { transition, incident } of changes) {
      if (transition !== "updated") this.#detectors.freeze(incident.cell, incident.kind, transition === "opened");
    }
    return changes;
  }

  #count(fact: CallFact): void {
    if (fact.pending) return;
    const { totals, weight } = { totals: this.#totals, weight: fact.weight };
    this.#totals = {
      calls: totals.calls + weight,
      inputTokens: totals.inputTokens + weight * (fact.usage.input ?? 0),
      outputTokens: totals.outputTokens + weight * (fact.usage.output ?? 0),
      cost: totals.cost + weight * (fact.cost ?? 0),
      unpricedCalls: totals.unpricedCalls + (fact.cost === undefined ? weight : 0),
      unweightedCalls: totals.unweightedCalls + (fact.weightKnown ? 0 : 1),
    };
  }
}

function merged(parts: readonly Judged[]): Judged {
  return {
    calls: parts.flatMap(({ calls }) => calls),
    findings: parts.flatMap(({ findings }) => findings),
    changes: parts.flatMap(({ changes }) => changes),
    incidents: parts.flatMap(({ incidents }) => incidents),
  };
}
