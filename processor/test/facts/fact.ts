import type { CallFact } from "../../src/facts/call-fact.ts";

/** A fact with nothing but what every fact has. */
export function fact(overrides: Partial<CallFact> = {}): CallFact {
  return {
    identity: "call-1",
    at: 1_767_580_001_623.456,
    start: 1_767_580_000_123.456,
    arrival: 1_767_580_002_000,
    late: false,
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    cell: { namespace: "", service: "support", environment: "prod", operation: "chat", prompt: "answer" },
    facets: {},
    caller: {},
    pending: false,
    failedAttempts: 0,
    usage: {},
    content: "absent",
    measurements: {},
    labels: {},
    safety: [],
    weight: 1,
    weightKnown: false,
    signals: "1/process",
    ...overrides,
  };
}
