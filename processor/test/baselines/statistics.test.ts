import { describe, expect, it } from "vitest";

import {
  count,
  emptyStatistics,
  meanOf,
  mergeStatistics,
  totalTokens,
  type Statistics,
} from "../../src/baselines/statistics.ts";
import { fact, take, Traffic } from "../detectors/traffic.ts";

function of(traffic: Traffic, calls: number): Statistics {
  const statistics = emptyStatistics();
  for (const call of take(traffic, calls)) count(statistics, call, call.failure !== undefined, 1);
  return statistics;
}

describe("statistics", () => {
  it("unmerge to what they were, to the precision of a double", () => {
    const whole = of(new Traffic(1, { failing: 0.1 }), 300);
    const part = of(new Traffic(2, { failing: 0.1, formatClass: "list" }), 200);
    const both = emptyStatistics();
    mergeStatistics(both, whole);
    mergeStatistics(both, part);
    expect(both.calls).toBe(500);
    mergeStatistics(both, part, -1);
    expect(both.cost.sum).toBeCloseTo(whole.cost.sum, 9);
    expect({ ...both, cost: undefined, formatClasses: both.formatClasses.get("json") }).toEqual({
      ...whole,
      cost: undefined,
      formatClasses: whole.formatClasses.get("json"),
    });
  });

  it("count nothing of what is unknown", () => {
    const statistics = emptyStatistics();
    count(statistics, fact(1), false, undefined);
    expect(statistics.calls).toBe(1);
    expect(statistics.tokens.count).toBe(0);
    expect(meanOf(statistics.quality)).toBeUndefined();
    expect(meanOf(statistics.cost)).toBeUndefined();
    expect(totalTokens(fact(1))).toBeUndefined();
    expect(totalTokens(fact(1, { usage: { output: 3 } }))).toBe(3);
  });

  it("give a mean with its error", () => {
    expect(meanOf({ n: 4, sum: 8, squares: 20 })).toEqual({ mean: 2, variance: 1, error: 0.5 });
  });
});
