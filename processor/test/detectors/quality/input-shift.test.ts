import {
  ATTR_SPANWARDEN_INPUT_FINGERPRINT as FINGERPRINT,
  ATTR_SPANWARDEN_INPUT_LENGTH as INPUT,
  ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS as CLASS,
  ATTR_SPANWARDEN_OUTPUT_LENGTH as LENGTH,
} from "@spanwarden/conventions";
import { describe, expect, it } from "vitest";

import { inputShift } from "../../../src/detectors/quality/input-shift.ts";
import { learnStrata, stratumOf } from "../../../src/detectors/quality/input-strata.ts";
import { shapeChange } from "../../../src/detectors/quality/shape-change.ts";
import type { CallFact } from "../../../src/facts/call-fact.ts";
import { expectationFrom, firstIncident, RuleRun } from "../rule-runs.ts";
import { QUICK, seeded, take, Traffic } from "../traffic.ts";

const USUAL = expectationFrom(take(new Traffic(1), 200), QUICK);

/** Two templates: one asks for a word, the other for an essay. */
const SHORT = "0123456789abcdef0123456789abcdef";
const LONG = "fedcba9876543210fedcba9876543210";
const THIRD = "00ff00ff00ff00ff5a5a5a5a5a5a5a5a";

type Ask = (random: () => number) => Partial<CallFact>;

/** One bit of the template's fingerprint differs from question to question. */
function asks(fingerprint: string, length: number, cls: string): Ask {
  return (random) => ({
    measurements: { [INPUT]: 100, [LENGTH]: length * (1 + random()) },
    labels: { [FINGERPRINT]: fingerprint.slice(0, 31) + Math.floor(16 * random()).toString(16), [CLASS]: cls },
  });
}

const word = asks(SHORT, 5, "terse");
const essay = asks(LONG, 2_000, "prose-long");

/** Calls of two sorts, `share` of them the other one. */
function calls(seed: number, count: number, share: number, one: Ask = word, other: Ask = essay): readonly CallFact[] {
  const random = seeded(seed);
  return take(new Traffic(seed, { failing: 0 }), count, () => (random() < share ? other : one)(random));
}

describe("other questions than usual", () => {
  it("are told as such, and no incident opens, where the same model answers another mix", () => {
    for (const share of [0.85, 1]) {
      const shift = new RuleRun(inputShift, QUICK, USUAL);
      const shape = new RuleRun(shapeChange, QUICK, USUAL);
      const facts = [...calls(1, 300, 0.5), ...calls(2, 700, share)];
      const told = shift.feed(facts).findIndex((verdict) => verdict?.verdict === "finding");
      expect(told).toBeGreaterThanOrEqual(300);
      expect(firstIncident(shape.feed(facts))).toBe(-1);
    }
  });

  it("do not hide that the answers to the same questions became worse", () => {
    const run = new RuleRun(shapeChange, QUICK, USUAL);
    expect(firstIncident(run.feed([...calls(3, 300, 0.5), ...calls(4, 60, 0.9)]))).toBe(-1);
    const cut = asks(LONG, 40, "prose-short");
    const found = firstIncident(run.feed(calls(5, 60, 0.9, word, cut)));
    expect(found).toBeGreaterThan(0);
    expect(found).toBeLessThan(40);
  });

  it("are usual once there were enough of them, and then worse answers to them are found at once", () => {
    const run = new RuleRun(shapeChange, QUICK, USUAL);
    const third = asks(THIRD, 600, "list");
    expect(firstIncident(run.feed([...calls(6, 300, 0.5), ...calls(7, 400, 1, word, third)]))).toBe(-1);
    const worse = asks(THIRD, 30, "prose-short");
    const found = firstIncident(run.feed(calls(8, 60, 1, word, worse)));
    expect(found).toBeGreaterThan(0);
    expect(found).toBeLessThan(25);
  });

  it("are nothing that the same mix ever shows, in 20,000 calls", () => {
    const run = new RuleRun(inputShift, QUICK, USUAL);
    expect(run.feed(calls(9, 20_000, 0.5)).filter((verdict) => verdict !== undefined)).toEqual([]);
  });
});

describe("the sort of a question", () => {
  it("is its template's where many are alike, else its length", () => {
    const sample = Array.from({ length: 100 }, (_, n) => ({
      [FINGERPRINT]: n % 2 === 0 ? SHORT : (n * 0x9e3779b9).toString(16).padStart(32, "0").slice(-32),
      [INPUT]: n,
    }));
    const strata = learnStrata(sample);
    expect(strata.leaders).toContain(SHORT);
    expect(stratumOf(strata, { [FINGERPRINT]: SHORT, [INPUT]: 5 })).toMatch(/^like the/);
    expect(stratumOf(strata, { [FINGERPRINT]: LONG, [INPUT]: 1_000 })).toBe("longer than usual");
    expect(stratumOf(strata, {})).toBeUndefined();
  });

  it.each([[""], ["zz"], ["x".repeat(32)]])("takes a fingerprint of %j for none or unlike", (label) => {
    const strata = learnStrata([{ [FINGERPRINT]: label }]);
    expect(() => stratumOf(strata, { [FINGERPRINT]: label, [INPUT]: 3 })).not.toThrow();
  });
});
