import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { classifyFormat, formatClass } from "../../../src/signals/quality/format-class.ts";
import { formatCompliance } from "../../../src/signals/quality/format-compliance.ts";
import { callOf, message, toolCall } from "../../call-of.ts";
import { valueOf } from "../value-of.ts";

const paragraph =
  "The committee met on Tuesday and went through the open questions of the last year one after another. ";

describe("format class", () => {
  it.each([
    ["empty", " \n "],
    ["fence-only", "```python\nprint(1)\n```"],
    ["fence-mixed", "Here it is:\n```python\nprint(1)\n```"],
    ["json", '{"a": 1}'],
    ["json", "[1, 2]"],
    ["option", "(B)"],
    ["option", "C."],
    ["option", "(A) The first of the options, because it fits"],
    ["terse", "Paris"],
    ["terse", "42"],
    ["terse", "はい"],
    ["list", "Things to do:\n- buy milk\n- call home\n- sleep"],
    ["list", "1. eins\n2. zwei\n3. drei"],
    ["code-bare", "def f(x):\n    return x + 1\n"],
    ["code-bare", "const a = 1;\nconst b = a + 2;\n"],
    ["prose-short", "The answer is that nobody knows for sure how it began."],
    ["prose-short", "Die Antwort ist, dass niemand genau weiß, wie es begann."],
    ["prose-long", paragraph.repeat(4)],
    ["prose-long", "委員会は火曜日に開かれ、昨年の未解決の問題を一つずつ検討した。".repeat(12)],
  ])("%s: %j", (expected, answer) => {
    expect(classifyFormat(answer)).toBe(expected);
    expect(valueOf(formatClass, callOf({ answer }))).toBe(expected);
  });

  it.each([
    ["the model called a tool", callOf({ answer: [toolCall("f", "{}")] })],
    ["the answer was cut", callOf({ answer: [message("assistant", "{", true)] })],
    ["the app cancelled", callOf({ answer: "{", call: { response: { endReason: "cancelled" } } })],
    ["a filter held it back", callOf({ call: { response: { finishReasons: ["content_filter"] } } })],
  ])("is unknown where %s", (_, call) => {
    expect(valueOf(formatClass, call)).toBeUndefined();
  });

  it("is found for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 500 }), (text) => {
        expect(classifyFormat(text)).toMatch(/^[a-z-]+$/);
      }),
    );
  });
});

describe("format compliance", () => {
  const schema = {
    type: "object",
    required: ["status"],
    properties: { status: { type: "string", enum: ["open", "closed"] }, n: { type: "integer" } },
  };
  const compliance = (
    answer: Parameters<typeof callOf>[0]["answer"],
    format = "json_schema",
    validate?: () => boolean,
  ) =>
    valueOf(
      formatCompliance,
      callOf({ answer, content: { format: format === "json" ? { kind: "json" } : { kind: "json_schema", schema } } }),
      { validate },
    );

  it.each([
    ['{"status":"open"}', 1],
    ['{"status":"open","n":3,"more":null}', 1],
    ['  {"status":"closed"}\n', 1],
    ['{"status":"gone"}', 0],
    ['{"n":3}', 0],
    ['{"status":"open","n":1.5}', 0],
    ['["open"]', 0],
    ['```json\n{"status":"open"}\n```', 0],
    ['Sure! {"status":"open"}', 0],
    ['{"status":"open"', 0],
    ["", 0],
  ])("of the schema: %j is %i", (answer, expected) => {
    expect(compliance(answer)).toBe(expected);
  });

  it.each([
    ['{"a":1}', 1],
    ["[]", 1],
    ["1", 0],
    ["Ja, gern.", 0],
  ])("of JSON mode: %j is %i", (answer, expected) => {
    expect(compliance(answer, "json")).toBe(expected);
  });

  it("is what the wired validator says", () => {
    expect(compliance('{"n":3}', "json_schema", () => true)).toBe(1);
    expect(compliance('{"status":"open"}', "json_schema", () => false)).toBe(0);
  });

  it("is unknown where the schema is what fails", () => {
    const broken = (): boolean => {
      throw new Error("unknown keyword");
    };
    expect(compliance('{"status":"open"}', "json_schema", broken)).toBeUndefined();
  });

  it.each([
    ["nothing was declared", callOf({ answer: "{" })],
    [
      "the emitter cut the answer",
      callOf({ answer: [message("assistant", '{"a', true)], content: { format: { kind: "json" } } }),
    ],
    [
      "the model called a tool instead",
      callOf({ answer: [toolCall("f", "{}")], content: { format: { kind: "json" } } }),
    ],
    [
      "the network cut it",
      callOf({ answer: "{", content: { format: { kind: "json" } }, call: { response: { endReason: "cut" } } }),
    ],
    [
      "the model refused with a part of its own",
      callOf({
        answer: [{ role: "assistant", parts: [] }],
        content: { format: { kind: "json" } },
        call: { response: { finishReasons: ["refusal"] } },
      }),
    ],
  ])("is unknown where %s", (_, call) => {
    expect(valueOf(formatCompliance, call)).toBeUndefined();
  });

  it("holds for every choice", () => {
    const choices = ['{"status":"open"}', "no"].map((text) => message("assistant", text));
    expect(compliance(choices)).toBe(0);
  });

  it("fails for an answer that the token limit cut, and says so", () => {
    const call = callOf({
      answer: '{"status":',
      content: { format: { kind: "json" } },
      call: { response: { endReason: "done", finishReasons: ["length"] } },
    });
    expect(valueOf(formatCompliance, call)).toBe(0);
  });
});
