import { describe, expect, it } from "vitest";

import { errorShare } from "../../../src/detectors/outage/error-share.ts";
import type { CallFact } from "../../../src/facts/call-fact.ts";
import { expectationFrom, firstIncident, firstRecovery, RuleRun } from "../rule-runs.ts";
import { DEFAULTS, fact, QUICK, take, Traffic } from "../traffic.ts";

/** A call a second of which every `every`th fails. */
function failing(
  from: number,
  count: number,
  every: number,
  failure: CallFact["failure"] = "rate_limited",
): CallFact[] {
  return Array.from({ length: count }, (_, i) => fact(from + i, i % every === every - 1 ? { failure } : {}));
}

describe("error share", () => {
  it.each([
    ["every call", 1, 20],
    ["every second call", 2, 20],
    ["two calls of five", 2.5, 30],
    ["every fifth call", 5, 100],
  ])("finds %s failing", (_name, every, within) => {
    const run = new RuleRun(errorShare, DEFAULTS);
    run.feed(failing(0, 200, 1e9));
    const faults = Array.from({ length: within }, (_, i) =>
      fact(200 + i, i % every < 1 ? { failure: "server_error" } : {}),
    );
    expect(firstIncident(run.feed(faults))).toBeGreaterThanOrEqual(0);
  });

  it("needs no baseline, and finds the outage that was there from the first call", () => {
    expect(firstIncident(new RuleRun(errorShare, DEFAULTS).feed(failing(0, 25, 1)))).toBe(19);
  });

  it("takes back the suspicion of a pending call that ends well, in whatever order they end", () => {
    const run = new RuleRun(errorShare, DEFAULTS);
    const pending = (n: number): CallFact => ({
      ...fact(n, { pending: true }),
      identity: `pending:${n}`,
      spanId: `${n}`,
    });
    const ended = (n: number, overrides: Partial<CallFact> = {}): CallFact => ({
      ...fact(n, overrides),
      spanId: `${n}`,
    });
    run.feed(Array.from({ length: 19 }, (_, n) => pending(n)));
    run.feed(Array.from({ length: 19 }, (_, n) => ended(18 - n)));
    expect(firstIncident(run.feed(failing(40, 1, 1)))).toBe(-1);
    expect(run.state.window?.sums[0]).toBe(1);
  });

  it("a pending call that fails counts once", () => {
    const run = new RuleRun(errorShare, DEFAULTS);
    const pending = fact(0, { pending: true });
    run.feed([
      { ...pending, identity: "p" },
      { ...pending, pending: false, failure: "timeout" },
    ]);
    expect([run.state.window?.sums[0], run.state.window?.filled]).toEqual([1, 1]);
    expect(run.state.classes).toEqual(["timeout"]);
  });

  it("is no matter of count: 10 errors of 1,000 are none", () => {
    expect(firstIncident(new RuleRun(errorShare, DEFAULTS).feed(failing(0, 1_000, 100)))).toBe(-1);
  });

  it("is silent at three times a usual share that is high", () => {
    const usual = expectationFrom(take(new Traffic(1, { failing: 0.1 }), 600), DEFAULTS);
    const calls = take(new Traffic(2, { failing: 0.2 }), 2_000);
    expect(firstIncident(new RuleRun(errorShare, DEFAULTS, usual).feed(calls))).toBe(-1);
    expect(
      firstIncident(new RuleRun(errorShare, DEFAULTS, usual).feed(take(new Traffic(2, { failing: 0.6 }), 100))),
    ).not.toBe(-1);
  });

  it("leaves cancelled calls out", () => {
    const run = new RuleRun(errorShare, DEFAULTS);
    expect(firstIncident(run.feed(failing(0, 500, 1, "cancelled")))).toBe(-1);
    expect(run.state.window).toBeUndefined();
  });

  it("is severity 1 from half of the calls on, and names the class that prevails", () => {
    const verdicts = new RuleRun(errorShare, DEFAULTS).feed(failing(0, 40, 1, "auth"));
    expect(verdicts[firstIncident(verdicts)]).toMatchObject({ severity: 1, series: "failed", reason: /mostly auth/ });
    const some = new RuleRun(errorShare, DEFAULTS);
    some.feed(failing(0, 200, 1e9));
    expect(some.feed(failing(200, 40, 3)).find((verdict) => verdict?.verdict === "finding")).toMatchObject({
      severity: 2,
    });
  });

  it("recovers within 20 good calls and does not open again on what is over", () => {
    const run = new RuleRun(errorShare, QUICK);
    run.feed(failing(0, 200, 1e9));
    run.feed(failing(200, 80, 2));
    expect(firstRecovery(run.feed(failing(281, 21, 1e9)))).toBeLessThan(20);
    expect(firstIncident(run.feed(failing(301, 400, 150)))).toBe(-1);
  });

  it("says so again while it lasts, but seldom", () => {
    const findings = new RuleRun(errorShare, DEFAULTS)
      .feed(failing(0, 1_000, 1))
      .filter((verdict) => verdict !== undefined);
    // 1,000 seconds at one in five minutes.
    expect(findings).toHaveLength(4);
  });

  it("does not reach back across a pause", () => {
    const run = new RuleRun(errorShare, DEFAULTS);
    run.feed(failing(0, 19, 1));
    expect(firstIncident(run.feed(failing(10_000, 19, 1)))).toBe(-1);
  });
});
