import type { DetectionConfig } from "./detectors/detection-config.ts";
import { Detectors } from "./detectors/detectors.ts";
import type { Finding, Verdict } from "./detectors/finding.ts";
import type { CallFact } from "./facts/call-fact.ts";
import type { Change, Incident, IncidentChange } from "./incidents/incident.ts";
import type { IncidentsConfig } from "./incidents/incidents-config.ts";
import { Ledger } from "./incidents/ledger.ts";
import { Tracker } from "./incidents/tracker.ts";

/** What came of a fact or of the passing of time, in the order in which it came. */
export interface Judged {
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
const NOTHING: Totals = { calls: 0, inputTokens: 0, outputTokens: 0, cost: 0, unpricedCalls: 0 };

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
  readonly #tick: number;
  #nextTick = 0;
  #totals = NOTHING;

  constructor(detection: DetectionConfig, incidents: IncidentsConfig) {
    this.#tick = detection.tick;
    this.#detectors = new Detectors(detection);
    this.#ledger = new Ledger(incidents);
    this.#tracker = new Tracker(incidents, this.#detectors, this.#ledger);
  }

  get totals(): Totals {
    return this.#totals;
  }

  openIncidents(): readonly Incident[] {
    return this.#tracker.open();
  }

  /** Judges one fact; time first passes up to its arrival. */
  apply(fact: CallFact): Judged {
    const before = this.advance(fact.arrival);
    this.#count(fact);
    const changes = this.#ledger.observe(fact);
    const { findings, incidents } = this.#follow(this.#detectors.apply(fact));
    return {
      findings: [...before.findings, ...findings],
      changes,
      incidents: [...before.incidents, ...incidents],
    };
  }

  /** Calls come in again from `at` on, after a gap of our own: what was not heard in it says nothing. */
  resumed(at: number): void {
    this.#detectors.resumed(at);
  }

  /** Lets time pass up to `now`, milliseconds since the epoch. */
  advance(now: number): Judged {
    if (this.#nextTick === 0) this.#nextTick = Math.ceil(now / this.#tick) * this.#tick;
    const findings: Finding[] = [];
    const incidents: IncidentChange[] = [];
    for (; this.#nextTick <= now; this.#nextTick += this.#tick) {
      const judged = this.#follow(this.#detectors.tick(this.#nextTick));
      findings.push(...judged.findings);
      incidents.push(...judged.incidents, ...this.#noted(this.#tracker.tick(this.#nextTick)));
    }
    return { findings, changes: [], incidents };
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
    this.#totals = state.totals;
    return true;
  }

  #follow(verdicts: readonly Verdict[]): { findings: Finding[]; incidents: IncidentChange[] } {
    const findings = verdicts.filter((verdict) => verdict.verdict === "finding");
    const incidents = verdicts.flatMap((verdict) => this.#noted(this.#tracker.apply(verdict)));
    return { findings, incidents };
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
    };
  }
}
