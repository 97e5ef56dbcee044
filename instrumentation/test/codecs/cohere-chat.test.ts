import { describe, expect, it } from "vitest";

import { cohereChat } from "../../src/codecs/cohere-chat.ts";
import { answerOf, plain, streamed } from "./codec-readings.ts";

const url = new URL("https://api.cohere.com/v2/chat");
const usage = {
  billed_units: { input_tokens: 5, output_tokens: 3 },
  tokens: { input_tokens: 500, output_tokens: 9 },
  cached_tokens: 2,
};

describe("a request to Cohere", () => {
  it("has documents as results of a tool, and the format it asks for", () => {
    const reading = cohereChat.readRequest(
      {
        model: "command-a",
        k: 4,
        p: 0.5,
        stop_sequences: ["END"],
        response_format: { type: "json_object", json_schema: { type: "object" } },
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Where?" },
          {
            role: "assistant",
            tool_plan: "look",
            tool_calls: [{ id: "t", function: { name: "find", arguments: "{}" } }],
          },
          { role: "tool", tool_call_id: "t", content: [{ type: "document", document: { data: { text: "Bonn" } } }] },
        ],
        documents: ["a", { data: { title: "b", text: "c" } }],
        tools: [{ type: "function", function: { name: "find", parameters: {} } }],
      },
      url,
    );
    expect(reading).toMatchObject({ operation: "chat", provider: "cohere" });
    expect(reading?.request).toMatchObject({
      model: "command-a",
      topK: 4,
      topP: 0.5,
      stopSequences: ["END"],
      outputType: "json",
    });
    expect(reading?.content.format).toEqual({ kind: "json_schema", schema: { type: "object" } });
    expect(plain(reading?.content.input ?? [])).toEqual([
      { role: "user", parts: [{ kind: "text", text: "Where?" }] },
      {
        role: "assistant",
        parts: [
          { kind: "reasoning", text: "look" },
          { kind: "tool_call", id: "t", name: "find", arguments: "{}" },
        ],
      },
      { role: "tool", parts: [{ kind: "tool_result", id: "t", text: "Bonn" }] },
      { role: "tool", parts: ["a", "b", "c"].map((text) => ({ kind: "tool_result", text })) },
    ]);
  });
});

describe("an answer of Cohere", () => {
  const message = {
    content: [
      { type: "thinking", thinking: "hm" },
      { type: "text", text: "Bonn" },
    ],
    tool_calls: [{ id: "t", function: { name: "find", arguments: '{"a":1}' } }],
  };
  const whole = cohereChat.readResponse({ id: "r", finish_reason: "COMPLETE", message, usage });

  it("costs the tokens that are billed", () => {
    expect(whole.usage).toEqual({ input: 5, output: 3 });
  });

  it("in events is what it would be in one piece", () => {
    const delta = (type: string, index: number, part: object): object => ({ type, index, delta: { message: part } });
    const events = [
      { type: "message-start", id: "r", delta: { message: { role: "assistant" } } },
      delta("content-start", 0, { content: { type: "thinking", thinking: "" } }),
      delta("content-delta", 0, { content: { thinking: "hm" } }),
      delta("content-start", 1, { content: { type: "text", text: "" } }),
      delta("content-delta", 1, { content: { text: "Bo" } }),
      delta("content-delta", 1, { content: { text: "nn" } }),
      delta("tool-call-start", 0, { tool_calls: { id: "t", function: { name: "find", arguments: "" } } }),
      delta("tool-call-delta", 0, { tool_calls: { function: { arguments: '{"a":1}' } } }),
      { type: "message-end", delta: { finish_reason: "COMPLETE", usage } },
    ];
    const before = streamed(cohereChat, events.slice(0, -1));
    expect([before.started, before.finished]).toEqual([true, false]);
    const stream = streamed(cohereChat, events);
    expect([stream.finished, stream.ended]).toEqual([true, true]);
    expect({ ...stream.result(), output: answerOf(stream.result()) }).toEqual({
      ...whole,
      output: answerOf(whole),
      failure: undefined,
    });
  });
});
