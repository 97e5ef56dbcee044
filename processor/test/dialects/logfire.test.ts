import { describe, expect, it } from "vitest";

import { recogniseSpan, understandSpan } from "../../src/dialects/recognise.ts";
import { span } from "../attributes.ts";
import { plain, read } from "./call-of.ts";

const STREAM = {
  "gen_ai.operation.name": "chat",
  "gen_ai.system": "openai",
  "logfire.msg": "streaming",
  request_data: '{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"Hi"}]}',
};

it("a chat of pydantic-ai is read", () => {
  const { dialect, call } = read({
    "logfire.msg": "chat gpt-4o",
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "google-gla",
    "gen_ai.usage.input_tokens": 20,
    "gen_ai.usage.output_tokens": 9,
    "gen_ai.usage.details.reasoning_tokens": 4,
    "operation.cost": 0.5,
    model_request_parameters: '{"function_tools":[{"name":"find","description":"finds"}]}',
  });
  expect(dialect).toBe("logfire");
  expect(call).toMatchObject({
    provider: "gcp.gemini",
    usage: { input: 20, output: 9, reasoning: 4 },
    cost: { amount: 0.5 },
    content: { tools: [{ name: "find" }] },
  });
});

it("what came before OpenTelemetry's names is read", () => {
  const { call } = read({
    "logfire.span_type": "span",
    "gen_ai.system": "openai",
    request_data: '{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}',
    response_data: '{"message":{"role":"assistant","content":"Hello"}}',
  });
  expect(call).toMatchObject({ operation: "chat", provider: "openai", request: { model: "gpt-4o" } });
  expect(plain([...call.content.input, ...call.content.output])).toEqual([
    ["user", "Hi"],
    ["assistant", "Hello"],
  ]);
});

describe("of a stream", () => {
  it("the record counts, with the duration that it tells", () => {
    const { call } = read({
      ...STREAM,
      "logfire.span_type": "log",
      duration: 2.5,
      response_data: '{"combined_chunk_content":"Hello","chunk_count":2}',
    });
    expect(call.timing.duration).toBe(2.5);
    expect(plain(call.content.output)).toEqual([["assistant", "Hello"]]);
  });

  it("the span that ended with the head of the response does not", () => {
    expect(understandSpan(span({ ...STREAM, "logfire.span_type": "span" }))).toEqual({
      noCall: "unfinished",
      dialect: "logfire",
    });
  });

  it("the span counts where the call failed, for no record follows", () => {
    const failed = span({ ...STREAM, "logfire.span_type": "span" }, { status: { code: 2, message: "timed out" } });
    expect(recogniseSpan(failed)?.call.failure?.class).toBe("timeout");
  });
});

it("a span that is shown when it begins does not count", () => {
  expect(recogniseSpan(span({ ...STREAM, "logfire.span_type": "pending_span" }))).toBeUndefined();
});

it.each(["{}", '{"model":7,"messages":[]}', '{"model":"m"}', "no JSON"])(
  "a request of no kind is no call: %s",
  (data) => {
    expect(recogniseSpan(span({ "logfire.msg": "", "gen_ai.system": "openai", request_data: data }))).toBeUndefined();
  },
);
