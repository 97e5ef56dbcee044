import { describe, expect, it } from "vitest";

import { errorRise, failedAttempts } from "../../../src/detectors/outage/early-warning.ts";
import { expectationFrom, firstIncident, firstRecovery, RuleRun } from "../rule-runs.ts";
import { DEFAULTS, take, Traffic } from "../traffic.ts";

const USUAL = expectationFrom(take(new Traffic(1, { failing: 0 }), 2_000), DEFAULTS);
const every = (n: number) => (i: number) => (i % n === 0 ? { failure: "server_error" as const } : {});

describe("early warning", () => {
  it("tells of 3 % of failing calls, where an outage begins at 5 %, and of its end", () => {
    const traffic = new Traffic(2, { failing: 0 });
    const run = new RuleRun(errorRise, DEFAULTS, USUAL);
    expect(run.feed(take(traffic, 1_000)).every((verdict) => verdict === undefined)).toBe(true);
    const verdicts = run.feed(take(traffic, 600, every(33)));
    expect(verdicts.find((verdict) => verdict !== undefined)).toMatchObject({ effect: "notice", severity: 3 });
    expect(firstIncident(verdicts)).toBe(-1);
    expect(firstRecovery(run.feed(take(traffic, 2_000)))).toBeGreaterThanOrEqual(0);
  });

  it("is silent where as much is usual, and while nothing is known", () => {
    const usual = expectationFrom(take(new Traffic(3, { failing: 0.03 }), 4_000), DEFAULTS);
    const calls = take(new Traffic(4, { failing: 0.03 }), 4_000);
    expect(new RuleRun(errorRise, DEFAULTS, usual).feed(calls).filter(Boolean)).toEqual([]);
    expect(new RuleRun(errorRise, DEFAULTS).feed(calls).filter(Boolean)).toEqual([]);
  });

  it("tells of calls that end well only after further attempts", () => {
    const retried = take(new Traffic(5, { failing: 0 }), 400, (n) => (n % 5 === 0 ? { failedAttempts: 1 } : {}));
    const verdicts = new RuleRun(failedAttempts, DEFAULTS, USUAL).feed(retried);
    expect(verdicts.find((verdict) => verdict !== undefined)).toMatchObject({ effect: "notice", signal: "attempts" });
  });
});
