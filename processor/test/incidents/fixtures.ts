import { deserialize, serialize } from "node:v8";

import type { Finding, Quiet, Series } from "../../src/detectors/finding.ts";
import type { CallFact, Cell } from "../../src/facts/call-fact.ts";
import type { ChangeHistory, Evidence } from "../../src/incidents/evidence.ts";
import type { Change } from "../../src/incidents/incident.ts";
import { incidentsConfig, type IncidentsConfig } from "../../src/incidents/incidents-config.ts";

export const CELL: Cell = {
  namespace: "",
  service: "support",
  environment: "prod",
  operation: "chat",
  prompt: "answer",
};

/** The moment the tests begin at. */
export const T0 = Date.UTC(2026, 0, 5, 2, 47);

export const MINUTE = 60_000;

export const CONFIG: IncidentsConfig = incidentsConfig.parse({});

/** A healthy call, `n` seconds after `T0`, that takes half a second. */
export function fact(n: number, overrides: Partial<CallFact> = {}): CallFact {
  const at = overrides.at ?? T0 + n * 1_000;
  return {
    identity: `call-${n}`,
    at,
    start: at - 500,
    arrival: at,
    late: false,
    traceId: n.toString(16).padStart(32, "0"),
    spanId: n.toString(16).padStart(16, "0"),
    cell: CELL,
    facets: { provider: "openai", requestModel: "gpt-4o" },
    caller: {},
    pending: false,
    failedAttempts: 0,
    usage: {},
    content: "complete",
    measurements: {},
    labels: {},
    safety: [],
    weight: 1,
    weightKnown: true,
    signals: "1",
    ...overrides,
  };
}

/** A windowed finding of quality; `series: undefined` makes it one of a rule that judges single calls. */
export function finding(at: number, overrides: Partial<Finding> = {}): Finding {
  return {
    verdict: "finding",
    kind: "quality_degradation",
    rule: "quality_drop",
    cell: CELL,
    at,
    effect: "incident",
    severity: 2,
    signal: "quality",
    value: 0.6,
    baseline: 0.95,
    threshold: 0.8,
    window: 1_800,
    samples: 100,
    reason: "quality fell 36 %",
    series: "quality",
    ...overrides,
  };
}

export function quiet(at: number, overrides: Partial<Quiet> = {}): Quiet {
  return {
    verdict: "quiet",
    kind: "quality_degradation",
    rule: "quality_drop",
    cell: CELL,
    at,
    recovered: true,
    reason: "quality is back",
    ...overrides,
  };
}

/** Evidence over a list of facts; badness is what the measurement of the series' name says. */
export function evidenceOf(facts: readonly CallFact[]): Evidence {
  return {
    recent: () => facts,
    badness: (series: Series, call: CallFact) => (typeof series === "string" ? call.measurements[series] : undefined),
  };
}

export function historyOf(changes: readonly Change[]): ChangeHistory {
  return { recent: () => changes };
}

/** What a restart does to a snapshot. */
export function throughDisk(snapshot: unknown): unknown {
  return deserialize(serialize(snapshot));
}

/** Uniform in [0, 1), the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
