import { describe, expect, it } from "vitest";

import { ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM } from "@spanwarden/conventions";
import type { CallFact } from "../../src/facts/call-fact.ts";
import { costPattern } from "../../src/incidents/cost-pattern.ts";
import { fact, T0 } from "./fixtures.ts";

/** Calls of five users, one every `gap` seconds from `from`, of 300 input and 100 output tokens at a cent. */
function calls(
  count: number,
  from: number,
  gap: number,
  each: (n: number) => Partial<CallFact> = () => ({}),
): CallFact[] {
  return Array.from({ length: count }, (_, n) =>
    fact(from + n, {
      at: T0 + (from + n * gap) * 1_000,
      caller: { user: `user-${n % 5}` },
      usage: { input: 300, output: 100 },
      cost: 0.01,
      ...each(n),
    }),
  );
}

const before = calls(50, 0, 1);

const toolCall = { labels: { [ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM]: "sha256:aa" } };

describe("costPattern", () => {
  it.each<[string, CallFact[]]>([
    [
      "runaway loop",
      calls(20, 100, 1, (n) => (n % 2 ? { ...toolCall, conversation: "run", caller: { user: "anna" } } : {})),
    ],
    [
      "runaway loop",
      calls(20, 100, 1, (n) => (n % 2 ? { traceId: "run", usage: { input: 300 + 100 * n, output: 10 } } : {})),
    ],
    ["greedy caller", calls(20, 100, 1, (n) => (n % 4 ? { caller: { user: "anna" } } : {}))],
    ["model or price change", calls(20, 100, 1, () => ({ cost: 0.03 }))],
    ["larger requests", calls(20, 100, 1, () => ({ usage: { input: 900, output: 100 }, cost: 0.018 }))],
    ["larger requests", calls(20, 100, 1, () => ({ usage: { input: 300, output: 400 }, cost: 0.027 }))],
    ["legitimate load", calls(40, 100, 0.25)],
  ])("recognises %s", (pattern, since) => {
    const [cause] = costPattern(before, since);
    expect(cause).toMatchObject({ facet: "cost pattern", current: pattern });
    expect(cause?.score).toBeGreaterThan(0);
    expect(cause?.score).toBeLessThanOrEqual(1);
    expect(cause?.reason).toMatch(/\d/);
  });

  it("names the user of a loop and of a greedy caller", () => {
    const since = calls(20, 100, 1, (n) => (n % 4 ? { caller: { user: "anna" } } : {}));
    expect(costPattern(before, since)[1]).toMatchObject({ facet: "spanwarden.caller.user", current: "anna" });
  });

  it("says whether prompts or answers grew", () => {
    const prompts = costPattern(
      before,
      calls(20, 100, 1, () => ({ usage: { input: 900, output: 100 } })),
    );
    const answers = costPattern(
      before,
      calls(20, 100, 1, () => ({ usage: { input: 300, output: 500 } })),
    );
    expect([prompts[0]?.reason, answers[0]?.reason]).toEqual([
      expect.stringContaining("longer prompts"),
      expect.stringContaining("longer answers"),
    ]);
  });

  it.each<[string, readonly CallFact[], readonly CallFact[]]>([
    ["all is as before", before, calls(20, 100, 1)],
    ["nothing came since", before, []],
    ["nothing was before", [], calls(20, 100, 1)],
    [
      "the heaviest user always was",
      calls(50, 0, 1, () => ({ caller: { user: "anna" } })),
      calls(20, 100, 1, () => ({ caller: { user: "anna" } })),
    ],
    [
      "a conversation merely carries its history",
      before,
      calls(20, 100, 1, (n) => (n < 8 ? { conversation: "talk", usage: { input: 300 + n, output: 100 } } : {})),
    ],
    [
      "tokens and prices are unknown",
      calls(50, 0, 1, () => ({ usage: {}, cost: undefined })),
      calls(20, 100, 1, () => ({ usage: {}, cost: undefined })),
    ],
  ])("recognises nothing where %s", (_, earlier, since) => {
    expect(costPattern(earlier, since)).toEqual([]);
  });
});
