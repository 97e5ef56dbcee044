import {
  ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS as CLASS,
  ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT as COMPLIANT,
  ATTR_SPANWARDEN_OUTPUT_LENGTH as LENGTH,
  ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM as TOOL_CALLS,
} from "@spanwarden/conventions";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { Detectors } from "../../src/detectors/detectors.ts";
import type { CallFact } from "../../src/facts/call-fact.ts";
import { judge, QUICK, take, throughDisk, Traffic } from "./traffic.ts";

/** Two cells, healthy at first; then one of them goes through every fault there is. */
function eventful(seed: number): CallFact[] {
  const one = new Traffic(seed, { spread: 0.5 });
  const other = new Traffic(seed + 1_000, { cell: { ...one.next().cell, prompt: "other" } });
  const faults: readonly (() => Partial<CallFact>)[] = [
    () => ({}),
    () => ({ measurements: { [LENGTH]: 20, [COMPLIANT]: 0 }, labels: { [CLASS]: "terse" } }),
    () => (one.random() < 0.5 ? { failure: "rate_limited" } : { late: one.random() < 0.1 }),
    () => ({ traceId: "loop", labels: { [TOOL_CALLS]: "same" } }),
    () => ({ usage: { input: 90_000 }, cost: 2, caller: { user: "greedy" } }),
    () => ({ signals: "2/process", duration: 20, timeToFirstChunk: 9, safety: ["pii/card/page/generated"] }),
    () => ({ pending: one.random() < 0.3 }),
  ];
  const parts = faults.flatMap((fault, i) => [...take(one, i === 0 ? 250 : 50, fault), ...take(one, 100)]);
  return [...parts, ...take(other, parts.length / 2)].toSorted((a, b) => a.arrival - b.arrival);
}

describe("a restart", { timeout: 60_000 }, () => {
  it("changes no verdict, wherever it falls", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }), (seed, where) => {
        const facts = eventful(seed);
        const cut = Math.floor(where * facts.length);
        const whole = new Detectors(QUICK);
        const expected = [...judge(whole, facts.slice(0, cut)), ...judge(whole, facts.slice(cut))];
        const before = new Detectors(QUICK);
        const first = judge(before, facts.slice(0, cut));
        const after = new Detectors(QUICK);
        expect(after.restore(throughDisk(before.snapshot()))).toBe("restored");
        expect([...first, ...judge(after, facts.slice(cut))]).toEqual(expected);
        expect(new Set(expected.map(({ kind }) => kind)).size).toBe(4);
      }),
      { numRuns: 12, seed: 7 },
    );
  });
});

describe("a replay", () => {
  it("of the same facts and ticks gives the same verdicts and the same state", () => {
    const facts = eventful(3);
    const [a, b] = [new Detectors(QUICK), new Detectors(QUICK)];
    expect(judge(a, facts)).toEqual(judge(b, facts));
    expect(a.snapshot()).toEqual(b.snapshot());
  });

  it("leaves the facts as they were", () => {
    const facts = eventful(4);
    const copy = structuredClone(facts);
    judge(new Detectors(QUICK), facts);
    expect(facts).toEqual(copy);
  });
});
