import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { anthropicMessages } from "../../src/codecs/anthropic-messages.ts";
import { codecs } from "../../src/codecs/index.ts";
import { openaiChat } from "../../src/codecs/openai-chat.ts";
import { openaiResponses } from "../../src/codecs/openai-responses.ts";
import { providerOf } from "../../src/codecs/provider.ts";
import { plain, streamed } from "./codec-readings.ts";

const somewhere = new URL("https://llm.example/v1/x");

describe("paths", () => {
  it.each([
    ["https://api.openai.com/v1/chat/completions", "openai-chat"],
    ["https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=1", "openai-chat"],
    ["http://localhost:11434/v1/chat/completions", "openai-chat"],
    ["https://api.openai.com/v1/responses", "openai-responses"],
    ["https://api.openai.com/v1/responses/resp_1", undefined],
    ["https://api.openai.com/v1/responses/input_tokens", undefined],
    ["https://api.anthropic.com/v1/messages", "anthropic-messages"],
    ["https://api.anthropic.com/v1/messages?beta=true", "anthropic-messages"],
    ["https://api.anthropic.com/v1/messages/count_tokens", undefined],
    ["https://api.anthropic.com/v1/messages/batches", undefined],
    ["https://api.openai.com/v1/completions", "openai-completions"],
    ["https://api.openai.com/v1/embeddings", "openai-embeddings"],
    ["https://api.openai.com/v1/moderations", undefined],
    ["https://generativelanguage.googleapis.com/v1beta/models/gemini-3:generateContent", "gemini"],
    ["https://generativelanguage.googleapis.com/v1beta/models/gemini-3:streamGenerateContent?alt=sse", "gemini"],
    [
      "https://eu-aiplatform.googleapis.com/v1/projects/p/locations/eu/publishers/google/models/g:generateContent",
      "gemini",
    ],
    ["https://generativelanguage.googleapis.com/v1beta/models/gemini-3:countTokens", undefined],
    ["https://generativelanguage.googleapis.com/v1beta/models/g:batchEmbedContents", "gemini-embeddings"],
    ["https://api.cohere.com/v2/chat", "cohere-chat"],
    ["https://api.cohere.com/v2/embed", "cohere-embeddings"],
    ["https://api.cohere.com/v2/rerank", "cohere-rerank"],
    ["http://localhost:11434/api/chat", "ollama"],
    ["http://localhost:11434/api/generate", "ollama"],
    ["http://localhost:11434/api/embed", "ollama-embeddings"],
    ["http://localhost:11434/api/embeddings", "openai-embeddings"],
    ["http://localhost:11434/api/pull", undefined],
  ])("%s is read by %s", (url, name) => {
    expect(codecs.find((codec) => codec.matches("POST", new URL(url)))?.name).toBe(name);
    expect(codecs.some((codec) => codec.matches("GET", new URL(url)))).toBe(false);
  });
});

describe("providers", () => {
  it.each([
    ["https://api.openai.com/v1", "openai", "openai"],
    ["https://eu.api.openai.com/v1", "openai", "openai"],
    ["https://api.openai.com.evil.example/v1", "openai", "openai"],
    ["https://x.openai.azure.com/openai", "openai", "azure.ai.openai"],
    ["https://gateway.example/openai/deployments/d/chat/completions", "openai", "azure.ai.openai"],
    ["https://api.groq.com/openai/v1", "openai", "groq"],
    ["https://api.x.ai/v1/messages", "anthropic", "x_ai"],
    ["http://127.0.0.1:8000/v1/messages", "anthropic", "anthropic"],
  ] as const)("%s speaking %s is %s", (url, format, provider) => {
    expect(providerOf(new URL(url), format)).toBe(provider);
  });
});

