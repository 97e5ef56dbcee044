import { expect, it } from "vitest";

import { recogniseSpan } from "../../src/dialects/recognise.ts";
import { span } from "../attributes.ts";
import { plain, read } from "./call-of.ts";

it("an inference of the AI SDK is read", () => {
  const { dialect, call } = read({
    "ai.operationId": "ai.streamText.doStream",
    "ai.model.provider": "amazon-bedrock.chat",
    "ai.model.id": "claude-haiku-4-5",
    "ai.response.model": "claude-haiku-4-5-20251001",
    "ai.response.id": "msg_1",
    "ai.response.finishReason": "tool-calls",
    "ai.response.msToFirstChunk": 1_700.5,
    "ai.response.text": "I look.",
    "ai.response.toolCalls": '[{"toolCallId":"c1","toolName":"find","input":{"order":1}}]',
    "ai.usage.inputTokens": 12_632,
    "ai.usage.outputTokens": 13,
    "ai.usage.inputTokenDetails.cacheWriteTokens": 12_629,
    "ai.usage.cachedInputTokens": 2,
    "ai.telemetry.functionId": "support",
    "ai.telemetry.metadata.userId": "u",
  });
  expect(dialect).toBe("vercel_ai");
  expect(call).toMatchObject({
    operation: "chat",
    provider: "aws.bedrock",
    request: { model: "claude-haiku-4-5" },
    response: { model: "claude-haiku-4-5-20251001", id: "msg_1", finishReasons: ["tool_calls"] },
    usage: { input: 12_632, output: 13, cacheRead: 2, cacheWrite: 12_629 },
    timing: { timeToFirstChunk: 1.7005 },
    prompt: { name: "support" },
    caller: { user: "u" },
  });
  expect(plain(call.content.output)).toEqual([["assistant", "I look.", ["find", '{"order":1}']]]);
});

it.each(["ai.generateText", "ai.streamText", "ai.generateObject", "ai.embed", "ai.toolCall"])(
  "%s wraps inferences and repeats their usage: it is none",
  (operation) => {
    expect(recogniseSpan(span({ "ai.operationId": operation, "ai.usage.promptTokens": 9 }))).toBeUndefined();
  },
);

it.each([
  ["ai.generateObject.doGenerate", "chat"],
  ["ai.embedMany.doEmbed", "embeddings"],
])("%s is %s", (id, operation) => {
  expect(read({ "ai.operationId": id, "ai.usage.promptTokens": 9 }).call).toMatchObject({
    operation,
    usage: { input: 9 },
  });
});
