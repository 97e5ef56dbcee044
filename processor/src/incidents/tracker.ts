import type { Finding, Quiet, Severity, Verdict } from "../detectors/finding.ts";
import { recommendAction } from "./actions.ts";
import type { ChangeHistory, Evidence } from "./evidence.ts";
import { explain } from "./explain.ts";
import type { Incident, IncidentChange, Onset } from "./incident.ts";
import type { IncidentsConfig } from "./incidents-config.ts";
import {
  callOf,
  endReason,
  escalated,
  incidentId,
  incidentKey,
  MOST_TRACES,
  reasonOf,
  withFinding,
  withQuiet,
  type OpenIncident,
} from "./lifecycle.ts";
import { exposure, findOnset, type LocatedOnset } from "./onset.ts";

interface TrackerState {
  readonly version: typeof VERSION;
  readonly now: number;
  readonly open: readonly (readonly [string, OpenIncident])[];
  readonly closed: readonly (readonly [string, ClosedIncident])[];
}

interface ClosedIncident {
  readonly key: string;
  readonly closedAt: number;
  /** When its last rule recovered or last found something: what comes later began after it. */
  readonly overAt: number;
}

const VERSION = 1;

/** Open incidents at once. Beyond it a finding opens nothing and is counted; it is still exported as an anomaly. */
const MOST_OPEN = 20_000;

/** Ids of closed incidents are remembered as long as a fact may be late, but no more of them than this. */
const CLOSED_KEPT = { age: 48 * 3_600_000, count: 10_000 };

/**
 * Findings become incidents: one open at a time for each cell and kind, opened, updated and closed by verdicts and ticks.
 *
 * It reads no clock and does no I/O: the same verdicts and ticks in the same order give the same changes. Its time is the
 * latest that a verdict or tick has shown, so a late finding opens an incident now whose onset lies earlier.
 * The states and transitions are in `docs/incidents.md`.
 */
export class Tracker {
  readonly #config: IncidentsConfig;
  readonly #evidence: Evidence;
  readonly #history: ChangeHistory;
  #now = -Infinity;
  #refused = 0;
  /** By cell and kind, the longest open first. */
  #open = new Map<string, OpenIncident>();
  /** By id, the longest closed first. */
  #closed = new Map<string, ClosedIncident>();

  constructor(config: IncidentsConfig, evidence: Evidence, history: ChangeHistory) {
    this.#config = config;
    this.#evidence = evidence;
    this.#history = history;
  }

  /** Findings that should have opened an incident for which there was no room. */
  get refused(): number {
    return this.#refused;
  }

  /** Takes one verdict; what it opened or updated. Incidents close on ticks only. */
  apply(verdict: Verdict): readonly IncidentChange[] {
    this.#now = Math.max(this.#now, verdict.at);
    if (verdict.verdict === "quiet") return this.#recover(verdict);
    if (verdict.effect === "notice") return [];
    const key = incidentKey(verdict.cell, verdict.kind);
    const open = this.#open.get(key);
    return open === undefined ? this.#openNew(key, verdict) : this.#join(key, open, verdict);
  }

