import { ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE as HEDGING } from "@spanwarden/conventions";
import { describe, expect, it } from "vitest";

import { qualityDrop } from "../../../src/detectors/quality/quality-drop.ts";
import type { CallFact } from "../../../src/facts/call-fact.ts";
import { expectationFrom, firstIncident, firstRecovery, RuleRun } from "../rule-runs.ts";
import { DEFAULTS, fact, QUICK, take, Traffic } from "../traffic.ts";

const USUAL = expectationFrom(take(new Traffic(1), 600), DEFAULTS);
const refused: Partial<CallFact> = { measurements: { "spanwarden.output.refusal": 1 } };

/** How many of 20 streams open an incident in so many calls. */
function opened(count: number, fault: (random: number) => Partial<CallFact>): number {
  return Array.from({ length: 20 }, (_, seed) => {
    const traffic = new Traffic(seed + 50);
    const run = new RuleRun(qualityDrop, DEFAULTS, USUAL);
    run.feed(take(traffic, 200));
    return firstIncident(run.feed(take(traffic, count, () => fault(traffic.random())))) >= 0 ? 1 : 0;
  }).reduce<number>((a, b) => a + b, 0);
}

describe("quality drop", () => {
  it.each([
    ["half of the answers refused", 100, (random: number) => (random < 0.5 ? refused : {}), 20],
    ["a quarter refused, a drop of 25 %", 300, (random: number) => (random < 0.27 ? refused : {}), 19],
    ["all hedging", 60, () => ({ measurements: { [HEDGING]: 0.6 } }), 20],
  ])("finds %s", (_name, count, fault, streams) => {
    expect(opened(count, fault)).toBeGreaterThanOrEqual(streams);
  });

  it("is a relative drop of more than 15 %: one of 8 % opens nothing", () => {
    expect(opened(2_000, (random) => (random < 0.08 ? refused : {}))).toBe(0);
  });

  it("is severity 1 beyond 30 %, and tells the numbers it was decided on", () => {
    const verdicts = new RuleRun(qualityDrop, QUICK, USUAL).feed(take(new Traffic(2), 30, () => refused));
    const finding = verdicts[firstIncident(verdicts)];
    expect(finding).toMatchObject({ severity: 1, value: 0, samples: 20, series: "quality" });
    expect(finding?.verdict === "finding" && finding.baseline).toBeGreaterThan(0.9);
  });

  it("recovers over as many calls as showed it, and stays recovered", () => {
    const run = new RuleRun(qualityDrop, QUICK, USUAL);
    const traffic = new Traffic(3);
    run.feed(take(traffic, 100));
    run.feed(take(traffic, 70, () => refused));
    expect(firstRecovery(run.feed(take(traffic, 20)))).toBeGreaterThanOrEqual(0);
    expect(firstIncident(run.feed(take(traffic, 500)))).toBe(-1);
  });

  it("has no opinion where nothing is usual or nothing is known", () => {
    expect(firstIncident(new RuleRun(qualityDrop, QUICK).feed(take(new Traffic(2), 100, () => refused)))).toBe(-1);
    const unknown = Array.from({ length: 300 }, (_, n) => fact(n));
    expect(firstIncident(new RuleRun(qualityDrop, QUICK, USUAL).feed(unknown))).toBe(-1);
  });
});
