import { describe, expect, it } from "vitest";

import { follow, percent, quietFiring, type FindingNumbers, type Tested } from "../../src/detectors/rule.ts";
import { CELL, DEFAULTS, T0 } from "./traffic.ts";

const RULE = { name: "rule", kind: "outage" } as const;
const MINUTE = 60_000;

function bad(numbers: Partial<FindingNumbers> = {}): Tested {
  const finding = {
    severity: 2,
    signal: "s",
    value: 1,
    threshold: 1,
    window: 1,
    samples: 1,
    reason: "r",
    ...numbers,
  } as const;
  return { state: "bad", finding };
}

/** What is said at each minute. */
function said(...tests: readonly Tested[]): (string | undefined)[] {
  const state = quietFiring();
  return tests.map((tested, n) => {
    const verdict = follow(state, RULE, tested, CELL, T0 + n * MINUTE, DEFAULTS);
    return verdict?.verdict === "finding" ? verdict.effect : verdict?.verdict;
  });
}

const good: Tested = { state: "good", reason: "well" };
const between: Tested = { state: "between" };
const nothing = undefined;

describe("a rule speaks", () => {
  it.each<[string, readonly Tested[], readonly (string | undefined)[]]>([
    [
      "when it starts to fire, and when it is over",
      [bad(), bad(), good, good],
      ["incident", nothing, "quiet", nothing],
    ],
    [
      "again after five minutes",
      Array<Tested>(7).fill(bad()),
      ["incident", nothing, nothing, nothing, nothing, "incident", nothing],
    ],
    ["when it gets graver", [bad(), bad({ severity: 1 }), bad({ severity: 1 })], ["incident", "incident", nothing]],
    ["when a notice becomes an incident", [bad({ effect: "notice" }), bad()], ["notice", "incident"]],
    [
      "not between bad and good: unknown is neither",
      [between, bad(), between, good],
      [nothing, "incident", nothing, "quiet"],
    ],
    ["not of being well from the start", [good, between], [nothing, nothing]],
    ["anew after a recovery", [bad(), good, bad()], ["incident", "quiet", "incident"]],
  ])("%s", (_name, tests, expected) => {
    expect(said(...tests)).toEqual(expected);
  });
});

describe("a share for people", () => {
  it.each([
    [0.005, "0.5 %"],
    [0.123, "12 %"],
    [1, "100 %"],
  ])("%f is %s", (share, text) => {
    expect(percent(share)).toBe(text);
  });
});
