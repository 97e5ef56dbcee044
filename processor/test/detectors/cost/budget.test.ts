import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { nothingSpent, spend, spentOf } from "../../../src/detectors/cost/budget.ts";
import { budgetsConfig, type Budget } from "../../../src/detectors/cost/budget-config.ts";
import { detectionConfig } from "../../../src/detectors/detection-config.ts";
import { Detectors } from "../../../src/detectors/detectors.ts";
import type { Verdict } from "../../../src/detectors/finding.ts";
import type { CallFact } from "../../../src/facts/call-fact.ts";
import { callerId } from "../../../src/facts/caller-id.ts";
import { CELL, fact, T0, throughDisk } from "../traffic.ts";

const HOUR = 3_600_000;

function budget(overrides: object = {}): Budget {
  const [parsed] = budgetsConfig.parse([{ name: "b", service: "support", amount: 10, period: "24h", ...overrides }]);
  if (parsed === undefined) throw new Error("no budget");
  return parsed;
}

const configOf = (...budgets: object[]): ReturnType<typeof detectionConfig.parse> =>
  detectionConfig.parse({
    rules: { spend_rate: { excess: 1e6 } },
    budgets: budgets.map((each) => ({ name: "b", service: "support", amount: 10, period: "24h", ...each })),
  });

/** What a budget's rule said, of calls in their order with time passing between them. */
function said(detectors: Detectors, facts: readonly CallFact[]): Verdict[] {
  const verdicts = facts.flatMap((call) => [...detectors.tick(call.arrival), ...detectors.apply(call)]);
  return verdicts.filter(({ rule }) => rule === "budget:b");
}

/** Calls of $1, one an hour. */
const hourly = (from: number, to: number): CallFact[] =>
  Array.from({ length: to - from }, (_, n) => fact((from + n) * 3_600, { cost: 1 }));