describe("OpenAI Chat Completions", () => {
  it("tells system text, turns, tool calls and tool results apart", () => {
    const call = { id: "c1", type: "function", function: { name: "weather", arguments: '{"a":1}' } };
    const reading = openaiChat.readRequest(
      {
        model: "gpt-4o",
        n: 2,
        stop: "END",
        max_completion_tokens: 9,
        response_format: { type: "json_object" },
        tools: [{ type: "function", function: { name: "weather", parameters: { type: "object" } } }],
        messages: [
          { role: "developer", content: "Be brief." },
          {
            role: "user",
            content: [
              { type: "text", text: "Hi" },
              { type: "image_url", image_url: { url: "data:," } },
            ],
          },
          { role: "assistant", content: null, tool_calls: [call] },
          { role: "tool", tool_call_id: "c1", content: "rain" },
        ],
      },
      somewhere,
    );
    expect(reading?.request).toMatchObject({
      choiceCount: 2,
      stopSequences: ["END"],
      maxTokens: 9,
      outputType: "json",
    });
    expect(reading?.content.systemInstructions.map((text) => text.text())).toEqual(["Be brief."]);
    expect(reading?.content.tools.map(({ name }) => name)).toEqual(["weather"]);
    expect(reading?.content.format).toEqual({ kind: "json" });
    expect(plain(reading?.content.input ?? [])).toEqual([
      {
        role: "user",
        parts: [
          { kind: "text", text: "Hi" },
          { kind: "other", type: "image_url" },
        ],
      },
      { role: "assistant", parts: [{ kind: "tool_call", id: "c1", name: "weather", arguments: '{"a":1}' }] },
      { role: "tool", parts: [{ kind: "tool_result", id: "c1", text: "rain" }] },
    ]);
  });

  it("names Azure's deployment where the body names no model", () => {
    const url = new URL("https://x.openai.azure.com/openai/deployments/my%20gpt/chat/completions");
    expect(openaiChat.readRequest({ messages: [] }, url)?.request.model).toBe("my gpt");
  });

  it("survives a deployment's name that is no valid escape", () => {
    const url = new URL("https://x.openai.azure.com/openai/deployments/%zz/chat/completions");
    expect(openaiChat.readRequest({ messages: [] }, url)?.request.model).toBe("%zz");
  });

  it("joins choices, tool calls and refusals of a stream, by their index", () => {
    const delta = (index: number, given: object, finish_reason: string | null = null): object => ({
      choices: [{ index, delta: given, finish_reason }],
    });
    const stream = streamed(openaiChat, [
      { id: "", model: "", choices: [], prompt_filter_results: [] },
      { id: "c", model: "gpt-4o-2024-08-06", choices: [] },
      delta(1, { refusal: "No" }),
      delta(0, { tool_calls: [{ index: 0, id: "c1", function: { name: "weather", arguments: "" } }] }),
      delta(0, { tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] }),
      delta(0, { tool_calls: [{ index: 0, function: { arguments: ":1}" } }] }),
      delta(0, {}, "tool_calls"),
      delta(1, { refusal: "." }),
      delta(1, {}, "stop"),
      { choices: [], usage: { prompt_tokens: 3, completion_tokens: 1 } },
      { choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } },
      "[DONE]",
    ]);
    const { response, usage, output } = stream.result();
    expect(stream.finished).toBe(true);
    expect(response).toMatchObject({ id: "c", model: "gpt-4o-2024-08-06", finishReasons: ["tool_calls", "stop"] });
    expect(usage).toMatchObject({ input: 3, output: 4 });
    expect(plain(output)).toEqual([
      { role: "assistant", parts: [{ kind: "tool_call", id: "c1", name: "weather", arguments: '{"a":1}' }] },
      { role: "assistant", parts: [{ kind: "refusal", text: "No." }] },
    ]);
  });

  it("reads an error in a stream, and in a 200, as a failure", () => {
    const error = { error: { message: "Overloaded", code: "server_error" } };
    expect(streamed(openaiChat, [error]).result().failure).toMatchObject({
      type: "server_error",
      class: "server_error",
    });
    expect(openaiChat.readResponse(error).failure).toMatchObject({ class: "server_error" });
  });
});

describe("OpenAI Responses", () => {
  it.each([
    [{ status: "completed", output: [] }, ["stop"]],
    [{ status: "completed", output: [{ type: "function_call", name: "f", arguments: "{}" }] }, ["tool_calls"]],
    [{ status: "incomplete", incomplete_details: { reason: "max_output_tokens" } }, ["length"]],
    [{ status: "incomplete", incomplete_details: { reason: "content_filter" } }, ["content_filter"]],
    [{ status: "failed", error: { code: "server_error" } }, ["error"]],
    [{}, undefined],
  ])("finishes %o as %o", (body, reasons) => {
    expect(openaiResponses.readResponse(body).response.finishReasons).toEqual(reasons);
  });

  it("keeps what came of a stream that broke off", () => {
    const stream = streamed(openaiResponses, [
      { type: "response.created", response: { id: "r", model: "gpt-4.1", status: "in_progress", output: [] } },
      { type: "response.output_text.delta", delta: "Gru" },
      { type: "response.output_text.delta", delta: "ß" },
    ]);
    expect([stream.started, stream.finished]).toEqual([true, false]);
    const { response, output } = stream.result();
    expect(response).toMatchObject({ id: "r", finishReasons: ["error"] });
    expect(plain(output)).toEqual([{ role: "assistant", parts: [{ kind: "text", text: "Gruß" }] }]);
  });

  it("reads a stream that failed as a failure", () => {
    const failed = { type: "response.failed", response: { status: "failed", error: { code: "rate_limit_exceeded" } } };
    expect(streamed(openaiResponses, [failed]).result().failure).toMatchObject({ class: "rate_limited" });
    const error = { type: "error", code: "server_error", message: "down" };
    expect(streamed(openaiResponses, [error]).result().failure).toMatchObject({ class: "server_error" });
  });
});

