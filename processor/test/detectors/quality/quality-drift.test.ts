import { describe, expect, it } from "vitest";

import { emptyStatistics } from "../../../src/baselines/statistics.ts";
import type { Expectation } from "../../../src/baselines/baseline.ts";
import type { Verdict } from "../../../src/detectors/finding.ts";
import { quietDrift, type Drifting } from "../../../src/detectors/quality/mean-drift.ts";
import { evaluationDrift } from "../../../src/detectors/quality/quality-drift.ts";
import { CELL, DEFAULTS, seeded, T0, throughDisk } from "../traffic.ts";

/** Scores about 0.7, spread evenly over 0.4 either way. */
const USUAL = 0.7;
const draw = (mean: number, random: () => number): number => mean + 0.5 * (random() - 0.5);

function expecting(scores: readonly number[]): Expectation {
  const anchor = emptyStatistics();
  Object.assign(anchor.quality, {
    n: scores.length,
    sum: scores.reduce((a, b) => a + b, 0),
    squares: scores.reduce((a, b) => a + b * b, 0),
  });
  return { anchor, reference: anchor, refusalUsual: false };
}

function run(seed: number, count: number, meanAt: (n: number) => number, tests = 1): (Verdict | undefined)[] {
  const random = seeded(seed);
  const expectation = expecting(Array.from({ length: 500 }, () => draw(USUAL, random)));
  let state: Drifting = quietDrift();
  return Array.from({ length: count }, (_, n) => {
    if (n % 500 === 499) state = throughDisk(state) as Drifting;
    const evaluation = { name: "judge", score: draw(meanAt(n), random), evaluator: "", evaluatorType: "llm_judge" };
    const score = { evaluation, at: T0 + n * 1_000, arrival: T0 + n * 1_000, traceId: "t", spanId: "s" };
    return evaluationDrift(state, score, expectation, tests, CELL, DEFAULTS);
  });
}

const found = (verdicts: readonly (Verdict | undefined)[]): number =>
  verdicts.findIndex((verdict) => verdict?.verdict === "finding");

describe("quality drift", () => {
  it.each([
    ["8 % at once, half of the line", 1_500, () => 0.92 * USUAL],
    [
      "15 % over 5,000 calls, which a rolling reference follows",
      4_500,
      (n: number) => USUAL * (1 - (0.15 * n) / 5_000),
    ],
  ])("is found where scores fall by %s, also across restarts, and opens no incident", (_name, within, meanAt) => {
    const verdicts = run(1, 5_000, meanAt);
    expect(found(verdicts)).toBeGreaterThan(0);
    expect(found(verdicts)).toBeLessThan(within);
    expect(verdicts[found(verdicts)]).toMatchObject({ effect: "notice", severity: 3, rule: "evaluation_drift" });
    expect(verdicts.some((verdict) => verdict?.verdict === "finding" && verdict.effect === "incident")).toBe(false);
  });

  it("is not found in 20 healthy streams of 20,000 calls: nothing leaks in", () => {
    const counts = Array.from({ length: 20 }, (_, seed) => found(run(seed + 10, 20_000, () => USUAL)));
    expect(counts.filter((at) => at >= 0)).toEqual([]);
  });

  it("asks for more evidence where more is tested", () => {
    const patient = found(run(3, 5_000, () => 0.9 * USUAL, 1e12));
    expect(patient).toBeGreaterThan(found(run(3, 5_000, () => 0.9 * USUAL)));
  });

  it("is over once the mean is what it was", () => {
    const verdicts = run(4, 6_000, (n) => (n < 2_000 ? 0.85 * USUAL : USUAL));
    expect(verdicts.findIndex((verdict) => verdict?.verdict === "quiet")).toBeGreaterThan(2_000);
  });

  it("has no opinion while the anchor holds too little", () => {
    const random = seeded(5);
    const expectation = expecting(Array.from({ length: 50 }, () => draw(USUAL, random)));
    const evaluation = { name: "judge", score: 0, evaluator: "", evaluatorType: "" };
    const score = { evaluation, at: T0, arrival: T0, traceId: "", spanId: "" };
    const state = quietDrift();
    const verdicts = Array.from({ length: 500 }, () => evaluationDrift(state, score, expectation, 1, CELL, DEFAULTS));
    expect(found(verdicts)).toBe(-1);
  });
});
