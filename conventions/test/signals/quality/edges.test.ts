import { describe, expect, it } from "vitest";

import { edgeOf, EDGES, ending, opening } from "../../../src/signals/quality/edges.ts";
import { callOf, message, toolCall } from "../../call-of.ts";
import { valueOf } from "../value-of.ts";

describe("how an answer begins and ends", () => {
  it.each([
    ["Yes, it is.", "word", "word"],
    ["it is", "word", "word"],
    ["42", "word", "word"],
    ["[Yes] because\nthe rest (of it)", "bracket", "bracket"],
    ["To begin with, ... [No]", "word", "bracket"],
    ['{"a": 1}', "bracket", "bracket"],
    ['"quoted"', "quote", "quote"],
    ["# Title\n\n- item\n**bold**", "mark", "mark"],
    ["```js\n1\n```", "fence", "fence"],
    ["  Ünïcode word ", "word", "word"],
    ["これは答えです。", "word", "word"],
    ["✅ done 🎉", "other", "other"],
  ])("%j: %s, %s", (answer, first, last) => {
    expect(valueOf(opening, callOf({ answer }))).toBe(first);
    expect(valueOf(ending, callOf({ answer }))).toBe(last);
  });

  it.each([
    ["there is no text", callOf({ answer: " \n" })],
    ["the model called a tool", callOf({ answer: [toolCall("f", "{}")] })],
    ["the answer was cut", callOf({ answer: [message("assistant", "Well,", true)] })],
  ])("nothing where %s", (_, call) => {
    expect(valueOf(opening, call)).toBeUndefined();
    expect(valueOf(ending, call)).toBeUndefined();
  });

  it("every character is of a known kind", () => {
    for (let code = 0; code < 0x2100; code++) expect(EDGES).toContain(edgeOf(String.fromCharCode(code)));
  });
});
