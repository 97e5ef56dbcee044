import { describe, expect, it } from "vitest";

import { emptyMaximum, forgetLatest, maximumBefore, noteMaximum } from "../../src/baselines/week-maximum.ts";
import { T0 } from "../detectors/traffic.ts";

const HOUR = 3_600_000;
const WEEK = 168 * HOUR;
const at = (hours: number): number => Math.ceil(T0 / (2 * HOUR)) * 2 * HOUR + hours * HOUR;

describe("week's maximum", () => {
  it("is unknown before the history is there, and leaves out the last two hours", () => {
    const maximum = emptyMaximum();
    noteMaximum(maximum, at(0), 5);
    noteMaximum(maximum, at(1), 7);
    expect(maximumBefore(maximum, at(3), WEEK)).toBeUndefined();
    expect(maximumBefore(maximum, at(1), 0)).toBe(0);
    expect(maximumBefore(maximum, at(4), 0)).toBe(7);
  });

  it("forgets what is older than a week, and what came last where that was a fault", () => {
    const maximum = emptyMaximum();
    noteMaximum(maximum, at(0), 9);
    for (let hour = 2; hour < 200; hour += 2) noteMaximum(maximum, at(hour), 3);
    noteMaximum(maximum, at(200), 8);
    expect(maximumBefore(maximum, at(201), WEEK)).toBe(3);
    forgetLatest(maximum, at(201));
    noteMaximum(maximum, at(206), 3);
    expect(maximumBefore(maximum, at(210), WEEK)).toBe(3);
    expect(maximum.slots.length).toBeLessThanOrEqual(87);
  });
});
