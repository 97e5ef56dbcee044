import { expect, it } from "vitest";

import { recogniseSpan } from "../../src/dialects/recognise.ts";
import { span } from "../attributes.ts";
import { plain, read } from "./call-of.ts";

it("an OpenInference span is read with its messages, one key a field", () => {
  const { dialect, call } = read({
    "openinference.span.kind": "LLM",
    "llm.provider": "azure",
    "llm.system": "openai",
    "llm.model_name": "gpt-4o-2024-08-06",
    "llm.request.model_name": "gpt-4o",
    "llm.finish_reason": "tool_calls",
    "llm.token_count.prompt": 20,
    "llm.token_count.completion": 8,
    "llm.token_count.prompt_details.cache_read": 5,
    "llm.token_count.completion_details.reasoning": 2,
    "llm.input_messages.0.message.role": "system",
    "llm.input_messages.0.message.content": "Be kind.",
    "llm.input_messages.1.message.role": "user",
    "llm.input_messages.1.message.contents.0.message_content.text": "Where is",
    "llm.input_messages.1.message.contents.1.message_content.text": "it?",
    "llm.output_messages.0.message.role": "assistant",
    "llm.output_messages.0.message.content": "I look.",
    "llm.output_messages.0.message.tool_calls.0.tool_call.id": "c1",
    "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "find",
    "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"order":1}',
    "session.id": "s",
    "user.id": "u",
  });
  expect(dialect).toBe("openinference");
  expect(call).toMatchObject({
    operation: "chat",
    provider: "azure.ai.openai",
    request: { model: "gpt-4o" },
    response: { model: "gpt-4o-2024-08-06", finishReasons: ["tool_calls"] },
    usage: { input: 20, output: 8, cacheRead: 5, reasoning: 2 },
    conversation: undefined,
    caller: { user: "u", session: "s" },
  });
  expect(call.content.systemInstructions.map((text) => text.text())).toEqual(["Be kind."]);
  expect(plain(call.content.input)).toEqual([["user", "Where is", "it?"]]);
  expect(plain(call.content.output)).toEqual([["assistant", "I look.", ["find", '{"order":1}']]]);
});

it.each(["CHAIN", "AGENT", "TOOL", "RETRIEVER", "RERANKER", "GUARDRAIL", "EVALUATOR"])(
  "its kind %s is no inference",
  (kind) => {
    expect(recogniseSpan(span({ "openinference.span.kind": kind, "llm.token_count.prompt": 9 }))).toBeUndefined();
  },
);

it("an answer that the emitter did not see is unknown, not empty", () => {
  const { call } = read({ "openinference.span.kind": "LLM", "llm.output_messages.0.message.role": "assistant" });
  expect(call.content.state).toBe("absent");
});
