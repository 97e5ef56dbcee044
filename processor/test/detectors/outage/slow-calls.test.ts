import { describe, expect, it } from "vitest";

import { slowAnswers, slowFirstChunk } from "../../../src/detectors/outage/slow-calls.ts";
import { expectationFrom, firstIncident, firstRecovery, RuleRun } from "../rule-runs.ts";
import { fact, QUICK, take, Traffic } from "../traffic.ts";

const USUAL = expectationFrom(take(new Traffic(1), 400), QUICK);

describe("slow calls", () => {
  it("are found where half of them take ten times as long, and recover", () => {
    const run = new RuleRun(slowAnswers, QUICK, USUAL);
    const traffic = new Traffic(2);
    run.feed(take(traffic, 100));
    const slow = run.feed(take(traffic, 60, (n) => (n % 3 === 0 ? {} : { duration: 12 })));
    expect(firstIncident(slow)).toBeLessThan(45);
    expect(slow[firstIncident(slow)]).toMatchObject({ kind: "outage", series: "latency", severity: 2 });
    expect(firstRecovery(run.feed(take(traffic, 60)))).toBeGreaterThanOrEqual(0);
  });

  it("are told by the first chunk too", () => {
    const verdicts = new RuleRun(slowFirstChunk, QUICK, USUAL).feed(
      take(new Traffic(2), 30, () => ({ timeToFirstChunk: 9 })),
    );
    expect(firstIncident(verdicts)).toBe(19);
  });

  it.each([
    ["nothing is known of what is usual", undefined, {}],
    ["the calls failed: a time-out is no slow answer", USUAL, { failure: "timeout" as const }],
    ["their duration is not known", USUAL, { duration: undefined }],
  ])("are not judged where %s", (_name, expectation, overrides) => {
    const calls = Array.from({ length: 100 }, (_, n) => fact(n, { duration: 60, ...overrides }));
    expect(firstIncident(new RuleRun(slowAnswers, QUICK, expectation).feed(calls))).toBe(-1);
  });
});
