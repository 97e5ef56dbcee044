import { array, assert, constantFrom, integer, property, tuple } from "fast-check";
import { describe, expect, it } from "vitest";

import { emptyHitters, hit, MOST_KEYS } from "../../src/baselines/heavy-hitters.ts";
import { seeded } from "../detectors/traffic.ts";

describe("heavy hitters", () => {
  it("count exactly while there is room", () => {
    const keys = array(tuple(constantFrom("a", "b", "c"), integer({ min: 0, max: 9 })));
    assert(
      property(keys, (stream) => {
        const hitters = emptyHitters();
        for (const [key, weight] of stream) hit(hitters, key, weight);
        for (const key of ["a", "b", "c"]) {
          const sum = stream.reduce((total, [other, weight]) => total + (other === key ? weight : 0), 0);
          expect(hitters.counts.get(key) ?? 0).toBe(sum);
        }
      }),
    );
  });

  it.each([1, 2, 3])("never overstate a key, and understate it by no more than they say (seed %i)", (seed) => {
    const random = seeded(seed);
    const hitters = emptyHitters();
    const truth = new Map<string, number>();
    for (let n = 0; n < 20_000; n++) {
      const key = random() < 0.3 ? "heavy" : `key-${Math.floor(10_000 * random() ** 2)}`;
      const weight = Math.ceil(100 * random());
      hit(hitters, key, weight);
      truth.set(key, (truth.get(key) ?? 0) + weight);
    }
    expect(hitters.counts.size).toBeLessThanOrEqual(MOST_KEYS);
    expect(hitters.offset).toBeLessThanOrEqual((2 * hitters.total) / MOST_KEYS);
    for (const [key, sum] of truth) {
      const known = hitters.counts.get(key) ?? 0;
      expect(known).toBeLessThanOrEqual(sum);
      expect(known + hitters.offset).toBeGreaterThanOrEqual(sum);
    }
  });

  it("leave out what weighs nothing", () => {
    const hitters = emptyHitters();
    for (const weight of [0, -1, Number.NaN]) hit(hitters, "key", weight);
    expect(hitters).toEqual(emptyHitters());
  });
});
