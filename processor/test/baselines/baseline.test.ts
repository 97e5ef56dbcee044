import { describe, expect, it } from "vitest";

import { emptyBaseline, expectationOf, forgetRecent, learn, type Baseline } from "../../src/baselines/baseline.ts";
import { baselineConfig } from "../../src/baselines/baseline-config.ts";
import type { CallFact } from "../../src/facts/call-fact.ts";
import { fact, take, throughDisk, Traffic } from "../detectors/traffic.ts";

const CONFIG = baselineConfig.parse({ min_calls: 50, window: "100s", gap: "10s" });

function learned(baseline: Baseline, facts: readonly CallFact[]): Baseline {
  for (const call of facts) learn(baseline, CONFIG, call, call.failure !== undefined, 1);
  return baseline;
}

/** A call each second, from the `from`th one on. */
function calls(from: number, to: number, overrides: Partial<CallFact> = {}): CallFact[] {
  return Array.from({ length: to - from }, (_, i) => fact(from + i, overrides));
}

describe("baseline", () => {
  it("expects nothing before min_calls", () => {
    expect(expectationOf(learned(emptyBaseline(), calls(0, 49)), CONFIG)).toBeUndefined();
    expect(expectationOf(learned(emptyBaseline(), calls(0, 50)), CONFIG)?.reference.calls).toBe(50);
  });

  it("ends its reference a gap ago", () => {
    const baseline = learned(emptyBaseline(), [...calls(0, 100), ...calls(100, 109, { failure: "timeout" })]);
    expect(expectationOf(baseline, CONFIG)?.reference.failed).toBe(0);
    learned(baseline, calls(109, 130));
    expect(expectationOf(baseline, CONFIG)?.reference.failed).toBeGreaterThan(0);
  });

  it("forgets what is older than its window, but keeps the anchor", () => {
    const baseline = learned(emptyBaseline(), [...calls(0, 60, { failure: "timeout" }), ...calls(60, 300)]);
    const expectation = expectationOf(baseline, CONFIG);
    expect(expectation?.reference.failed).toBe(0);
    expect(expectation?.reference.calls).toBeGreaterThan(90);
    expect(expectation?.reference.calls).toBeLessThanOrEqual(102);
    expect(expectation?.anchor.failed).toBe(50);
  });

  it("never learns the calls just before an incident opened", () => {
    const healthy = learned(emptyBaseline(), calls(0, 200));
    const faulty = learned(healthy, calls(200, 208, { failure: "timeout" }));
    const baseline = learned(forgetRecent(faulty, CONFIG), calls(230, 330));
    expect(expectationOf(baseline, CONFIG)?.reference.failed).toBe(0);
  });

  it("learns anew when an incident opens while it learns", () => {
    const baseline = learned(emptyBaseline(), calls(0, 40, { failure: "timeout" }));
    expect(forgetRecent(baseline, CONFIG)).toEqual(emptyBaseline());
  });

  it("never counts a call into a slice that is part of the reference already", () => {
    const baseline = forgetRecent(learned(emptyBaseline(), calls(0, 200)), CONFIG);
    learned(baseline, [fact(150)]);
    learned(baseline, calls(201, 500));
    expect(expectationOf(baseline, CONFIG)?.reference.calls).toBeGreaterThan(0);
    expect([...baseline.rolling.length.buckets.values()].every((n) => n >= 0)).toBe(true);
    expect(baseline.rolling.calls).toBe(
      baseline.slots.filter(({ merged }) => merged).reduce((sum, { statistics }) => sum + statistics.calls, 0),
    );
  });

  it("names the format class of at least 95 % of the answers", () => {
    const json = expectationOf(learned(emptyBaseline(), take(new Traffic(1), 100)), CONFIG);
    expect(json?.formatClass).toBe("json");
    const mixed = [...take(new Traffic(1), 25), ...take(new Traffic(2, { formatClass: "list" }), 25)];
    expect(expectationOf(learned(emptyBaseline(), mixed), CONFIG)?.formatClass).toBeUndefined();
  });

  it("survives a restart", () => {
    const baseline = learned(emptyBaseline(), take(new Traffic(3), 200));
    expect(throughDisk(baseline)).toEqual(baseline);
  });
});
