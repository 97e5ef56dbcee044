import {
  ATTR_SPANWARDEN_INPUT_LENGTH as INPUT,
  ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS as CLASS,
  ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE as HEDGING,
  ATTR_SPANWARDEN_OUTPUT_LENGTH as LENGTH,
  ATTR_SPANWARDEN_OUTPUT_REFUSAL as REFUSAL,
} from "@spanwarden/conventions";
import { describe, expect, it } from "vitest";

import { badness } from "../../../src/detectors/badness.ts";
import { shapeChange } from "../../../src/detectors/quality/shape-change.ts";
import type { CallFact } from "../../../src/facts/call-fact.ts";
import { expectationFrom, firstIncident, firstRecovery, RuleRun } from "../rule-runs.ts";
import { QUICK, take, Traffic } from "../traffic.ts";

const USUAL = expectationFrom(take(new Traffic(1), 200), QUICK);

/** A rule that has learned the shape of the traffic. */
function learned(traffic: Traffic): RuleRun<ReturnType<typeof shapeChange.initial>> {
  const run = new RuleRun(shapeChange, QUICK, USUAL);
  expect(firstIncident(run.feed(take(traffic, 300)))).toBe(-1);
  return run;
}

const FAULTS: readonly (readonly [string, number, (random: number) => Partial<CallFact>])[] = [
  ["answers collapse in length", 15, (random) => ({ measurements: { [LENGTH]: 40 + 40 * random } })],
  ["answers grow threefold", 40, (random) => ({ measurements: { [LENGTH]: 1_500 + 3_000 * random } })],
  ["half of them lose their format", 25, (random) => (random < 0.5 ? { labels: { [CLASS]: "prose-short" } } : {})],
  ["a class is seen that never was", 10, () => ({ labels: { [CLASS]: "fence-mixed" } })],
  ["they hedge", 35, (random) => (random < 0.7 ? { measurements: { [HEDGING]: 0.5 } } : {})],
  ["a third is refused", 30, (random) => (random < 0.33 ? { measurements: { [REFUSAL]: 1 } } : {})],
];

describe("shape change", () => {
  it.each(FAULTS)("is found where %s, within %i answers, and is over soon after", (_name, within, fault) => {
    const traffic = new Traffic(5);
    const run = learned(traffic);
    const verdicts = run.feed(take(traffic, 80, () => fault(traffic.random())));
    const found = firstIncident(verdicts);
    expect(found).toBeGreaterThanOrEqual(0);
    expect(found).toBeLessThan(within);
    expect(verdicts[found]).toMatchObject({ kind: "quality_degradation", rule: "shape_change", severity: 2 });
    const after = run.feed(take(traffic, 1_000));
    expect(firstRecovery(after)).toBeGreaterThanOrEqual(0);
    expect(firstRecovery(after)).toBeLessThan(60);
    expect(firstIncident(after)).toBe(-1);
  });

  it("names the series in which its onset shows, and no call before the fault is bad in it", () => {
    const traffic = new Traffic(10);
    const run = learned(traffic);
    const fenced = { labels: { [CLASS]: "fence-mixed" } };
    const verdicts = run.feed(take(traffic, 30, () => fenced));
    const found = verdicts[firstIncident(verdicts)];
    expect(found).toMatchObject({ verdict: "finding" });
    const series = found?.verdict === "finding" ? found.series : undefined;
    const bad = (overrides: Partial<CallFact>): number | undefined =>
      series && badness(series, new Traffic(11, { failing: 0 }).next(overrides), undefined);
    expect(bad(fenced)).toBe(1);
    expect(bad({})).toBe(0);
  });

  it("is told as a notice where the inputs changed as well: other questions, not worse answers", () => {
    const traffic = new Traffic(6);
    const run = learned(traffic);
    const verdicts = run.feed(take(traffic, 80, () => ({ measurements: { [INPUT]: 90, [LENGTH]: 40 } })));
    expect(firstIncident(verdicts)).toBe(-1);
    expect(verdicts.find((verdict) => verdict !== undefined)).toMatchObject({ effect: "notice", severity: 3 });
  });

  it("gathers no evidence on quiet calls: nothing is found in 20,000", () => {
    const traffic = new Traffic(7);
    expect(firstIncident(learned(traffic).feed(take(traffic, 20_000)))).toBe(-1);
  });

  it("does not take answers of tool calls for short ones", () => {
    const traffic = new Traffic(8);
    const run = learned(traffic);
    const toolCalls = (): Partial<CallFact> => ({
      measurements: { [LENGTH]: 0 },
      labels: { "spanwarden.output.tool_calls.checksum": "aa" },
    });
    expect(firstIncident(run.feed(take(traffic, 200, toolCalls)))).toBe(-1);
  });

  it("is not judged of failed calls", () => {
    const traffic = new Traffic(9);
    const run = learned(traffic);
    const failed = take(traffic, 200, () => ({ failure: "server_error" as const, measurements: { [LENGTH]: 0 } }));
    expect(firstIncident(run.feed(failed))).toBe(-1);
  });
});
