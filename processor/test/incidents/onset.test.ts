import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM } from "@spanwarden/conventions";
import type { CallFact } from "../../src/facts/call-fact.ts";
import { median } from "../../src/incidents/change-point.ts";
import { findOnset } from "../../src/incidents/onset.ts";
import { evidenceOf, fact, finding, seeded, T0 } from "./fixtures.ts";

type Series = "failed" | "tokens";

interface Stream {
  readonly facts: readonly CallFact[];
  readonly change: number;
}

/** Calls of which those from `change` on are drawn from `after`, until `seen` of them have come. */
function stream(random: () => number, series: Series, before: number, after: number, seen: number): Stream {
  const change = 150 + Math.floor(random() * 300);
  const draw = (level: number): number =>
    series === "failed"
      ? Number(random() < level)
      : Math.exp(Math.log(level) + 0.3 * (random() + random() + random() - 1.5));
  const facts = Array.from({ length: change + seen }, (_, n) =>
    fact(n, { measurements: { [series]: draw(n < change ? before : after) } }),
  );
  return { facts, change };
}

function errors(series: Series, before: number, after: number, seen: number): number[] {
  const random = seeded(7);
  return Array.from({ length: 200 }, () => {
    const { facts, change } = stream(random, series, before, after, seen);
    const last = facts.at(-1);
    const { onset } = findOnset(finding(last?.at ?? 0, { series }), evidenceOf(facts));
    return Math.abs(facts.findIndex((call) => call.start === onset.time) - change);
  });
}

describe("findOnset on simulated streams", () => {
  it.each<[string, Series, number, number, number]>([
    ["an outage", "failed", 0.01, 0.9, 8],
    ["half of the calls failing", "failed", 0.02, 0.5, 25],
    ["format falling to 60 %", "failed", 0.03, 0.4, 40],
    ["three times the tokens", "tokens", 500, 1_500, 15],
    ["answers half as long again", "tokens", 500, 800, 30],
  ])("is at most 3 calls off in the median for %s", (_, series, before, after, seen) => {
    const off = errors(series, before, after, seen);
    expect(median(off)).toBeLessThanOrEqual(3);
    expect(off.filter((error) => error <= 10).length / off.length).toBeGreaterThanOrEqual(0.9);
  });

  it("holds the true change within its interval nearly always", () => {
    const random = seeded(11);
    const held = Array.from({ length: 200 }, () => {
      const { facts, change } = stream(random, "failed", 0.02, 0.5, 25);
      const { onset } = findOnset(finding(facts.at(-1)?.at ?? 0, { series: "failed" }), evidenceOf(facts));
      const truth = facts[change]?.start ?? 0;
      return onset.earliest <= truth && truth <= onset.latest;
    });
    expect(held.filter(Boolean).length).toBeGreaterThanOrEqual(180);
  });
});

