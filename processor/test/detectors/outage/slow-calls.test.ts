import { describe, expect, it } from "vitest";

import { slowAnswers, slowChunks, slowFirstChunk } from "../../../src/detectors/outage/slow-calls.ts";
import { expectationFrom, firstIncident, firstRecovery, RuleRun } from "../rule-runs.ts";
import { fact, QUICK, T0, take, Traffic } from "../traffic.ts";

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

  it("are not answers that are long: their tokens come as fast as ever", () => {
    const long = take(new Traffic(5), 200, () => ({ usage: { input: 100, output: 5_000 }, duration: 5 }));
    const slow = take(new Traffic(5), 200, () => ({ usage: { input: 100, output: 100 }, duration: 50 }));
    expect(firstIncident(new RuleRun(slowAnswers, QUICK, USUAL).feed(long))).toBe(-1);
    expect(firstIncident(new RuleRun(slowAnswers, QUICK, USUAL).feed(slow))).toBeGreaterThanOrEqual(0);
  });

  it("are told by each chunk, and where there are none by each token", () => {
    const usual = expectationFrom(
      take(new Traffic(6), 400, (n) => ({ usage: { input: 9, output: 100 }, duration: 1 + (n % 10) / 100 })),
      QUICK,
    );
    const twice = (n: number) => ({ usage: { input: 9, output: 100 }, duration: 2 + (n % 10) / 100 });
    expect(firstIncident(new RuleRun(slowChunks, QUICK, usual).feed(take(new Traffic(7), 60, twice)))).toBe(19);
  });

  it("are no more than what a week has seen without an incident", () => {
    const run = new RuleRun(slowFirstChunk, QUICK, USUAL);
    const traffic = new Traffic(8);
    // A quarter of the calls is slow, and nobody was told of an incident.
    const some = (n: number): object => (n % 4 === 0 ? { timeToFirstChunk: 9 } : {});
    run.feed(take(traffic, 400, some));
    const later = take(traffic, 400, (n) => ({ ...some(n), at: T0 + 5 * 3_600_000 + n }));
    expect(firstIncident(run.feed(later))).toBe(-1);
  });
});
