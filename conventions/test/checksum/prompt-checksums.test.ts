import { decodedText, promptChecksums, toolCallsChecksum, type CallContent } from "@spanwarden/conventions";
import { describe, expect, it } from "vitest";

import { callOf, message, toolCall } from "../call-of.ts";

const SHA256 = { mode: "sha256" } as const;
const of = (parts: Parameters<typeof callOf>[0]): ReturnType<typeof promptChecksums> =>
  promptChecksums(callOf(parts), SHA256);

const base = { system: "You help.", question: "Hi", answer: "Hello" };

describe("an edit shows in the checksum of what was edited, and in no other", () => {
  const { renderedChecksum, systemInstructionsChecksum } = of(base);

  it("of the system instructions", () => {
    const edited = of({ ...base, system: "You help. " });
    expect(edited.systemInstructionsChecksum).not.toBe(systemInstructionsChecksum);
    expect(edited.renderedChecksum).not.toBe(renderedChecksum);
  });

  it("of the question", () => {
    const edited = of({ ...base, question: "Hi\n" });
    expect(edited.systemInstructionsChecksum).toBe(systemInstructionsChecksum);
    expect(edited.renderedChecksum).not.toBe(renderedChecksum);
  });

  it("not of the answer", () => {
    expect(of({ ...base, answer: "Good day" })).toEqual(of(base));
  });

  it("not of what differs from call to call in one configuration", () => {
    const request = { model: "m", temperature: 1 };
    const plain = of({ call: { request } }).parametersChecksum;
    expect(plain).toBeDefined();
    expect(
      of({ call: { request: { ...request, seed: 3, stream: true, previousResponseId: "r", model: "n" } } })
        .parametersChecksum,
    ).toBe(plain);
    expect(of({ call: { request: { ...request, temperature: 0 } } }).parametersChecksum).not.toBe(plain);
  });
});

describe("what was cut has no checksum", () => {
  const cut = (content: Partial<CallContent>): ReturnType<typeof promptChecksums> =>
    of({ ...base, content: { state: "truncated", ...content } });

  it("where it is not known which text was cut, none of the prompt's", () => {
    expect(cut({})).toEqual({});
  });

  it("where the question was cut, that of the rendered prompt", () => {
    expect(of({ ...base, question: [message("user", "H", true)] }).renderedChecksum).toBeUndefined();
  });

  it("where only the answer was cut, all of the prompt's stay", () => {
    expect(cut({ output: [message("assistant", "Hel", true)] })).toEqual(of(base));
  });
});

describe("tool calls", () => {
  it("are equal whatever the spelling of their arguments and their ids", () => {
    const one = toolCallsChecksum([toolCall("f", '{"a":1,"b":2}')], SHA256);
    expect(one).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(toolCallsChecksum([toolCall("f", '{ "b": 2, "a": 1.0 }')], SHA256)).toBe(one);
    expect(toolCallsChecksum([toolCall("f", '{"a":1,"b":3}')], SHA256)).not.toBe(one);
    expect(toolCallsChecksum([toolCall("g", '{"a":1,"b":2}')], SHA256)).not.toBe(one);
  });

  it("that are none or cut have none", () => {
    expect(toolCallsChecksum([message("assistant", "Hi")], SHA256)).toBeUndefined();
    const cut = decodedText('{"a', true);
    const output = [{ role: "assistant", parts: [{ kind: "tool_call" as const, name: "f", arguments: cut }] }];
    expect(toolCallsChecksum(output, SHA256)).toBeUndefined();
  });
});
