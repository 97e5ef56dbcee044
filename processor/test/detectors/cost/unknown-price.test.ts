import { describe, expect, it } from "vitest";

import { applyUnknownPrice, type UnknownPrices } from "../../../src/detectors/cost/unknown-price.ts";
import type { Finding } from "../../../src/detectors/finding.ts";
import { serviceCell } from "../../../src/detectors/service-watch.ts";
import type { CallFact } from "../../../src/facts/call-fact.ts";
import { CELL, DEFAULTS, fact, throughDisk } from "../traffic.ts";

const SERVICE = serviceCell(CELL);
const USAGE = { input: 100, output: 10 };

function told(state: UnknownPrices, count: number, overrides: Partial<CallFact> = {}, from = 0): Finding[] {
  return Array.from({ length: count }, (_, n) =>
    applyUnknownPrice(state, fact(from + n, { usage: USAGE, ...overrides }), SERVICE, DEFAULTS),
  ).filter((finding) => finding !== undefined);
}

describe("unknown price", () => {
  it("is told after more than 20 calls within the hour, as a notice that names the model", () => {
    const state: UnknownPrices = new Map();
    expect(told(state, 20)).toEqual([]);
    expect(told(state, 1, {}, 20)).toMatchObject([
      {
        rule: "unknown_price",
        effect: "notice",
        severity: 3,
        value: 21,
        subject: "gpt-4o of openai",
        reason:
          "21 calls with 2310 tokens to gpt-4o of openai within the hour have no price: no table has a price for it; " +
          "all sums of this service are lower bounds until cost.prices names it",
      },
    ]);
  });

  it("is told after one call of very many tokens", () => {
    expect(told(new Map(), 1, { usage: { input: 100_001 } })).toHaveLength(1);
  });

  it("is told once an hour for each model, restarts included", () => {
    const state: UnknownPrices = new Map();
    expect(told(state, 3_000)).toHaveLength(1);
    const restored = throughDisk(state) as UnknownPrices;
    expect(told(restored, 600, {}, 3_000)).toEqual([]);
    expect(told(restored, 100, {}, 3_600)).toHaveLength(1);
    expect(told(restored, 100, { facets: { requestModel: "other" } }, 3_700)).toHaveLength(1);
  });

  it("says where the calls tell no tokens", () => {
    expect(told(new Map(), 30, { usage: {} })[0]?.reason).toContain("they tell no tokens");
  });

  it.each<[string, Partial<CallFact>]>([
    ["a free model", { cost: 0 }],
    ["priced calls", { cost: 0.1 }],
    ["failed calls, for which nobody charges", { failure: "rate_limited" }],
    ["pending calls", { pending: true }],
  ])("is not told of %s", (_, overrides) => {
    expect(told(new Map(), 100, overrides)).toEqual([]);
  });

  it("keeps 32 models of a service at most", () => {
    const state: UnknownPrices = new Map();
    for (let n = 0; n < 100; n++) told(state, 1, { facets: { requestModel: `m${n}` } }, n);
    expect(state.size).toBe(32);
  });
});
