import { describe, expect, it } from "vitest";

import { applySpend, emptySpend, tickSpend, type Spend } from "../../../src/detectors/cost/spend-rate.ts";
import type { Verdict } from "../../../src/detectors/finding.ts";
import { serviceCell } from "../../../src/detectors/service-watch.ts";
import { CELL, DEFAULTS, fact, T0, throughDisk } from "../traffic.ts";

const SERVICE = serviceCell(CELL);
const MINUTE = 60;
const HOUR = 3_600;

/** Calls every `every` seconds over `[from, to)`, each at a price; what was said, with the second. */
function spend(
  state: Spend,
  from: number,
  to: number,
  every: number,
  cost: number,
  frozen = false,
): [number, Verdict][] {
  const verdicts: [number, Verdict][] = [];
  for (let n = from; n < to; n += every) {
    const verdict = applySpend(state, fact(n, { cost }), SERVICE, frozen, DEFAULTS);
    if (verdict !== undefined) verdicts.push([n, verdict]);
  }
  return verdicts;
}

describe("spend rate", () => {
  it("is judged absolutely while learning: ten minutes at more than $50 an hour", () => {
    const verdicts = spend(emptySpend(), 0, 10 * MINUTE, 10, 0.4);
    // $50 / 6 at $0.04 a second are 209 seconds.
    expect(verdicts[0]?.[0]).toBe(200);
    expect(verdicts[0]?.[1]).toMatchObject({
      rule: "spend_rate",
      severity: 1,
      cell: SERVICE,
      series: "cost",
      effect: "incident",
    });
  });

  it("needs 20 calls for a rate of ten minutes, but an hour's sum needs none", () => {
    expect(spend(emptySpend(), 0, 190, 10, 2.5)).toEqual([]);
    expect(spend(emptySpend(), 0, 200, 100, 30)[0]?.[0]).toBe(100);
  });

  it("is silent at $40 an hour, for ever", () => {
    expect(spend(emptySpend(), 0, 30 * HOUR, 60, 40 / 60)).toEqual([]);
  });

  it("is judged against the same hour of earlier days once they are known", () => {
    const state = emptySpend();
    spend(state, 0, 50 * HOUR, 60, 2, true);
    const learned = emptySpend();
    spend(learned, 0, 50 * HOUR, 60, 2);
    Object.assign(learned, { firing: false, toldAt: -Infinity });
    // $120 an hour as ever, then $240.
    expect(spend(learned, 50 * HOUR, 51 * HOUR, 60, 2)).toEqual([]);
    const more = spend(learned, 51 * HOUR, 52 * HOUR, 60, 4);
    expect(more[0]?.[1]).toMatchObject({ verdict: "finding", baseline: 120, threshold: 170 });
    expect(state.hours).toEqual([]);
  });

  it("is over soon after spending falls, though the hour's sum is still high, and does not open again", () => {
    const state = emptySpend();
    spend(state, 0, 30 * MINUTE, 10, 1);
    const after = spend(state, 30 * MINUTE, 3 * HOUR, 10, 0.001);
    expect(after.map(([, { verdict }]) => verdict)).toEqual(["finding", "finding", "quiet"].slice(-after.length));
    expect(after.at(-1)?.[0]).toBeLessThan(42 * MINUTE);
  });

  it("is over without a further call", () => {
    const state = emptySpend();
    spend(state, 0, 30 * MINUTE, 10, 1);
    expect(tickSpend(throughDisk(state) as Spend, SERVICE, T0 + 45 * MINUTE * 1_000, DEFAULTS)).toMatchObject({
      verdict: "quiet",
      recovered: true,
    });
  });

  it("leaves unpriced calls out and counts each call for those it stands for", () => {
    expect(applySpend(emptySpend(), fact(0), SERVICE, false, DEFAULTS)).toBeUndefined();
    const sampled = applySpend(emptySpend(), fact(0, { cost: 1, weight: 60 }), SERVICE, false, DEFAULTS);
    expect(sampled).toMatchObject({ verdict: "finding", value: 60 });
  });

  it("says what it comes to, who spends most, and that it is a lower bound", () => {
    const state = emptySpend();
    const overrides = { pricing: "configuration", caller: { route: "POST /ask", user: "someone" } };
    applySpend(state, fact(0), SERVICE, false, DEFAULTS);
    const verdict = Array.from({ length: 20 }, (_, n) =>
      applySpend(state, fact(n, { cost: 1, ...overrides }), SERVICE, false, DEFAULTS),
    ).find((each) => each !== undefined);
    // At 02:47:19 UTC: 12 minutes and 41 seconds of the hour are left, 21 hours more of the day.
    expect(verdict?.reason).toBe(
      "the service spends $120.00 an hour, usual is not known yet; the line is $50.00; " +
        "at the latest rate another $25.37 by the end of the hour, $2545.37 by the end of the day (UTC); " +
        "most by model gpt-4o $20.00, prompt answer $20.00, route POST /ask $20.00; " +
        "a lower bound: 1 more calls are of unknown price; prices of configuration",
    );
    expect(verdict?.reason).not.toContain("someone");
  });

  it("holds at most an hour of minutes and a week of hours", () => {
    const state = emptySpend();
    spend(state, 0, 400 * HOUR, 600, 0.01);
    expect(state.recent.slices.length).toBeLessThanOrEqual(60);
    expect(state.hours.length).toBeLessThanOrEqual(170);
  });
});