describe("findOnset", () => {
  const outage = Array.from({ length: 30 }, (_, n) => fact(n, { measurements: { failed: Number(n >= 20) } }));
  const found = finding(T0 + 29_000, { kind: "outage", series: "failed" });

  it("names the first bad call, its start, and those exposed since", () => {
    const users = outage.map((call, n) => ({
      ...call,
      caller: { user: n % 2 ? "anna" : "ben" },
      weight: n === 25 ? 4 : 1,
    }));
    const { onset, exposed } = findOnset(found, evidenceOf(users));
    expect(onset).toEqual({
      time: T0 + 19_500,
      earliest: expect.any(Number),
      latest: expect.any(Number),
      firstTraceId: outage[20]?.traceId,
      exposedCalls: 13,
      exposedUsers: 2,
    });
    expect(exposed).toHaveLength(10);
  });

  it("does not know the users where callers are not known", () => {
    expect(findOnset(found, evidenceOf(outage)).onset.exposedUsers).toBeUndefined();
  });

  it("gives the start of the call before as the earliest moment: the change lies between the two", () => {
    expect(findOnset(found, evidenceOf(outage)).onset.earliest).toBeLessThanOrEqual(T0 + 18_500);
  });

  it("orders by start, so that a time-out that ends late began before the healthy calls around its end", () => {
    const slow = outage.map((call, n) => (n >= 20 ? { ...call, at: call.at + 60_000 - n * 1_000 } : call));
    const shuffled = slow.toSorted((a, b) => b.at - a.at);
    expect(findOnset({ ...found, at: T0 + 90_000 }, evidenceOf(shuffled)).onset.time).toBe(T0 + 19_500);
  });

  it("leaves calls out that started after the finding", () => {
    const { onset } = findOnset({ ...found, at: T0 + 22_000 }, evidenceOf(outage));
    expect(onset).toMatchObject({ time: T0 + 19_500, exposedCalls: 3 });
  });

  it("does not reach back into an earlier incident, though that was longer", () => {
    const bad = (n: number): boolean => (n >= 100 && n < 600) || n >= 700;
    const twice = Array.from({ length: 710 }, (_, n) => fact(n, { measurements: { failed: Number(bad(n)) } }));
    const again = { ...found, at: T0 + 709_000 };
    expect(findOnset(again, evidenceOf(twice)).onset.time).toBe(T0 + 99_500);
    expect(findOnset(again, evidenceOf(twice), T0 + 600_000).onset.time).toBe(T0 + 699_500);
  });

  it("skips calls whose badness is unknown, but counts them as exposed", () => {
    const partly = outage.map((call, n) => (n % 3 === 1 ? { ...call, measurements: {} } : call));
    expect(findOnset(found, evidenceOf(partly)).onset).toMatchObject({ time: T0 + 19_500, exposedCalls: 10 });
  });

  it("says it began before the retained calls where all of them are bad", () => {
    const bad = outage.map((call) => ({ ...call, measurements: { failed: 1 } }));
    expect(findOnset(found, evidenceOf(bad)).onset).toMatchObject({ time: T0 - 500, earliest: T0 - 500 });
  });

  it("finds when a caller's share rose, where the finding is about a caller", () => {
    const shares = Array.from({ length: 60 }, (_, n) => {
      const user = n >= 40 && n % 4 !== 0 ? "greedy" : `user-${n % 5}`;
      return fact(n, { caller: { user }, measurements: { tokens: 100 } });
    });
    const { onset } = findOnset(finding(T0 + 59_000, { series: "tokens", subject: "greedy" }), evidenceOf(shares));
    expect(onset.time).toBe(T0 + 41_000 - 500);
  });

  it("is the call itself for a rule that judges one call", () => {
    const { onset, exposed } = findOnset(
      finding(T0 + 25_000, { kind: "safety_violation", series: undefined, traceId: outage[25]?.traceId }),
      evidenceOf(outage),
    );
    expect(onset).toMatchObject({ time: T0 + 24_500, earliest: T0 + 24_500, latest: T0 + 24_500, exposedCalls: 1 });
    expect(exposed[0]?.identity).toBe("call-25");
  });

  it("is the first of the repeats for a loop", () => {
    const loop = outage.map((call, n) => ({
      ...call,
      conversation: n % 2 ? "run" : "other",
      labels: n >= 11 && n % 2 ? { [ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM]: "sha256:aa" } : {},
    }));
    const { onset } = findOnset(
      finding(T0 + 29_000, { kind: "cost_anomaly", series: undefined, traceId: loop[29]?.traceId }),
      evidenceOf(loop),
    );
    expect(onset).toMatchObject({ time: T0 + 10_500, exposedCalls: 10 });
  });

  it("is the end of the last call for silence", () => {
    const { onset } = findOnset(finding(T0 + 600_000, { kind: "outage", series: undefined }), evidenceOf(outage));
    expect(onset).toMatchObject({ time: T0 + 29_000, latest: T0 + 600_000, firstTraceId: "", exposedCalls: 0 });
  });

  it("falls back on the finding where nothing is retained", () => {
    const none = evidenceOf([]);
    expect(findOnset(found, none).onset.time).toBe(found.at - 1_800_000);
    expect(findOnset({ ...found, traceId: "ab" }, none).onset).toMatchObject({ time: found.at, exposedCalls: 1 });
  });

  it("never lies after the finding, nor before the retained calls, and holds its own interval", () => {
    const calls = fc.array(
      fc.record({
        at: fc.integer({ min: 0, max: 5_000 }),
        took: fc.integer({ min: 0, max: 2_000 }),
        value: fc.option(fc.oneof(fc.constantFrom(0, 1), fc.double({ noNaN: true, min: -1e9, max: 1e9 })), {
          nil: undefined,
        }),
      }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(calls, fc.integer({ min: 5_000, max: 8_000 }), fc.boolean(), (list, at, perCall) => {
        const facts = list.map(({ at: end, took, value }, n) =>
          fact(n, { at: T0 + end, start: T0 + end - took, measurements: value === undefined ? {} : { tokens: value } }),
        );
        const traceId = facts[0]?.traceId;
        const { onset } = findOnset(
          finding(T0 + at, { series: perCall ? undefined : "tokens", traceId }),
          evidenceOf(facts),
        );
        expect(onset.time).toBeLessThanOrEqual(T0 + at);
        expect(onset.time).toBeGreaterThanOrEqual(Math.min(...facts.map((call) => call.start)));
        expect(onset.earliest).toBeLessThanOrEqual(onset.time);
        expect(onset.latest).toBeGreaterThanOrEqual(onset.time);
        expect(onset.latest).toBeLessThanOrEqual(T0 + at);
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});
