import { pages, parseSafetyLabel } from "@spanwarden/conventions";

import type { Finding, IncidentKind, Series } from "../detectors/finding.ts";
import type { CallFact } from "../facts/call-fact.ts";
import { costPattern } from "./cost-pattern.ts";
import type { ChangeHistory, Evidence } from "./evidence.ts";
import { EXPLAINING_FACETS, type Facet } from "./facets.ts";
import type { Cause, Change, Onset } from "./incident.ts";
import { separation, type Tally } from "./separation.ts";

/** Calls looked at on each side of the onset. */
const MOST_CALLS = 500;
const MOST_CAUSES = 5;
/** A value of fewer calls explains nothing. */
const FEWEST_CALLS = 3;
/** Below this a value separates bad from good no better than chance might. */
const LEAST_SCORE = 0.05;
/** A change this long before or after the onset's interval may be its cause: a roll-out takes minutes. */
const NEAR = 5 * 60_000;

/** Which number tells bad calls where the finding names none. */
const DEFAULT_SERIES: Readonly<Record<Exclude<IncidentKind, "safety_violation">, Series>> = {
  outage: "failed",
  quality_degradation: "quality",
  cost_anomaly: "tokens",
};

interface JudgedCall {
  readonly fact: CallFact;
  readonly bad: boolean;
}

/**
 * The facets that best separate bad from good calls around the onset, at most five. Changes of the ledger near the onset
 * come first unless another facet separates twice as well: a new model and all its users separate equally, and the model
 * is the cause. For cost, what the calls look like (a loop, one caller, a price, load) stands before all.
 */
export function explain(finding: Finding, onset: Onset, evidence: Evidence, history: ChangeHistory): readonly Cause[] {
  const facts = evidence.recent(finding.cell).toSorted((a, b) => a.start - b.start);
  const before = facts.filter((fact) => fact.start < onset.time).slice(-MOST_CALLS);
  const since = facts.filter((fact) => fact.start >= onset.time).slice(-MOST_CALLS);
  const calls = judge([before, since], (fact) => badness(finding, evidence, fact));
  const near = history
    .recent(finding.cell)
    .filter((change) => change.at >= onset.earliest - NEAR && change.at <= onset.latest + NEAR);
  const ranked = rank(EXPLAINING_FACETS.flatMap((facet) => causesIn(facet, calls, before, near)));
  const pattern = finding.kind === "cost_anomaly" ? costPattern(before, since) : [];
  const rest = ranked.map(({ cause }) => cause).filter((cause) => !pattern.some((p) => sameSubject(p, cause)));
  return [...pattern, ...rest].slice(0, MOST_CAUSES);
}

function badness(finding: Finding, evidence: Evidence, fact: CallFact): number | undefined {
  if (finding.series !== undefined) return evidence.badness(finding.series, fact);
  if (finding.kind === "safety_violation")
    return Number(fact.safety.flatMap((text) => parseSafetyLabel(text) ?? []).some(pages));
  return evidence.badness(DEFAULT_SERIES[finding.kind], fact);
}

/** A flag is bad when set; any other number is bad beyond what 95 % of the calls before the onset showed. */
function judge(
  [before, since]: readonly [readonly CallFact[], readonly CallFact[]],
  number: (fact: CallFact) => number | undefined,
): readonly JudgedCall[] {
  const numbers = (facts: readonly CallFact[]): { fact: CallFact; value: number }[] =>
    facts.flatMap((fact) => {
      const value = number(fact);
      return value === undefined ? [] : [{ fact, value }];
    });
  const usual = numbers(before);
  const all = [...usual, ...numbers(since)];
  const flags = all.every(({ value }) => value === 0 || value === 1);
  const limit = flags
    ? 0.5
    : quantile(
        (usual.length > 0 ? usual : all).map(({ value }) => value),
        0.95,
      );
  return all.map(({ fact, value }) => ({ fact, bad: value > limit }));
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

interface RankedCause {
  readonly cause: Cause;
  readonly changed: boolean;
}

function causesIn(
  facet: Facet,
  calls: readonly JudgedCall[],
  before: readonly CallFact[],
  near: readonly Change[],
): readonly RankedCause[] {
  const tallies = new Map<string, Tally>();
  let all: Tally = { bad: 0, calls: 0 };
  for (const { fact, bad } of calls) {
    const value = facet.read(fact);
    if (value === undefined) continue;
    tallies.set(value, add(tallies.get(value), bad));
    all = add(all, bad);
  }
  return [...tallies].flatMap(([current, having]) => {
    const lacking = { bad: all.bad - having.bad, calls: all.calls - having.calls };
    const score = separation(having, lacking);
    if (having.calls < FEWEST_CALLS || score < LEAST_SCORE) return [];
    const change = near.findLast((entry) => entry.facet === facet.name && entry.current === current);
    const previous = change?.previous ?? mostCommon(before, facet, current);
    const shares = `${badOf(having)} of the calls with ${facet.words} ${current} are bad, ${badOf(lacking)} of the others`;
    const reason = change === undefined ? shares : `${shares}; ${change.reason}`;
    return [{ cause: { facet: facet.name, previous, current, score, reason }, changed: change !== undefined }];
  });
}

function add(tally: Tally | undefined, bad: boolean): Tally {
  return { bad: (tally?.bad ?? 0) + Number(bad), calls: (tally?.calls ?? 0) + 1 };
}

function badOf({ bad, calls }: Tally): string {
  return `${bad} of ${calls} (${Math.round((100 * bad) / calls)} %)`;
}

/** What the calls before the onset mostly had instead; `undefined` where they mostly had the same. */
function mostCommon(facts: readonly CallFact[], facet: Facet, current: string): string | undefined {
  const counts = new Map<string, number>();
  for (const fact of facts) {
    const value = facet.read(fact);
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted((a, b) => b[1] - a[1]);
  return most?.[0] === current ? undefined : most?.[0];
}

function sameSubject(a: Cause, b: Cause): boolean {
  return a.facet === b.facet && a.current === b.current;
}

function rank(causes: readonly RankedCause[]): readonly RankedCause[] {
  const best = Math.max(0, ...causes.map(({ cause }) => cause.score));
  const first = ({ cause, changed }: RankedCause): boolean => changed && cause.score >= best / 2;
  return causes.toSorted((a, b) => Number(first(b)) - Number(first(a)) || b.cause.score - a.cause.score);
}
