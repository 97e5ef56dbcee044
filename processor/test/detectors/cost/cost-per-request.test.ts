import { describe, expect, it } from "vitest";

import { costPerRequest } from "../../../src/detectors/cost/cost-per-request.ts";
import type { CallFact } from "../../../src/facts/call-fact.ts";
import { expectationFrom, firstIncident, firstRecovery, RuleRun } from "../rule-runs.ts";
import { DEFAULTS, fact, take, Traffic } from "../traffic.ts";

const HABITS = { spread: 0.5 };
const USUAL = expectationFrom(take(new Traffic(1, HABITS), 600), DEFAULTS);

function priced(calls: readonly CallFact[], factor: number): CallFact[] {
  return calls.map((call) => ({ ...call, cost: call.cost === undefined ? undefined : call.cost * factor }));
}

describe("cost per request", () => {
  it.each([
    [3, true],
    [1.2, false],
    [1, false],
  ])("times %f is found: %s", (factor, expected) => {
    const calls = priced(take(new Traffic(2, HABITS), 1_000), factor);
    expect(firstIncident(new RuleRun(costPerRequest, DEFAULTS, USUAL).feed(calls)) >= 0).toBe(expected);
  });

  it("does not open on one giant call", () => {
    const traffic = new Traffic(3, HABITS);
    const calls = [...take(traffic, 300), traffic.next({ cost: 5 }), ...take(traffic, 300)];
    expect(firstIncident(new RuleRun(costPerRequest, DEFAULTS, USUAL).feed(calls))).toBe(-1);
  });

  it("recovers when the price is back", () => {
    const traffic = new Traffic(4, HABITS);
    const run = new RuleRun(costPerRequest, DEFAULTS, USUAL);
    expect(firstIncident(run.feed(priced(take(traffic, 200), 5)))).toBeGreaterThanOrEqual(0);
    expect(firstRecovery(run.feed(take(traffic, 130)))).toBeGreaterThanOrEqual(0);
    expect(firstIncident(run.feed(take(traffic, 1_000)))).toBe(-1);
  });

  it("knows nothing of unpriced calls: an unknown price is not $0", () => {
    const run = new RuleRun(costPerRequest, DEFAULTS, USUAL);
    run.feed(Array.from({ length: 500 }, (_, n) => fact(n)));
    expect(run.state.window).toBeUndefined();
  });
});
