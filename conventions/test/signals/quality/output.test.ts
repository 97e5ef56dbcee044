import { decodedText } from "@spanwarden/conventions";
import { describe, expect, it } from "vitest";

import { outputFingerprint } from "../../../src/signals/quality/output-fingerprint.ts";
import { outputLanguage } from "../../../src/signals/quality/output-language.ts";
import { outputLength } from "../../../src/signals/quality/output-length.ts";
import { invalidToolCalls } from "../../../src/signals/quality/tool-calls.ts";
import { callOf, message, toolCall } from "../../call-of.ts";
import { valueOf } from "../value-of.ts";

describe("output length", () => {
  it("counts the text of all choices, without reasoning and tool calls", () => {
    const parts = [
      { kind: "reasoning" as const, text: decodedText("thinking") },
      { kind: "text" as const, text: decodedText("abc") },
    ];
    const answer = [{ role: "assistant", parts }, message("assistant", "de"), toolCall("f", '{"a":1}')];
    expect(valueOf(outputLength, callOf({ answer }))).toBe(5);
  });

  it("is 0 of an empty answer, and unknown of one that is not all here", () => {
    expect(valueOf(outputLength, callOf({}))).toBe(0);
    expect(valueOf(outputLength, callOf({ answer: [message("assistant", "ab", true)] }))).toBeUndefined();
    expect(valueOf(outputLength, callOf({ answer: "ab", call: { response: { endReason: "cut" } } }))).toBeUndefined();
    expect(valueOf(outputLength, callOf({ content: { state: "absent" } }))).toBeUndefined();
    expect(valueOf(outputLength, callOf({ call: { operation: "embeddings" } }))).toBeUndefined();
  });
});

it("the language is that of the prose, not of the code", () => {
  const answer =
    "```\nthe of and to is that it for you with this are be on as\n```\nDas ist der Plan für die Woche und nicht mehr.";
  expect(valueOf(outputLanguage, callOf({ answer }))).toBe("de");
});

it("the fingerprint of a cut answer is unknown, for it would not compare", () => {
  const text = "The parcel was sent on Monday";
  expect(valueOf(outputFingerprint, callOf({ answer: text }))).toMatch(/^[0-9a-f]{32}$/);
  expect(valueOf(outputFingerprint, callOf({ answer: [message("assistant", text, true)] }))).toBeUndefined();
});

describe("invalid tool calls", () => {
  const tools = [
    { name: "weather", parameters: { type: "object", required: ["city"], properties: { city: { type: "string" } } } },
    { name: "ping" },
  ];
  const count = (name: string, args: string, validate?: () => boolean): unknown =>
    valueOf(invalidToolCalls, callOf({ answer: [toolCall(name, args)], content: { tools } }), { validate });

  it.each([
    ["weather", '{"city":"Köln"}', 0],
    ["weather", "{}", 1],
    ["weather", '{"city":7}', 1],
    ["weather", '{"city":"Köln"', 1],
    ["weather", "", 1],
    ["wether", '{"city":"Köln"}', 1],
    ["ping", "anything", 0],
  ])("%s(%s): %i", (name, args, expected) => {
    expect(count(name, args)).toBe(expected);
  });

  it("are what the wired validator says; one that fails says nothing against the call", () => {
    expect(count("weather", "{}", () => true)).toBe(0);
    expect(count("weather", '{"city":"Köln"}', () => false)).toBe(1);
    const broken = (): boolean => {
      throw new Error("bad schema");
    };
    expect(count("weather", "{}", broken)).toBe(0);
  });

  it("are unknown where no tool was called, and none where the tools offered are not here", () => {
    expect(valueOf(invalidToolCalls, callOf({ answer: "Hi", content: { tools } }))).toBeUndefined();
    expect(valueOf(invalidToolCalls, callOf({ answer: [toolCall("weather", "{}")] }))).toBe(0);
  });
});
