import { describe, expect, it } from "vitest";

import { parseConfig } from "../../src/config.ts";
import { configuredFormats } from "../../src/formats/configured-formats.ts";
import { isPlainPattern } from "../../src/formats/plain-pattern.ts";

type Rule = Readonly<Record<string, unknown>>;

function judged(rule: Rule, answer: string): unknown {
  const found = configuredFormats(parseConfig({ formats: [rule] }).formats)("shop", "sort");
  return typeof found === "function" ? found(answer) : found;
}

describe("a configured format", () => {
  it.each<[Rule, string, unknown]>([
    [{ pattern: "^\\[(?:Yes|No)\\]" }, "[Yes] it is", "compliant"],
    [{ pattern: "^\\[(?:Yes|No)\\]" }, "It is.", { deviation: "does not match the configured pattern" }],
    [{ pattern: "(x+x+)+y" }, "xxy", "compliant"],
    [{ pattern: "^(x+x+)+y" }, "x".repeat(60), "unknown"],
    [{ fence: "only" }, "```py\nx = 1\n```", "compliant"],
    [{ fence: "only" }, "Here:\n```py\nx = 1\n```", { deviation: "not one code fence" }],
    [{ fence: "only" }, "```\na\n```\n```\nb\n```", { deviation: "not one code fence" }],
    [{ fence: "none" }, "x = 1", "compliant"],
    [{ fence: "none" }, "```\nx = 1\n```", { deviation: "a code fence" }],
    [{ json: true }, "", "json"],
  ])("%j of %j", (rule, answer, expected) => {
    expect(judged(rule, answer)).toEqual(expected);
  });

  it("is the first whose service and prompt fit", () => {
    const { formats } = parseConfig({
      formats: [
        { service: "shop", prompt: "sort", json: true },
        { service: "shop", fence: "none" },
      ],
    });
    const formatOf = configuredFormats(formats);
    expect(formatOf("shop", "sort")).toBe("json");
    expect(formatOf("shop", undefined)).toBeTypeOf("function");
    expect(formatOf("search", "sort")).toBeUndefined();
  });

  it.each([
    [{ pattern: "(" }, /formats\.0\.pattern: got "\("; expected a regular expression/],
    [{ service: "shop" }, /formats\.0.*expected exactly one of pattern, fence, json/],
    [{ json: true, fence: "only" }, /expected exactly one of pattern, fence, json/],
    [{ fence: "some" }, /formats\.0\.fence/],
  ])("%j is refused with what was expected", (rule, message) => {
    expect(() => parseConfig({ formats: [rule] })).toThrow(message);
  });
});

describe("a pattern is plain", () => {
  it.each([
    ["^\\d{4}-\\d\\d$", true],
    ["^[a-z]+$", true],
    ["Yes|No", true],
    ["^(?:Yes|No)", true],
    ["[a-z]+", false],
    ["^a+b+$", false],
    ["^(a+)+$", false],
    ["^(a|a)*$", false],
    ["^(?=a)b", false],
    ["(a)\\1", false],
    ["^a|b+", false],
  ])("%s: %j", (source, expected) => {
    expect(isPlainPattern(source)).toBe(expected);
  });
});
