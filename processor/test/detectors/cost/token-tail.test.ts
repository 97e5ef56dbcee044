import { describe, expect, it } from "vitest";

import { emptyHistogram, record } from "../../../src/baselines/exponential-histogram.ts";
import {
  normalTail,
  poissonTail,
  probabilityAbove,
  tokensAt,
  tokenTail,
} from "../../../src/detectors/cost/token-tail.ts";
import { Traffic } from "../traffic.ts";

describe("token tail", () => {
  it.each([
    [0, 0.5],
    [1, 0.158_655],
    [-1, 0.841_345],
    [3, 1.349_9e-3],
    [5, 2.866_5e-7],
  ])("knows the normal tail beyond %f", (z, p) => {
    expect(normalTail(z) / p).toBeCloseTo(1, 1);
  });

  it.each([
    [0, 3, 1],
    [1, 0, 0],
    [3, 0.1, 1.546e-4],
    [5, 0.5, 1.721e-4],
    [10, 2, 4.65e-5],
  ])("bounds the Poisson tail at %i of mean %f", (k, mean, p) => {
    const bound = poissonTail(k, mean);
    expect(bound).toBeGreaterThanOrEqual(0.999 * p);
    expect(bound).toBeLessThanOrEqual(1.3 * p);
  });

  it("never understates how often a heavy-tailed cell is above three times its 95th percentile", () => {
    for (const spread of [0.5, 0.8, 1.2]) {
      const histogram = emptyHistogram();
      const traffic = new Traffic(3, { spread });
      for (let i = 0; i < 500; i++) record(histogram, traffic.next().usage.output ?? 0);
      const tail = tokenTail(histogram);
      const above = tail && probabilityAbove(tail, 3 * tail.p95);
      expect(above).toBeGreaterThan(normalTail(1.645 + Math.log(3) / spread));
    }
  });

  it("is the inverse of what a call exceeds", () => {
    const tail = { p95: 300, median: 100, spread: 0.7 };
    expect(probabilityAbove(tail, tokensAt(tail, 4)) / normalTail(4)).toBeCloseTo(1, 3);
  });

  it("is unknown of fewer than 20 calls", () => {
    const histogram = emptyHistogram();
    for (let i = 0; i < 19; i++) record(histogram, 100);
    expect(tokenTail(histogram)).toBeUndefined();
  });
});
