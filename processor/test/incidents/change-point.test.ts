import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { findRise, median } from "../../src/incidents/change-point.ts";

describe("findRise", () => {
  it.each([
    ["flags that begin to be set", [0, 0, 0, 0, 0, 1, 1, 1], 5],
    ["flags with a stray one before", [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 1, 1], 10],
    ["one set flag at the end", [0, 0, 0, 0, 0, 0, 1], 6],
    ["numbers that jump", [10, 11, 9, 10, 12, 10, 9, 11, 40, 42, 39], 8],
    ["numbers that were constant", [1, 1, 1, 1, 1, 1, 3, 3], 6],
  ])("finds the first index of %s", (_, values, index) => {
    expect(findRise(values)?.index).toBe(index);
  });

  it.each([
    ["no values", []],
    ["one value", [1]],
    ["only bad calls", [1, 1, 1, 1]],
    ["only good calls", [0, 0, 0]],
    ["a fall", [1, 1, 1, 0, 0, 0]],
    ["a constant", [7, 7, 7, 7]],
  ])("finds no rise in %s", (_, values) => {
    expect(findRise(values)).toBeUndefined();
  });

  it("does not take one huge value for a change of many", () => {
    const noise = [10, 11, 9, 10, 12, 10, 9, 11, 10, 10, 9, 12];
    const values = [...noise, 9_000, ...noise, ...noise, ...noise, 30, 33, 31, 29, 30, 32, 31, 30];
    expect(findRise(values)?.index).toBe(values.indexOf(33) - 1);
  });

  it("gives a range that holds the best point and stays within the series", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(0, 1), fc.double({ noNaN: true, min: -1e6, max: 1e6 }))),
        (values) => {
          const point = findRise(values);
          if (point === undefined) return;
          expect(point.first).toBeGreaterThanOrEqual(1);
          expect(point.first).toBeLessThanOrEqual(point.index);
          expect(point.last).toBeGreaterThanOrEqual(point.index);
          expect(point.last).toBeLessThan(values.length);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });
});

it("takes the lower of two middle values as the median, and 0 of nothing", () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([])]).toEqual([2, 2, 0]);
});
