import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { clear, emptyWindow, push, revise, suffixes } from "../../src/baselines/suffix-window.ts";

describe("suffix window", () => {
  it("equals the sums worked out from all values, whatever the sizes", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(sizes, fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 60 }), (lengths, values) => {
        const window = emptyWindow(lengths);
        values.forEach((value, i) => {
          push(window, value);
          const seen = values.slice(0, i + 1);
          const expected = [...new Set(lengths)]
            .toSorted((a, b) => a - b)
            .filter((n) => n <= seen.length)
            .map((n) => ({ n, sum: seen.slice(-n).reduce((a, b) => a + b, 0) }));
          expect(suffixes(window).map(({ n, sum }) => ({ n, sum }))).toEqual(expected);
        });
      }),
    );
  });

  it("with a value replaced equals one that never held another", () => {
    const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        values,
        fc.nat(29),
        fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 20 }),
        (before, age, after) => {
          const [changed, expected] = [emptyWindow([3, 7]), emptyWindow([3, 7])];
          for (const value of before) push(changed, value);
          const isHeld = age < Math.min(7, before.length);
          expect(revise(changed, age, 99)).toBe(isHeld);
          for (const value of isHeld ? before.with(before.length - 1 - age, 99) : before) push(expected, value);
          for (const window of [changed, expected]) for (const value of after) push(window, value);
          expect(suffixes(changed)).toEqual(suffixes(expected));
        },
      ),
    );
  });

  it("gives the variance of the values", () => {
    const window = emptyWindow([4]);
    for (const value of [9, 1, 3, 1, 3]) push(window, value);
    expect(suffixes(window)).toEqual([{ n: 4, sum: 8, mean: 2, variance: 1 }]);
  });

  it("begins anew once cleared", () => {
    const window = emptyWindow([2, 3]);
    for (const value of [7, 7, 7, 7]) push(window, value);
    clear(window);
    expect(suffixes(window)).toEqual([]);
    for (const value of [1, 2]) push(window, value);
    expect(suffixes(window).map(({ sum }) => sum)).toEqual([3]);
  });
});
