import { formatSafetyLabel, pages, parseSafetyLabel, type SafetyLabel } from "@spanwarden/conventions";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,20}$/);
const label: fc.Arbitrary<SafetyLabel> = fc.record({
  category: word,
  rule: word,
  class: fc.constantFrom("page" as const, "record" as const),
  origin: fc.constantFrom("echo" as const, "disclosed" as const, "generated" as const, "example" as const),
});

describe("a safety label", () => {
  it("comes back from its text", () => {
    fc.assert(
      fc.property(label, (one) => {
        expect(parseSafetyLabel(formatSafetyLabel(one))).toEqual(one);
      }),
    );
  });

  it.each([
    "",
    "a",
    "a/b/page",
    "a/b/page/generated/x",
    "/b/page/generated",
    "a//page/generated",
    "a/b/wake/generated",
    "a/b/page/stolen",
  ])("is not read from %j", (text) => {
    expect(parseSafetyLabel(text)).toBeUndefined();
  });

  it("made of any text says the same as the text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "page", "record", "echo", "example", ""), { maxLength: 5 }),
        (words) => {
          const parsed = parseSafetyLabel(words.join("/"));
          expect(parsed === undefined ? words.join("/") : formatSafetyLabel(parsed)).toBe(words.join("/"));
        },
      ),
    );
  });
});

it.each([
  ["page", "generated", true],
  ["page", "disclosed", true],
  ["page", "echo", false],
  ["page", "example", false],
  ["record", "generated", false],
  ["record", "disclosed", false],
] as const)("a match of class %s and origin %s pages: %s", (cls, origin, expected) => {
  expect(pages({ category: "secret", rule: "jwt", class: cls, origin })).toBe(expected);
});
