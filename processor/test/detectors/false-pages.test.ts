import { describe, expect, it } from "vitest";

import {
  callsAWeek,
  countCall,
  deviationsFor,
  evidenceFor,
  noTraffic,
  testsAPage,
} from "../../src/detectors/false-pages.ts";
import { T0 } from "./traffic.ts";

const HOUR = 3_600_000;

function steady(calls: number, everyMs: number): ReturnType<typeof noTraffic> {
  const traffic = noTraffic(T0);
  for (let n = 0; n < calls; n++) countCall(traffic, T0 + n * everyMs);
  return traffic;
}

describe("the budget of false pages", () => {
  it.each([
    ["an hour", 240, 15_000],
    ["a day", 5_760, 15_000],
    ["three weeks", 30_240, 60_000],
  ])("knows the calls a week after %s of steady traffic", (_name, calls, every) => {
    const week = (168 * HOUR) / every;
    expect(callsAWeek(steady(calls, every)) / week).toBeCloseTo(1, 1);
  });

  it("does not take a burst for what will last a week", () => {
    expect(callsAWeek(steady(500, 1))).toBeLessThan(500 * 10_081);
  });

  it("counts a call that is older than the latest, and does not go back in time", () => {
    const traffic = steady(10, 1_000);
    const { at, calls } = traffic;
    countCall(traffic, T0 - HOUR);
    expect(traffic).toMatchObject({ at, calls: calls + 1 });
  });

  it("asks for one unit of evidence more where traffic, cells or strictness grow by e", () => {
    const traffic = steady(20_000, 500);
    const base = evidenceFor(testsAPage(traffic, 300, 1));
    expect(evidenceFor(testsAPage(traffic, 300 * Math.E, 1))).toBeCloseTo(base + 1);
    expect(evidenceFor(testsAPage(traffic, 300, 1 / Math.E))).toBeCloseTo(base + 1);
    expect(evidenceFor(testsAPage(steady(20_000, 500 / Math.E), 300, 1))).toBeCloseTo(base + 1, 1);
  });

  it.each([
    [1e3, 3.09],
    [1e5, 4.26],
    [1e7, 5.2],
    [1e9, 6],
  ])("asks for the deviations whose normal tail is one in %d", (tests, z) => {
    expect(Math.abs(deviationsFor(tests) - z)).toBeLessThan(0.1);
  });

  it("asks for nothing where there is nothing to lose", () => {
    expect(evidenceFor(1)).toBe(0);
    expect(deviationsFor(1)).toBe(0);
  });
});
