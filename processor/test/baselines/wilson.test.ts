import { describe, expect, it } from "vitest";

import { wilson } from "../../src/baselines/wilson.ts";

describe("Wilson interval", () => {
  // Newcombe 1998, table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %i in %i at 95 %% is %f to %f", (hits, n, low, high) => {
    const interval = wilson(hits, n, 1.959_964);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it("of no data is everything", () => {
    expect(wilson(0, 0, 3)).toEqual({ low: 0, high: 1 });
  });
});
