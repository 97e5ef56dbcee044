import { describe, expect, it } from "vitest";

import { costPerRequest, priceRise } from "../../../src/detectors/cost/cost-per-request.ts";
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

  it("says which factor moved, what it comes to in an hour, and by which table", () => {
    const calls = priced(
      take(new Traffic(5, HABITS), 200, () => ({ pricing: "genai-prices/0" })),
      3,
    );
    const verdicts = new RuleRun(costPerRequest, DEFAULTS, USUAL).feed(calls);
    const found = verdicts.find((verdict) => verdict?.verdict === "finding");
    expect(found?.reason).toMatch(
      /; \$\d+\.\d\d an hour more than usual; moved: price per token times (2\.[89]|3\.[01]); prices of genai-prices\/0$/,
    );
  });

  it.each([
    [100, 1],
    [20, 2],
    [1, 2],
  ])("is of the severity of what it comes to: calls for $%f an hour more, severity %d", (excess, severity) => {
    // One call a second; a reference of $0.0018 each.
    const dear = USUAL.reference.cost.sum / USUAL.reference.cost.n + excess / 3_600;
    const calls = Array.from({ length: 700 }, (_, n) => fact(n, { cost: dear, usage: { input: 400, output: 120 } }));
    const verdicts = new RuleRun(costPerRequest, DEFAULTS, USUAL).feed(calls);
    const findings = verdicts.filter((verdict) => verdict?.verdict === "finding");
    // The calls of ten minutes, six times: known once they have passed.
    expect(Math.min(3, ...findings.map((finding) => finding.severity))).toBe(excess === 1 ? 3 : severity);
  });

  it("knows nothing of unpriced calls: an unknown price is not $0", () => {
    const run = new RuleRun(costPerRequest, DEFAULTS, USUAL);
    run.feed(Array.from({ length: 500 }, (_, n) => fact(n)));
    expect(run.state.window).toBeUndefined();
  });

  it("tells a dearer token from larger requests", () => {
    const larger = take(new Traffic(7, HABITS), 300).map((call) => ({
      ...call,
      usage: { input: 3 * (call.usage.input ?? 0), output: 3 * (call.usage.output ?? 0) },
      cost: call.cost === undefined ? undefined : 3 * call.cost,
    }));
    expect(firstIncident(new RuleRun(priceRise, DEFAULTS, USUAL).feed(larger))).toBe(-1);
    const dearer = priced(take(new Traffic(7, HABITS), 300), 3);
    expect(firstIncident(new RuleRun(priceRise, DEFAULTS, USUAL).feed(dearer))).toBeLessThan(40);
  });
});