  /** Lets time pass: closes what is over, makes graver what lasts. */
  tick(at: number): readonly IncidentChange[] {
    this.#now = Math.max(this.#now, at);
    this.#forget();
    return [...this.#open].flatMap(([key, open]) => this.#age(key, open));
  }

  open(): readonly Incident[] {
    return [...this.#open.values()].map(({ incident }) => incident);
  }

  /** For `v8.serialize`. */
  snapshot(): unknown {
    return {
      version: VERSION,
      now: this.#now,
      open: [...this.#open],
      closed: [...this.#closed],
    } satisfies TrackerState;
  }

  /** Takes over what `snapshot` gave; a snapshot of another version is left alone. */
  restore(snapshot: unknown): "restored" | "unknown_version" {
    const state = snapshot as TrackerState | undefined;
    if (state?.version !== VERSION) return "unknown_version";
    this.#now = state.now;
    this.#open = new Map(state.open);
    this.#closed = new Map(state.closed);
    return "restored";
  }

  #recover(quiet: Quiet): readonly IncidentChange[] {
    if (this.#open.size === 0) return [];
    const key = incidentKey(quiet.cell, quiet.kind);
    const open = this.#open.get(key);
    if (open === undefined) return [];
    const rules = withQuiet(open.rules, quiet, this.#now);
    if (rules !== open.rules) this.#open.set(key, { ...open, rules });
    return [];
  }

  #openNew(key: string, finding: Finding): readonly IncidentChange[] {
    const id = incidentId(finding);
    // The very finding that opened an incident now closed, seen again after a restart.
    if (this.#closed.has(id)) return [];
    if (this.#open.size >= MOST_OPEN) {
      this.#refused++;
      return [];
    }
    const { onset, exposed } = findOnset(finding, this.#evidence, this.#lastEnd(key));
    const explanation = explain(finding, onset, this.#evidence, this.#history);
    const incident: Incident = {
      id,
      kind: finding.kind,
      cell: finding.cell,
      state: "open",
      severity: finding.severity,
      rules: [finding.rule],
      openedAt: this.#now,
      onset,
      explanation,
      facets: exposed[0]?.facets,
      reason: finding.reason,
      action: recommendAction(finding.kind, explanation),
      sampleTraceIds: this.#samples(finding, exposed),
    };
    const rules = withFinding([], finding, this.#now);
    const open = { incident, sequence: 0, rules, firstReason: finding.reason, lastCall: callOf(finding) };
    return [this.#tell(key, open, "opened", finding.reason)];
  }

  #join(key: string, open: OpenIncident, finding: Finding): readonly IncidentChange[] {
    const { incident } = open;
    const graver = finding.severity < incident.severity;
    const joins = !incident.rules.includes(finding.rule);
    const next: OpenIncident = {
      ...open,
      rules: withFinding(open.rules, finding, this.#now),
      lastCall: callOf(finding),
      incident: {
        ...incident,
        severity: graver ? finding.severity : incident.severity,
        rules: joins ? [...incident.rules, finding.rule] : incident.rules,
        onset: this.#exposureOf(open, finding),
        reason: reasonOf(open.firstReason, finding.reason),
        sampleTraceIds: addTrace(incident.sampleTraceIds, finding.traceId),
      },
    };
    if (!graver && !joins) {
      this.#open.set(key, next);
      return [];
    }
    const why = graver ? `severity ${incident.severity} to ${finding.severity}` : `${finding.rule} joined`;
    return [this.#tell(key, this.#explainAgain(next, finding), "updated", `${why}: ${finding.reason}`)];
  }

  /** More calls may explain better than those at hand when it opened; never worse. */
  #explainAgain(open: OpenIncident, finding: Finding): OpenIncident {
    const { incident } = open;
    const explanation = explain(finding, incident.onset, this.#evidence, this.#history);
    if ((explanation[0]?.score ?? 0) <= (incident.explanation[0]?.score ?? 0)) return open;
    return { ...open, incident: { ...incident, explanation, action: recommendAction(incident.kind, explanation) } };
  }

  #age(key: string, open: OpenIncident): readonly IncidentChange[] {
    const end = endReason(open, this.#config, this.#now);
    if (end !== undefined) return [this.#close(key, open, end)];
    const severity = escalated(open, this.#config, this.#now);
    return severity === undefined ? [] : [this.#escalate(key, open, severity)];
  }

  #escalate(key: string, open: OpenIncident, severity: Severity): IncidentChange {
    const minutes = Math.round((this.#now - open.incident.openedAt) / 60_000);
    const incident = { ...open.incident, severity, onset: this.#exposureOf(open) };
    const reason = `severity ${open.incident.severity} to ${severity}: open for ${minutes} minutes`;
    return this.#tell(key, { ...open, incident }, "updated", reason);
  }

  #close(key: string, open: OpenIncident, end: "recovered" | "timeout"): IncidentChange {
    const onset = this.#exposureOf(open);
    const incident: Incident = { ...open.incident, state: "closed", closedAt: this.#now, endReason: end, onset };
    const reason = end === "recovered" ? "every rule has recovered" : "nothing more was found";
    const change = this.#tell(key, { ...open, incident }, "closed", reason);
    this.#open.delete(key);
    const overAt = Math.max(...open.rules.map(({ recoveredAt, foundAt }) => recoveredAt ?? foundAt));
    this.#closed.set(incident.id, { key, closedAt: this.#now, overAt });
    return change;
  }

  #tell(key: string, open: OpenIncident, transition: IncidentChange["transition"], reason: string): IncidentChange {
    const sequence = open.sequence + 1;
    this.#open.set(key, { ...open, sequence });
    return { id: `${open.incident.id}:${sequence}`, transition, at: this.#now, incident: open.incident, reason };
  }

  /**
   * The onset with the exposure of now: rules of single calls add the call they found, the others count the retained
   * calls since the onset. Facts are forgotten with time, so a count never falls.
   */
  #exposureOf({ incident, rules, lastCall }: OpenIncident, finding?: Finding): Onset {
    const { onset } = incident;
    const isNewCall = finding !== undefined && callOf(finding) !== lastCall;
    if (rules.every(({ perCall }) => perCall)) {
      return isNewCall ? { ...onset, exposedCalls: onset.exposedCalls + 1 } : onset;
    }
    const since = exposure(this.#evidence.recent(incident.cell).filter((fact) => fact.start >= onset.time));
    const users = Math.max(onset.exposedUsers ?? 0, since.exposedUsers ?? 0);
    return {
      ...onset,
      exposedCalls: Math.max(onset.exposedCalls, since.exposedCalls),
      exposedUsers: users > 0 ? users : undefined,
    };
  }

  /** The call that tipped it, then the bad ones since the onset. */
  #samples(finding: Finding, exposed: LocatedOnset["exposed"]): readonly string[] {
    const { series } = finding;
    const bad = exposed.filter((fact) => series === undefined || (this.#evidence.badness(series, fact) ?? 0) > 0);
    const first = exposed[0] === undefined ? [] : [exposed[0].traceId];
    return [...first, ...bad.map((fact) => fact.traceId)].reduce(addTrace, addTrace([], finding.traceId));
  }

  /** The end of the cell's last incident of the kind, that an onset may not reach back into it. */
  #lastEnd(key: string): number | undefined {
    return [...this.#closed.values()].findLast((closed) => closed.key === key)?.overAt;
  }

  #forget(): void {
    for (const [id, { closedAt }] of this.#closed) {
      if (this.#closed.size <= CLOSED_KEPT.count && this.#now - closedAt < CLOSED_KEPT.age) return;
      this.#closed.delete(id);
    }
  }
}

function addTrace(traces: readonly string[], traceId: string | undefined): readonly string[] {
  if (traceId === undefined || traceId === "" || traces.includes(traceId) || traces.length >= MOST_TRACES)
    return traces;
  return [...traces, traceId];
}
