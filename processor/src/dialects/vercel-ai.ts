import {
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_OUTPUT_MESSAGES,
  ATTR_GEN_AI_PROMPT_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_RESPONSE_FINISH_REASONS,
  ATTR_GEN_AI_RESPONSE_ID,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK,
  ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
  ATTR_SPANWARDEN_CALLER_SESSION,
  ATTR_SPANWARDEN_CALLER_USER,
} from "@spanwarden/conventions";

import type { AttributeReader, AttributeValue } from "../otlp/records.ts";
import { asList, asRecord, asText, numberAt, structureAt, textAt } from "./attribute-values.ts";
import { from, type Dialect } from "./dialect.ts";

/** Providers by the part of `ai.model.provider` before its first dot. */
const PROVIDERS: Readonly<Record<string, string>> = {
  "amazon-bedrock": "aws.bedrock",
  azure: "azure.ai.openai",
  google: "gcp.gemini",
  mistral: "mistral_ai",
  moonshotai: "moonshot_ai",
  xai: "x_ai",
};

/**
 * The AI SDK of Vercel, versions 4 to 6, and its legacy telemetry since. `ai.generateText` and its like wrap the inferences
 * (`ai.generateText.doGenerate`) and repeat their usage: they are none.
 */
export const vercelAi: Dialect = {
  name: "vercel_ai",
  mark: "ai.operationId",
  fields: {
    [ATTR_GEN_AI_OPERATION_NAME]: operation,
    [ATTR_GEN_AI_PROVIDER_NAME]: provider,
    [ATTR_GEN_AI_REQUEST_MODEL]: from("ai.model.id"),
    [ATTR_GEN_AI_RESPONSE_MODEL]: from("ai.response.model"),
    [ATTR_GEN_AI_RESPONSE_ID]: from("ai.response.id"),
    [ATTR_GEN_AI_RESPONSE_FINISH_REASONS]: finishReasons,
    [ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK]: timeToFirstChunk,
    [ATTR_GEN_AI_USAGE_INPUT_TOKENS]: from("ai.usage.inputTokens", "ai.usage.promptTokens", "ai.usage.tokens"),
    [ATTR_GEN_AI_USAGE_OUTPUT_TOKENS]: from("ai.usage.outputTokens", "ai.usage.completionTokens"),
    [ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS]: from(
      "ai.usage.inputTokenDetails.cacheReadTokens",
      "ai.usage.cachedInputTokens",
    ),
    [ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS]: from("ai.usage.inputTokenDetails.cacheWriteTokens"),
    [ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS]: from("ai.usage.reasoningTokens"),
    [ATTR_GEN_AI_OUTPUT_MESSAGES]: answer,
    [ATTR_GEN_AI_PROMPT_NAME]: from("ai.telemetry.functionId"),
    [ATTR_SPANWARDEN_CALLER_USER]: from("ai.telemetry.metadata.userId", "user.id"),
    [ATTR_SPANWARDEN_CALLER_SESSION]: from("ai.telemetry.metadata.sessionId", "session.id"),
  },
};

function operation(attributes: AttributeReader): string | undefined {
  const step = textAt(attributes, "ai.operationId")?.split(".").at(-1);
  if (step === "doGenerate" || step === "doStream") return "chat";
  return step === "doEmbed" ? "embeddings" : undefined;
}

function provider(attributes: AttributeReader): string | undefined {
  const vendor = (textAt(attributes, "ai.model.provider") ?? textAt(attributes, "gen_ai.system"))?.split(".", 1)[0];
  return vendor === undefined ? undefined : (PROVIDERS[vendor] ?? vendor);
}

/** It writes `tool-calls` where the providers, and everybody else, write `tool_calls`. */
function finishReasons(attributes: AttributeReader): AttributeValue | undefined {
  const reason = textAt(attributes, "ai.response.finishReason");
  return reason === undefined ? undefined : [reason.replaceAll("-", "_")];
}

/** Seconds; it writes milliseconds. */
function timeToFirstChunk(attributes: AttributeReader): number | undefined {
  const milliseconds = numberAt(attributes, "ai.response.msToFirstChunk");
  return milliseconds === undefined ? undefined : milliseconds / 1_000;
}

function answer(attributes: AttributeReader): AttributeValue | undefined {
  const text = textAt(attributes, "ai.response.text") ?? textAt(attributes, "ai.response.object");
  const calls = asList(structureAt(attributes, "ai.response.toolCalls")).map(asRecord);
  if (text === undefined && calls.length === 0) return undefined;
  const parts: AttributeValue[] = text === undefined ? [] : [{ type: "text", content: text }];
  for (const call of calls) {
    const given = call["input"] ?? call["args"];
    const args = typeof given === "string" ? given : (JSON.stringify(given) ?? "");
    parts.push({
      type: "tool_call",
      id: asText(call["toolCallId"]) ?? "",
      name: asText(call["toolName"]) ?? "",
      arguments: args,
    });
  }
  return [{ role: "assistant", parts }];
}
