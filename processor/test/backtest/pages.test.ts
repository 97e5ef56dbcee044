import { describe, expect, it } from "vitest";

import { isPage, weekly } from "../../src/backtest/pages.ts";

const WEEK = 7 * 86_400_000;

describe("a rate of pages", () => {
  // Garwood's intervals as tables have them.
  it.each([
    [0, 0, 3.689],
    [1, 0.025, 5.572],
    [2, 0.242, 7.225],
    [10, 4.795, 18.39],
  ])("of %i in a week lies between %f and %f", (count, low, high) => {
    const rate = weekly(count, WEEK);
    expect(rate).toMatchObject({ count, perWeek: count });
    expect(rate.low).toBeCloseTo(low, 2);
    expect(rate.high).toBeCloseTo(high, 2);
  });

  it("is of a week, however long was seen", () => {
    expect(weekly(2, WEEK / 2).perWeek).toBe(4);
  });
});

describe("an incident", () => {
  it.each([
    ["outage", 2, true],
    ["safety_violation", 0, true],
    ["quality_degradation", 1, true],
    ["quality_degradation", 2, false],
    ["cost_anomaly", 2, false],
  ] as const)("of %s and severity %i pages: %s", (kind, severity, expected) => {
    expect(isPage({ kind, severity })).toBe(expected);
  });
});
