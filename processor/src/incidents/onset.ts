import { ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM } from "@spanwarden/conventions";

import type { Finding } from "../detectors/finding.ts";
import type { CallFact } from "../facts/call-fact.ts";
import { findRise } from "./change-point.ts";
import type { Evidence } from "./evidence.ts";
import type { Onset } from "./incident.ts";

/** The latest facts searched; older ones do not move an onset. */
const MOST_FACTS = 4_000;

/** An onset, and the calls that were exposed since. */
export interface LocatedOnset {
  readonly onset: Onset;
  /** In order of start; the first one is the first bad call. Empty where no call shows the fault. */
  readonly exposed: readonly CallFact[];
}

/**
 * When what a finding reports began.
 *
 * Calls are ordered by their start, not their end: what breaks an answer (a new model, an edited prompt, a dead host) is
 * decided when the call is sent, and a time-out that ends a minute later began before the healthy calls around its end.
 * The onset is the start of the first bad call. The true moment lies between it and the start of the call before, so
 * `earliest` is the start of the call before the first plausible one. Calls that started after the finding, or before
 * `notBefore` (the end of the cell's last incident of this kind), are not looked at.
 */
export function findOnset(finding: Finding, evidence: Evidence, notBefore = -Infinity): LocatedOnset {
  const facts = latest(evidence.recent(finding.cell)).filter((f) => f.start <= finding.at && f.start >= notBefore);
  if (finding.series === undefined) return ofCall(finding, facts);
  const { series, subject } = finding;
  const bySubject = subject !== undefined && facts.some((fact) => concerns(fact, subject));
  const badness = (fact: CallFact): number | undefined =>
    bySubject ? Number(concerns(fact, subject)) : evidence.badness(series, fact);
  return ofSeries(finding, facts, badness);
}

/** In order of start, ties by end and identity, so that the order of arrival does not matter. */
function latest(facts: readonly CallFact[]): readonly CallFact[] {
  return facts
    .toSorted((a, b) => a.start - b.start || a.at - b.at || (a.identity < b.identity ? -1 : 1))
    .slice(-MOST_FACTS);
}

function ofSeries(
  finding: Finding,
  facts: readonly CallFact[],
  badness: (fact: CallFact) => number | undefined,
): LocatedOnset {
  const known = facts.flatMap((fact) => {
    const value = badness(fact);
    return value === undefined ? [] : [{ fact, value }];
  });
  const point = findRise(known.map(({ value }) => value)) ?? wholeRange(known.map(({ value }) => value));
  const first = known[point.index]?.fact;
  if (first === undefined) return withoutCalls(finding, facts);
  return located(facts.slice(facts.indexOf(first)), {
    time: first.start,
    earliest: known[Math.max(0, point.first - 1)]?.fact.start ?? first.start,
    latest: known[point.last]?.fact.start ?? first.start,
  });
}

/** No rise is seen: it began before the retained calls, or with the first bad one of them. */
function wholeRange(values: readonly number[]): { index: number; first: number; last: number } {
  const index = Math.max(
    0,
    values.findIndex((value) => value > 0),
  );
  return { index, first: 0, last: index };
}

/** A rule that judges one call: the call itself, or where it repeats a tool call, the first of the repeats. */
function ofCall(finding: Finding, facts: readonly CallFact[]): LocatedOnset {
  const tip = facts.findLast(
    (fact) => fact.traceId === finding.traceId && (finding.spanId === undefined || fact.spanId === finding.spanId),
  );
  if (tip === undefined) return withoutCalls(finding, facts);
  const exposed = facts.filter((fact) => fact === tip || repeats(fact, tip));
  const time = exposed[0]?.start ?? tip.start;
  return located(exposed, { time, earliest: time, latest: time });
}

function repeats(fact: CallFact, tip: CallFact): boolean {
  const toolCalls = tip.labels[ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM];
  if (toolCalls === undefined || fact.labels[ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM] !== toolCalls) return false;
  return fact.traceId === tip.traceId || (tip.conversation !== undefined && fact.conversation === tip.conversation);
}

/** A call no longer retained; or silence, which began after the last call, else with the tested window. */
function withoutCalls(finding: Finding, facts: readonly CallFact[]): LocatedOnset {
  const { at, traceId, window } = finding;
  const heard = facts.reduce((last, fact) => Math.max(last, fact.at), -Infinity);
  const silent = heard === -Infinity ? at - window * 1_000 : Math.min(at, heard);
  const time = traceId === undefined ? silent : at;
  const exposedCalls = traceId === undefined ? 0 : 1;
  const onset = { time, earliest: time, latest: at, firstTraceId: traceId ?? "", exposedCalls };
  return { onset, exposed: [] };
}

function located(exposed: readonly CallFact[], times: Pick<Onset, "time" | "earliest" | "latest">): LocatedOnset {
  return { onset: { ...times, firstTraceId: exposed[0]?.traceId ?? "", ...exposure(exposed) }, exposed };
}

/** Calls, each counted for those it stands for where only a sample is seen, and the distinct users among the seen. */
export function exposure(facts: readonly CallFact[]): Pick<Onset, "exposedCalls" | "exposedUsers"> {
  const calls = new Map(facts.map((fact) => [fact.identity, fact.weight]));
  const users = new Set(facts.flatMap((fact) => fact.caller.user ?? []));
  const exposedCalls = Math.round([...calls.values()].reduce((total, weight) => total + weight, 0));
  return { exposedCalls, exposedUsers: users.size > 0 ? users.size : undefined };
}

function concerns(fact: CallFact, subject: string): boolean {
  const { user, session, tenant, route } = fact.caller;
  return [user, session, tenant, route, fact.conversation].includes(subject);
}
