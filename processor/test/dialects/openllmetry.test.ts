import { expect, it } from "vitest";

import { plain, read } from "./call-of.ts";

it("an OpenLLMetry span of the old kind is read with its messages, one key a field", () => {
  const { dialect, call } = read({
    "llm.request.type": "chat",
    "gen_ai.system": "OpenAI",
    "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.response.model": "gpt-4o-mini-2024-07-18",
    "llm.is_streaming": true,
    "gen_ai.usage.prompt_tokens": 44,
    "gen_ai.usage.completion_tokens": 10,
    "gen_ai.prompt.0.role": "user",
    "gen_ai.prompt.0.content": "Run it",
    "gen_ai.completion.0.role": "assistant",
    "gen_ai.completion.0.content": "",
    "gen_ai.completion.0.finish_reason": "tool_calls",
    "gen_ai.completion.0.tool_calls.0.name": "run",
    "gen_ai.completion.0.tool_calls.0.arguments": "{}",
    "traceloop.association.properties.session_id": "s",
  });
  expect(dialect).toBe("openllmetry");
  expect(call).toMatchObject({
    operation: "chat",
    provider: "openai",
    request: { model: "gpt-4o-mini", stream: true },
    response: { model: "gpt-4o-mini-2024-07-18", finishReasons: ["tool_calls"] },
    usage: { input: 44, output: 10 },
    caller: { session: "s" },
  });
  expect(plain(call.content.input)).toEqual([["user", "Run it"]]);
  expect(plain(call.content.output)).toEqual([["assistant", ["run", "{}"]]]);
});

it.each([
  ["chat", "chat"],
  ["completion", "text_completion"],
  ["embedding", "embeddings"],
])("its request type %s is %s", (type, operation) => {
  expect(read({ "llm.request.type": type }).call.operation).toBe(operation);
});

it("of OpenTelemetry's names and its own on one span, OpenTelemetry's count", () => {
  const { dialect, call } = read({ "gen_ai.operation.name": "chat", "llm.request.type": "completion" });
  expect([dialect, call.operation]).toEqual(["openllmetry", "chat"]);
});
