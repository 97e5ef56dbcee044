import { describe, expect, it } from "vitest";

import { add, emptySum, sumOf } from "../../src/detectors/sliding-sum.ts";

describe("sliding sum", () => {
  it("holds the latest stretch, to the width of a slice", () => {
    const sum = emptySum(100, 10);
    for (let at = 0; at < 500; at += 5) add(sum, at, 1);
    expect(sumOf(sum, 495)).toEqual({ sum: 20, calls: 20 });
    expect(sumOf(sum, 495, 20).calls).toBe(4);
    expect(sumOf(sum, 1_000)).toEqual({ sum: 0, calls: 0 });
  });

  it("counts an older call into the latest slice", () => {
    const sum = emptySum(100, 10);
    add(sum, 400, 1);
    add(sum, 350, 2);
    expect(sumOf(sum, 400)).toEqual({ sum: 3, calls: 2 });
  });

  it("never holds more slices than it covers", () => {
    const sum = emptySum(100, 10);
    for (let at = 0; at < 10_000; at += 7) add(sum, at, 1);
    expect(sum.slices.length).toBeLessThanOrEqual(10);
  });
});
