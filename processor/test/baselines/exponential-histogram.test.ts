import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  emptyHistogram,
  mergeHistogram,
  quantile,
  record,
  usualQuantile,
  type ExponentialHistogram,
} from "../../src/baselines/exponential-histogram.ts";

const positive = fc.double({ min: 1e-6, max: 1e9, noNaN: true });

function of(values: readonly number[]): ExponentialHistogram {
  const histogram = emptyHistogram();
  for (const value of values) record(histogram, value);
  return histogram;
}

describe("exponential histogram", () => {
  it("knows no quantile of no data", () => {
    expect(quantile(emptyHistogram(), 0.5)).toBeUndefined();
  });

  it("gives a quantile within 4.5 % of the value of that rank", () => {
    fc.assert(
      fc.property(
        fc.array(positive, { minLength: 1, maxLength: 80 }),
        fc.constantFrom(0.01, 0.5, 0.95, 1),
        (values, q) => {
          const sorted = values.toSorted((a, b) => a - b);
          const exact = sorted[Math.ceil(q * sorted.length) - 1] ?? Number.NaN;
          const error = Math.abs((quantile(of(values), q) ?? Number.NaN) / exact - 1);
          expect(error).toBeLessThanOrEqual(0.0451);
        },
      ),
    );
  });

  it("is the same merged from parts as recorded at once, and unmerges to what it was", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(positive, fc.constant(0))), fc.array(positive), (a, b) => {
        const merged = of(a);
        mergeHistogram(merged, of(b));
        expect(merged).toEqual(of([...a, ...b]));
        mergeHistogram(merged, of(b), -1);
        expect(merged).toEqual(of(a));
      }),
    );
  });

  it("answers anew after a change", () => {
    const histogram = of([1, 1, 1]);
    expect(quantile(histogram, 0.5)).toBeCloseTo(1, 1);
    for (let i = 0; i < 10; i++) record(histogram, 100);
    expect(quantile(histogram, 0.5)).toBeGreaterThan(90);
  });

  it("counts zeros below all else and leaves out what is no number", () => {
    expect(quantile(of([0, 0, 0, 8]), 0.5)).toBe(0);
    expect(quantile(of([0, 0, 0, 8]), 1)).toBeCloseTo(8, 0);
    expect(quantile(of([0]), 1)).toBe(0);
    expect(of([Number.NaN, Infinity]).count).toBe(0);
  });

  it("takes no quantile of fewer than 20 values for usual", () => {
    expect(usualQuantile(of(Array<number>(19).fill(5)), 0.5)).toBeUndefined();
    expect(usualQuantile(of(Array<number>(20).fill(5)), 0.5)).toBeCloseTo(5, 0);
  });
});
