import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { Budget } from "../../src/matcher/budget.ts";
import { LinearPattern } from "../../src/matcher/linear-pattern.ts";
import { Prefilter } from "../../src/matcher/prefilter.ts";

const ENOUGH = 10_000_000;

function found(source: string, text: string, ignoreCase = true): readonly string[] {
  const matches = new LinearPattern(source, ignoreCase).find(text, new Budget(ENOUGH));
  return Array.from(matches, ({ start, end }) => text.slice(start, end));
}

describe("finds the leftmost match, of those the longest", () => {
  it.each([
    ["ab+c", "xABBCx abc", ["ABBC", "abc"]],
    ["a|ab|abc", "abcd", ["abc"]],
    [String.raw`\bcat\b`, "cat concat cat.", ["cat", "cat"]],
    [String.raw`project\s+(?:x|apollo)`, "Project  Apollo", ["Project  Apollo"]],
    ["^ab", "ab ab", ["ab"]],
    ["ab$", "ab ab", ["ab"]],
    [String.raw`[\p{L}]{3,4}`, "日本語だよ äöü", ["日本語だ", "äöü"]],
    [String.raw`\u{1F512}x`, "🔒x", ["🔒x"]],
    [String.raw`\ud83d\udd12`, "🔒", ["🔒"]],
    [".", "🔒", ["🔒"]],
    ["a{2}", "aaaaa", ["aa", "aa"]],
    ["a{2,}?b", "aaab", ["aaab"]],
    [String.raw`(?<name>a)\.b/`, "a.b/", ["a.b/"]],
    ["[a\\]]+", "a]]", ["a]]"]],
  ])("%s in %j", (source, text, expected) => expect(found(source, text)).toEqual(expected));

  it("minds case where it is told to", () => expect(found("Ab", "ab Ab AB", false)).toEqual(["Ab"]));
});

describe("refuses, with the reason,", () => {
  it.each([
    ["(a", "Unterminated group"],
    ["a(?=b)", "looks around"],
    ["(?<!a)b", "looks around"],
    [String.raw`(a)\1`, "refers to a group"],
    [String.raw`(?<n>a)\k<n>`, "refers to a group"],
    ["a*", "matches where there is nothing"],
    [String.raw`\b`, "matches where there is nothing"],
    ["(?:a{1000}){1000}", "2000 states"],
    ["a{1001}", "at most 1000"],
    [`${"(".repeat(60)}a${")".repeat(60)}`, "50 deep"],
    ["(?i:a)", "looks around"],
  ])("%s", (source, reason) => expect(() => new LinearPattern(source)).toThrow(reason));
});

/** Small patterns over a small alphabet, so that they meet. */
const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("a", "b", "[ab]", "[^a]", ".", String.raw`\d`, String.raw`a\b`, "é"),
    fc.tuple(tie("pattern"), tie("pattern")).map(([a, b]) => `${a}${b}`),
    fc.tuple(tie("pattern"), tie("pattern")).map(([a, b]) => `(?:${a}|${b})`),
    fc
      .tuple(tie("pattern"), fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "{2,}", "*?"))
      .map(([a, times]) => `(?:${a})${times}`),
  ),
}));

const texts = fc.string({ unit: fc.constantFrom("a", "b", "B", "1", " ", "é", "\n", "🔒"), maxLength: 14 });

describe("any pattern in any text", () => {
  it("begins to match where the language's own does, ends no sooner, and the prefilter is not silent", () => {
    fc.assert(
      fc.property(pattern, texts, (source, text) => {
        const own = new RegExp(source, "iu");
        fc.pre(!new RegExp(`^(?:${source})$`, "iu").test("") && !own.test(""));
        let linear: LinearPattern;
        try {
          linear = new LinearPattern(source);
        } catch {
          return;
        }
        const [first] = linear.find(text, new Budget(ENOUGH));
        const expected = own.exec(text);
        expect(first?.start).toBe(expected?.index);
        if (first === undefined || expected === null) return;
        expect(first.end).toBeGreaterThanOrEqual(expected.index + expected[0].length);
        expect(
          new RegExp(`^(?:${source})$`, "iu").test(text.slice(first.start, first.end)) || source.includes("\\b"),
        ).toBe(true);
        expect(new Prefilter([linear.expression]).candidates(text).has(0)).toBe(true);
      }),
      { numRuns: 2_000, seed: 7 },
    );
  });
});

describe("what would go back without end", () => {
  it.each(["(?:a+)+b", "(?:a|a)*b", "(?:a?){30}a{30}b", ".*.*.*=.*", "(?:.*a){12}b"])(
    "%s comes to an end",
    (source) => {
      const budget = new Budget(ENOUGH);
      expect([...new LinearPattern(source).find("a".repeat(20_000), budget)]).toEqual([]);
    },
  );

  it("ends with the budget, which then says that something was not read", () => {
    const budget = new Budget(1_000);
    expect([...new LinearPattern("a.*b").find("a".repeat(5_000), budget)]).toEqual([]);
    expect(budget.spent).toBe(true);
  });
});