describe("Anthropic Messages", () => {
  it("joins text, thinking and tool input of a stream, and takes cumulative usage once", () => {
    const delta = (index: number, given: object): object => ({ type: "content_block_delta", index, delta: given });
    const start = (index: number, content_block: object): object => ({
      type: "content_block_start",
      index,
      content_block,
    });
    const { response, usage, output } = streamed(anthropicMessages, [
      { type: "message_start", message: { id: "m", model: "claude", usage: { input_tokens: 5, output_tokens: 1 } } },
      start(0, { type: "thinking", thinking: "" }),
      delta(0, { type: "thinking_delta", thinking: "Hm" }),
      start(1, { type: "text", text: "" }),
      { type: "ping" },
      delta(1, { type: "text_delta", text: "Hi" }),
      start(2, { type: "tool_use", id: "t1", name: "weather", input: {} }),
      delta(2, { type: "input_json_delta", partial_json: '{"a":' }),
      delta(2, { type: "input_json_delta", partial_json: "1}" }),
      {
        type: "message_delta",
        delta: { stop_reason: "tool_use" },
        usage: { output_tokens: 9, cache_read_input_tokens: 2 },
      },
      { type: "message_stop" },
    ]).result();
    expect(response).toMatchObject({ id: "m", model: "claude", finishReasons: ["tool_use"] });
    expect(usage).toMatchObject({ input: 7, output: 9, cacheRead: 2 });
    expect(plain(output)).toEqual([
      {
        role: "assistant",
        parts: [
          { kind: "reasoning", text: "Hm" },
          { kind: "text", text: "Hi" },
          { kind: "tool_call", id: "t1", name: "weather", arguments: '{"a":1}' },
        ],
      },
    ]);
  });

  it("reads an error in a stream as a failure", () => {
    const error = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
    expect(streamed(anthropicMessages, [error]).result().failure).toMatchObject({
      type: "overloaded_error",
      class: "server_error",
    });
  });
});

describe.each(codecs)("$name", (codec) => {
  it.each([
    [
      429,
      { error: { message: "slow", type: "requests", code: "rate_limit_exceeded" } },
      "rate_limit_exceeded",
      "rate_limited",
    ],
    [529, { type: "error", error: { type: "overloaded_error" } }, "overloaded_error", "server_error"],
    [
      400,
      { error: { code: "content_filter", innererror: { code: "ResponsibleAIPolicyViolation" } } },
      "content_filter",
      "refused_by_provider",
    ],
    [401, { error: "no key" }, "401", "auth"],
    [502, "<html>Bad Gateway</html>", "502", "server_error"],
    [503, undefined, "503", "server_error"],
    [500, [{ error: { code: 13, status: "INTERNAL" } }], "INTERNAL", "server_error"],
    [429, { error: { code: 429, status: "RESOURCE_EXHAUSTED" } }, "RESOURCE_EXHAUSTED", "rate_limited"],
  ])("reads status %i with %o as %s, %s", (status, body, type, cls) => {
    expect(codec.readFailure(status, body)).toMatchObject({ type, class: cls, status });
  });

  const words = ["messages", "input", "content", "role", "tools", "choices", "delta", "usage", "error", "type", "text"];
  const names = ["message_start", "content_block_delta", "response.completed", "error", "message", "function_call"];
  const leaf = fc.oneof(fc.jsonValue({ maxDepth: 0 }), fc.constantFrom(...words, ...names), fc.constant("[DONE]"));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(
        fc.oneof(fc.constantFrom(...words, "function", "output", "item", "response", "index"), fc.string()),
        tie("tree"),
        { maxKeys: 4 },
      ),
    ),
  }));

  it("makes something of any JSON, and never throws", () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(tree, fc.array(tree, { maxLength: 5 }), (body, events) => {
        const request = { model: "m", messages: body, input: body, tools: body };
        plain(codec.readRequest(request, somewhere)?.content.input ?? []);
        codec.readRequest({ messages: [body], input: [body], tools: [body] }, somewhere);
        codec.readRequest(body, somewhere);
        plain(codec.readResponse(body).output);
        plain(codec.readResponse({ choices: [body], output: [body], content: [body], usage: body }).output);
        codec.readFailure(500, body);
        const stream = streamed(
          codec,
          [...events, ...events].map((event) => JSON.stringify(event)),
        );
        expect(plain(stream.result().output)).toBeInstanceOf(Array);
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});
