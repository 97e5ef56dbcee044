import { hash } from "node:crypto";

import type { Finding, IncidentKind, Quiet, Severity } from "../detectors/finding.ts";
import { cellKey, type Cell } from "../facts/call-fact.ts";
import type { Incident } from "./incident.ts";
import type { IncidentsConfig } from "./incidents-config.ts";

/** An open incident, and what decides when it closes. Immutable: each step returns a new one. */
export interface OpenIncident {
  readonly incident: Incident;
  /** Changes told so far. */
  readonly sequence: number;
  readonly rules: readonly RuleState[];
  readonly firstReason: string;
  /** The call of the latest finding, so that two rules on one call count it once. */
  readonly lastCall: string;
}

/** How one rule of an incident stands. Times are the tracker's, milliseconds since the epoch. */
export interface RuleState {
  readonly rule: string;
  /** It judges single calls (its findings name no series) and so cannot see recovery. */
  readonly perCall: boolean;
  readonly foundAt: number;
  /** Since when it has been recovered without a break. */
  readonly recoveredAt?: number | undefined;
}

/** Most traces named on an incident. */
export const MOST_TRACES = 20;

/** The one open incident that a finding or recovery can belong to. */
export function incidentKey(cell: Cell, kind: IncidentKind): string {
  return `${kind}|${cellKey(cell)}`;
}

/** 16 hexadecimal digits from what the opening finding says of itself; the time of processing has no part in it. */
export function incidentId(finding: Finding): string {
  const { cell, kind, rule, at, traceId, spanId, subject } = finding;
  return hash("sha256", [cellKey(cell), kind, rule, at, traceId, spanId, subject].join("\n")).slice(0, 16);
}

/** The call a finding names, to tell it from others; each nameless one is of its own. */
export function callOf(finding: Finding): string {
  return `${finding.traceId ?? finding.at}/${finding.spanId ?? ""}`;
}

/** Adds a finding to the rules: a known rule is firing again, a new one joins at the end. */
export function withFinding(rules: readonly RuleState[], finding: Finding, now: number): readonly RuleState[] {
  const state = { rule: finding.rule, perCall: finding.series === undefined, foundAt: now };
  return rules.some(({ rule }) => rule === finding.rule)
    ? rules.map((known) => (known.rule === finding.rule ? state : known))
    : [...rules, state];
}

/** Notes a recovery or the end of one; the same array where nothing changes. */
export function withQuiet(rules: readonly RuleState[], quiet: Quiet, now: number): readonly RuleState[] {
  const known = rules.find(({ rule }) => rule === quiet.rule);
  if (known === undefined || (known.recoveredAt !== undefined) === quiet.recovered) return rules;
  const recoveredAt = quiet.recovered ? now : undefined;
  return rules.map((state) => (state === known ? { ...state, recoveredAt } : state));
}

/** Why an open incident is due to close now; `undefined` while it is not. */
export function endReason(
  { incident, rules }: OpenIncident,
  config: IncidentsConfig,
  now: number,
): "recovered" | "timeout" | undefined {
  const heardAt = Math.max(...rules.map(({ foundAt }) => foundAt));
  if (now - heardAt >= config.abandon_after) return "timeout";
  if (now - incident.openedAt < config.min_open) return undefined;
  const closeAfter = config.close_after[incident.kind];
  const over = ({ recoveredAt, perCall, foundAt }: RuleState): boolean =>
    recoveredAt === undefined ? perCall && now - foundAt >= config.quiet_after : now - recoveredAt >= closeAfter;
  if (!rules.every(over)) return undefined;
  return rules.every(({ recoveredAt }) => recoveredAt !== undefined) ? "recovered" : "timeout";
}

/** Severity 1 for a quality incident of severity 2 that has lasted and is not recovering; `undefined` otherwise. */
export function escalated(
  { incident, rules }: OpenIncident,
  config: IncidentsConfig,
  now: number,
): Severity | undefined {
  const lasts = incident.kind === "quality_degradation" && now - incident.openedAt >= config.escalate_after;
  const firing = rules.some(({ recoveredAt }) => recoveredAt === undefined);
  return lasts && firing && incident.severity === 2 ? 1 : undefined;
}

/** What the first finding said, and the last. */
export function reasonOf(first: string, last: string): string {
  return first === last ? first : `${first}; last: ${last}`;
}