describe("a budget", () => {
  it("opens with the call that overruns it, and says how much was spent", () => {
    const verdicts = said(new Detectors(configOf({})), hourly(0, 12));
    expect(verdicts[0]).toMatchObject({
      verdict: "finding",
      effect: "incident",
      at: T0 + 10 * HOUR,
      value: 11,
      threshold: 10,
      reason: "$11.00 of $10.00 were spent within the last 24 h",
    });
  });

  it("does not begin anew at midnight, but slides", () => {
    // From 02:47 on, $1 an hour: 24 within any day, whatever the date.
    const detectors = new Detectors(configOf({ amount: 23.5 }));
    expect(said(detectors, hourly(0, 23))).toEqual([]);
    expect(said(detectors, hourly(23, 60))[0]).toMatchObject({ verdict: "finding", at: T0 + 23 * HOUR });
  });

  it("is over once so much is forgotten that 95 % of it are kept, without a further call", () => {
    const detectors = new Detectors(configOf({}));
    said(detectors, hourly(0, 11));
    expect(detectors.tick(T0 + 24 * HOUR)[0]).toMatchObject({ verdict: "finding", value: 11 });
    const [verdict] = detectors.tick(T0 + 26 * HOUR);
    expect(verdict).toMatchObject({ verdict: "quiet", rule: "budget:b", recovered: true });
  });

  it("says that it is a lower bound where calls have no price", () => {
    const calls = [fact(0), ...hourly(1, 13)];
    expect(said(new Detectors(configOf({})), calls)[0]?.reason).toContain(
      "(a lower bound: 1 of 12 calls are of unknown price)",
    );
  });

  it("counts late calls once, at their own time, and opens nothing by them", () => {
    const late = Array.from({ length: 12 }, (_, n) => fact(n, { cost: 1, late: true, arrival: T0 + 40 * HOUR }));
    const detectors = new Detectors(configOf({ period: "30d" }));
    expect(said(detectors, late)).toEqual([]);
    expect(said(detectors, [fact(40 * 3_600, { cost: 0.01 })])[0]).toMatchObject({ value: 12.01 });
    // More than a day ago: no part of the last day.
    expect(said(new Detectors(configOf({})), [...late, fact(40 * 3_600, { cost: 0.01 })])).toEqual([]);
  });

  it.each<[string, object, Partial<CallFact>, boolean]>([
    ["its service", { service: "support" }, {}, true],
    ["no other service", { service: "other" }, {}, false],
    ["its prompt in its service", { prompt: "answer" }, {}, true],
    ["no other prompt", { prompt: "other" }, {}, false],
    ["the model that was asked for", { model: "gpt-4o" }, {}, true],
    ["the model that answered", { model: "gpt-4o-2024" }, { facets: { responseModel: "gpt-4o-2024" } }, true],
    ["its tenant by name", { tenant: "acme" }, { caller: { tenant: callerId("acme") } }, true],
    ["no other tenant", { tenant: "acme" }, { caller: { tenant: callerId("other") } }, false],
    ["no pending call, whose end is still to come", {}, { pending: true }, false],
  ])("is of %s", (_, subject, overrides, counted) => {
    const state = nothingSpent();
    spend(state, budget(subject), fact(0, { cost: 3, ...overrides }), T0);
    expect(spentOf(state)).toBe(counted ? 3 : 0);
  });

  it("counts a call for those it stands for", () => {
    const state = nothingSpent();
    spend(state, budget(), fact(0, { cost: 0.1, weight: 30 }), T0);
    expect(spentOf(state)).toBe(3);
  });

  it("leaks nothing: the sum is exact in whatever order calls come, and wherever a restart falls", () => {
    const call = fc.record({
      n: fc.integer({ min: 0, max: 20 * 3_600 }),
      cost: fc.double({ min: 0, max: 2, noNaN: true }),
      late: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 60 }), fc.infiniteStream(fc.nat()), fc.nat(), (calls, keys, cut) => {
        const facts = calls.map(({ n, cost, late }) => fact(n, { cost, late }));
        const [now, config] = [T0 + 20 * HOUR, budget()];
        const exact = facts.reduce((sum, { cost = 0 }) => sum + BigInt(Math.round(cost * 1e12)), 0n);
        const order = facts.map((each) => ({ each, key: keys.next().value as number }));
        let state = nothingSpent();
        order
          .toSorted((a, b) => a.key - b.key)
          .forEach(({ each }, i) => {
            if (i === cut % 60) state = throughDisk(state) as typeof state;
            spend(state, config, each, now);
          });
        expect(state.total.spent).toBe(exact);
      }),
      { numRuns: 50 },
    );
  });

  it("goes on where a killed process left it", () => {
    const facts = hourly(0, 14);
    const whole = said(new Detectors(configOf({})), facts);
    for (const cut of [1, 9, 10, 11, 13]) {
      const before = new Detectors(configOf({}));
      const first = said(before, facts.slice(0, cut));
      const after = new Detectors(configOf({}));
      after.restore(throughDisk(before.snapshot()));
      expect([...first, ...said(after, facts.slice(cut))]).toEqual(whole);
    }
  });

  it.each([1e300, Number.POSITIVE_INFINITY, Number.NaN, -5])("takes no harm from a cost of %f", (cost) => {
    const state = nothingSpent();
    spend(state, budget(), fact(0, { cost }), T0);
    spend(state, budget(), fact(1, { cost: 2 }), T0);
    expect(spentOf(state)).toBe(2);
    expect(state.total.unknown).toBe(1);
  });

  it("ends when it is no longer configured", () => {
    const before = new Detectors(configOf({}));
    said(before, hourly(0, 12));
    const after = new Detectors(configOf());
    after.restore(throughDisk(before.snapshot()));
    const verdicts = after.tick(T0 + 12 * HOUR).filter(({ rule }) => rule === "budget:b");
    expect(verdicts).toMatchObject([{ verdict: "quiet", recovered: true, reason: "no longer configured" }]);
    expect(after.tick(T0 + 13 * HOUR).filter(({ rule }) => rule === "budget:b")).toEqual([]);
  });

  it("is kept when its amount is raised, and holds no more than its slices", () => {
    const before = new Detectors(configOf({ amount: 1_000 }));
    said(before, hourly(0, 300));
    const after = new Detectors(configOf({ amount: 20 }));
    after.restore(throughDisk(before.snapshot()));
    expect(said(after, hourly(300, 301))[0]).toMatchObject({ verdict: "finding", threshold: 20 });
    const { budgets } = after.snapshot() as { budgets: Map<string, { slices: Map<number, unknown> }> };
    for (const { slices } of budgets.values()) expect(slices.size).toBeLessThanOrEqual(289);
  });
});

describe("budgets in configuration", () => {
  it.each<[string, object[], string]>([
    ["nobody's", [{ name: "b", amount: 1, period: "1h" }], "expected at least one of service, model, tenant, prompt"],
    ["by the day of the calendar", [{ name: "b", service: "s", amount: 1, period: "7d" }], "expected 1h, 24h or 30d"],
    ["of nothing", [{ name: "b", service: "s", amount: 0, period: "1h" }], ">0"],
    [
      "with one name",
      [
        { name: "b", service: "s", amount: 1, period: "1h" },
        { name: "b", service: "t", amount: 1, period: "1h" },
      ],
      "expected names that differ",
    ],
  ])("are refused with the reason: %s", (_, budgets, message) => {
    expect(budgetsConfig.safeParse(budgets).error?.message).toContain(message);
  });

  it("are none by default", () => {
    expect(detectionConfig.parse({}).budgets).toEqual([]);
    expect(CELL.service).toBe("support");
  });
});
