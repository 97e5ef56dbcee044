import { describe, expect, it } from "vitest";

import { ollama } from "../../src/codecs/ollama.ts";
import { answerOf, plain, streamed } from "./codec-readings.ts";

const chat = new URL("http://127.0.0.1:11434/api/chat");
const generate = new URL("http://127.0.0.1:11434/api/generate");

describe("a request to Ollama", () => {
  it("is streamed unless it says otherwise", () => {
    const body = {
      model: "llama3",
      messages: [],
      options: { num_predict: 5, stop: ["a"] },
      think: true,
      format: "json",
    };
    expect(ollama.readRequest(body, chat)?.request).toMatchObject({
      stream: true,
      maxTokens: 5,
      stopSequences: ["a"],
      reasoningLevel: "enabled",
      outputType: "json",
    });
    expect(ollama.readRequest({ ...body, stream: false }, chat)?.request.stream).toBe(false);
  });

  it("to complete a text has a system text of its own", () => {
    const reading = ollama.readRequest({ model: "llama3", prompt: "Hi", system: "Be brief.", images: ["x"] }, generate);
    expect(reading).toMatchObject({ operation: "text_completion", provider: "ollama" });
    expect(reading?.content.systemInstructions.map((text) => text.text())).toEqual(["Be brief."]);
    expect(plain(reading?.content.input ?? [])).toEqual([
      {
        role: "user",
        parts: [
          { kind: "text", text: "Hi" },
          { kind: "other", type: "image" },
        ],
      },
    ]);
  });

  it("that only loads or unloads a model is no call", () => {
    expect(ollama.readRequest({ model: "llama3", keep_alive: 0 }, generate)).toBeUndefined();
  });
});

describe("an answer of Ollama", () => {
  const head = { model: "llama3", created_at: "2026-01-01T00:00:00Z" };
  const end = { ...head, done: true, done_reason: "stop", prompt_eval_count: 7, eval_count: 2 };
  const call = { function: { name: "find", arguments: { a: 1 } } };

  it("in lines is what it would be in one piece", () => {
    const line = (message: object): object => ({
      ...head,
      message: { role: "assistant", content: "", ...message },
      done: false,
    });
    const stream = streamed(ollama, [
      line({ thinking: "hm" }),
      line({ content: "Bo" }),
      line({ content: "nn", tool_calls: [call] }),
      { ...end, message: { role: "assistant", content: "" } },
    ]);
    const whole = ollama.readResponse({
      ...end,
      message: { role: "assistant", content: "Bonn", thinking: "hm", tool_calls: [call] },
    });
    expect({ ...stream.result(), output: answerOf(stream.result()) }).toEqual({ ...whole, output: answerOf(whole) });
    expect(whole).toMatchObject({
      usage: { input: 7, output: 2 },
      response: { model: "llama3", finishReasons: ["stop"] },
    });
    expect([stream.finished, stream.ended]).toEqual([true, true]);
  });

  it("may turn into an error on its way", () => {
    const stream = streamed(ollama, [
      { ...head, response: "Bo", done: false },
      { error: "the model runner has stopped" },
    ]);
    expect([stream.ended, stream.result().failure?.class]).toEqual([true, "other"]);
  });
});
