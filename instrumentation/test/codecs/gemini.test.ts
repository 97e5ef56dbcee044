import { describe, expect, it } from "vitest";

import { gemini } from "../../src/codecs/gemini.ts";
import { answerOf, plain, streamed } from "./codec-readings.ts";

const url = new URL("https://generativelanguage.googleapis.com/v1beta/models/gemini-3-pro:generateContent");
const usage = { promptTokenCount: 10, candidatesTokenCount: 4, thoughtsTokenCount: 6, cachedContentTokenCount: 8 };

describe("a request to Gemini", () => {
  const body = {
    systemInstruction: { parts: [{ text: "Be brief." }] },
    contents: [
      { role: "user", parts: [{ text: "Hi" }, { inlineData: { mimeType: "image/png", data: "aGk=" } }] },
      { role: "model", parts: [{ text: "hm", thought: true }, { functionCall: { name: "weather", args: { a: 1 } } }] },
      { role: "user", parts: [{ functionResponse: { name: "weather", response: { sky: "rain" } } }] },
    ],
    tools: [{ functionDeclarations: [{ name: "weather", parameters: { type: "OBJECT" } }] }],
    generationConfig: {
      maxOutputTokens: 9,
      topP: 0.5,
      stopSequences: ["END"],
      candidateCount: 2,
      responseMimeType: "application/json",
      responseJsonSchema: { type: "object" },
      thinkingConfig: { thinkingLevel: "HIGH" },
    },
  };

  it("tells system text, turns, thoughts, tool calls and tool results apart", () => {
    const content = gemini.readRequest(body, url)?.content;
    expect(content?.systemInstructions.map((text) => text.text())).toEqual(["Be brief."]);
    expect(plain(content?.input ?? [])).toEqual([
      {
        role: "user",
        parts: [
          { kind: "text", text: "Hi" },
          { kind: "other", type: "inlineData" },
        ],
      },
      {
        role: "assistant",
        parts: [
          { kind: "reasoning", text: "hm" },
          { kind: "tool_call", id: undefined, name: "weather", arguments: '{"a":1}' },
        ],
      },
      { role: "tool", parts: [{ kind: "tool_result", id: undefined, text: '{"sky":"rain"}' }] },
    ]);
    expect(content?.tools).toEqual([{ name: "weather", description: undefined, parameters: { type: "OBJECT" } }]);
    expect(content?.format).toEqual({ kind: "json_schema", schema: { type: "object" } });
  });

  it("has its model and whether it streams in its path", () => {
    const streamUrl = new URL(url.href.replace(":generate", ":streamGenerate"));
    expect(gemini.readRequest(body, url)?.request).toMatchObject({
      model: "gemini-3-pro",
      stream: false,
      maxTokens: 9,
    });
    expect(gemini.readRequest(body, streamUrl)?.request).toMatchObject({ stream: true, reasoningLevel: "HIGH" });
  });

  it("may have its keys in snake case", () => {
    const reading = gemini.readRequest(
      {
        contents: { parts: [{ text: "Hi" }] },
        system_instruction: { parts: [{ text: "x" }] },
        generation_config: { max_output_tokens: 3 },
      },
      url,
    );
    expect([reading?.request.maxTokens, reading?.content.systemInstructions.length]).toEqual([3, 1]);
  });

  it.each([
    [url.href, "gcp.gemini"],
    [
      "https://eu-aiplatform.googleapis.com/v1/projects/p/locations/eu/publishers/google/models/g:generateContent",
      "gcp.vertex_ai",
    ],
    ["http://gateway/models/g:generateContent", "gcp.gen_ai"],
  ])("at %s goes to %s", (href, provider) => {
    expect(gemini.readRequest(body, new URL(href))?.provider).toBe(provider);
  });
});

describe("an answer of Gemini", () => {
  it("has thoughts within its output tokens, as they are billed", () => {
    expect(gemini.readResponse({ usageMetadata: { ...usage, toolUsePromptTokenCount: 5 } }).usage).toEqual({
      input: 15,
      output: 10,
      cacheRead: 8,
      reasoning: 6,
    });
  });

  it("that consists of thoughts alone has their tokens", () => {
    const { usage: read } = gemini.readResponse({ usageMetadata: { promptTokenCount: 3, thoughtsTokenCount: 6 } });
    expect(read).toMatchObject({ input: 3, output: 6, reasoning: 6 });
  });

  it("in pieces is what it would be in one, whether they come as events or as a list", () => {
    const piece = (text: string, rest: object = {}): object => ({
      candidates: [{ content: { role: "model", parts: [{ text }] }, ...rest }],
      modelVersion: "gemini-3-pro-001",
      responseId: "r1",
    });
    const last = { ...piece("lo", { finishReason: "STOP" }), usageMetadata: usage };
    const whole = gemini.readResponse({ ...piece("Hello", { finishReason: "STOP" }), usageMetadata: usage });
    const stream = streamed(gemini, [piece("Hel"), last]);
    for (const read of [stream.result(), gemini.readResponse([piece("Hel"), last])]) {
      expect({ ...read, output: answerOf(read) }).toEqual({ ...whole, output: answerOf(whole) });
    }
    expect([stream.started, stream.finished]).toEqual([true, true]);
  });

  it("that breaks off has not finished", () => {
    const stream = streamed(gemini, [{ candidates: [{ content: { parts: [{ text: "Hel" }] } }] }]);
    expect([stream.finished, stream.result().response.finishReasons]).toEqual([false, ["error"]]);
  });

  it("to a prompt that was blocked is a refusal by the provider", () => {
    expect(gemini.readResponse({ promptFeedback: { blockReason: "SAFETY" } }).failure).toEqual({
      type: "SAFETY",
      class: "refused_by_provider",
    });
  });

  it("may have its reasons as numbers", () => {
    const { response } = gemini.readResponse({ candidates: [{ content: { parts: [] }, finishReason: 2 }] });
    expect(response.finishReasons).toEqual(["MAX_TOKENS"]);
  });

  it("may turn into an error on its way", () => {
    const stream = streamed(gemini, [{ error: { code: 503, status: "UNAVAILABLE", message: "later" } }]);
    expect(stream.result().failure).toMatchObject({ type: "UNAVAILABLE", class: "server_error" });
  });
});
