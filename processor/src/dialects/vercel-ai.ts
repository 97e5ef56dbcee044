import {
  ATTR_GEN_AI_INPUT_MESSAGES,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_OUTPUT_MESSAGES,
  ATTR_GEN_AI_OUTPUT_TYPE,
  ATTR_GEN_AI_PROMPT_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY,
  ATTR_GEN_AI_REQUEST_MAX_TOKENS,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY,
  ATTR_GEN_AI_REQUEST_SEED,
  ATTR_GEN_AI_REQUEST_STREAM,
  ATTR_GEN_AI_REQUEST_TEMPERATURE,
  ATTR_GEN_AI_REQUEST_TOP_K,
  ATTR_GEN_AI_REQUEST_TOP_P,
  ATTR_GEN_AI_RESPONSE_FINISH_REASONS,
  ATTR_GEN_AI_RESPONSE_ID,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK,
  ATTR_GEN_AI_TOOL_DEFINITIONS,
  ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
  ATTR_OPENAI_RESPONSE_SERVICE_TIER,
} from "@spanwarden/conventions";

import type { AttributeReader, AttributeValue } from "../otlp/records.ts";
import { asList, asRecord, asText, numberAt, structureAt, textAt } from "./attribute-values.ts";
import { STRUCTURED_OUTPUT_SCHEMA } from "./declared-format.ts";
import { computed, firstOf, from, listed, recordAt, type Dialect, type NotOwn, type Source } from "./dialect.ts";
import { providerName } from "./provider-names.ts";

const STEPS: ReadonlyMap<string, string> = new Map([
  ["doGenerate", "chat"],
  ["doStream", "chat"],
  ["doEmbed", "embeddings"],
]);
/** Each of these has spans for the inferences it makes. */
const WRAPPERS: ReadonlySet<string> = new Set(
  ["generateText", "streamText", "generateObject", "streamObject", "embed", "embedMany"].map((name) => `ai.${name}`),
);

/** The AI SDK of Vercel, versions 4 to 6, and its legacy telemetry since; what version 7 writes is OpenTelemetry's. */
export const vercelAi: Dialect = {
  name: "vercel_ai",
  marks: [{ attribute: "ai.operationId" }],
  cachedBesideInput,
  notOwn,
  fields: {
    [ATTR_GEN_AI_OPERATION_NAME]: computed(["ai.operationId"], operation),
    [ATTR_GEN_AI_PROVIDER_NAME]: computed(["ai.model.provider", "gen_ai.system"], provider),
    [ATTR_GEN_AI_REQUEST_MODEL]: from("ai.model.id"),
    [ATTR_GEN_AI_REQUEST_STREAM]: computed(["ai.operationId"], (attributes) => lastPart(attributes) === "doStream"),
    [ATTR_GEN_AI_REQUEST_MAX_TOKENS]: from("ai.settings.maxOutputTokens", "ai.settings.maxTokens"),
    [ATTR_GEN_AI_REQUEST_TEMPERATURE]: from("ai.settings.temperature"),
    [ATTR_GEN_AI_REQUEST_TOP_P]: from("ai.settings.topP"),
    [ATTR_GEN_AI_REQUEST_TOP_K]: from("ai.settings.topK"),
    [ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY]: from("ai.settings.frequencyPenalty"),
    [ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY]: from("ai.settings.presencePenalty"),
    [ATTR_GEN_AI_REQUEST_SEED]: from("ai.settings.seed"),
    [ATTR_GEN_AI_RESPONSE_MODEL]: from("ai.response.model"),
    [ATTR_GEN_AI_RESPONSE_ID]: from("ai.response.id"),
    [ATTR_GEN_AI_RESPONSE_FINISH_REASONS]: listed(from("ai.response.finishReason")),
    [ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK]: computed(
      ["ai.response.msToFirstChunk", "ai.stream.msToFirstChunk"],
      timeToFirstChunk,
    ),
    [ATTR_GEN_AI_USAGE_INPUT_TOKENS]: from("ai.usage.inputTokens", "ai.usage.promptTokens", "ai.usage.tokens"),
    [ATTR_GEN_AI_USAGE_OUTPUT_TOKENS]: from("ai.usage.outputTokens", "ai.usage.completionTokens"),
    [ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS]: firstOf(
      from("ai.usage.inputTokenDetails.cacheReadTokens", "ai.usage.cachedInputTokens"),
      metadata("anthropic", "cacheReadInputTokens"),
      metadata("anthropic", "usage", "cache_read_input_tokens"),
      metadata("openai", "cachedPromptTokens"),
    ),
    [ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS]: firstOf(
      from("ai.usage.inputTokenDetails.cacheWriteTokens"),
      metadata("anthropic", "cacheCreationInputTokens"),
    ),
    [ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS]: firstOf(
      from("ai.usage.outputTokenDetails.reasoningTokens", "ai.usage.reasoningTokens"),
      metadata("openai", "reasoningTokens"),
    ),
    [ATTR_OPENAI_RESPONSE_SERVICE_TIER]: metadata("openai", "serviceTier"),
    [ATTR_GEN_AI_INPUT_MESSAGES]: from("ai.prompt.messages"),
    [ATTR_GEN_AI_OUTPUT_MESSAGES]: computed(
      ["ai.response.text", "ai.response.object", "ai.response.toolCalls"],
      answer,
    ),
    [ATTR_GEN_AI_TOOL_DEFINITIONS]: from("ai.prompt.tools"),
    [ATTR_GEN_AI_OUTPUT_TYPE]: computed(["ai.schema"], (attributes) =>
      attributes.get("ai.schema") === undefined ? undefined : "json",
    ),
    // A list or a choice is wrapped in an object that the schema does not tell of.
    [STRUCTURED_OUTPUT_SCHEMA]: computed(["ai.schema"], (attributes) =>
      attributes.get("ai.settings.output") === "object" ? attributes.get("ai.schema") : undefined,
    ),
    [ATTR_GEN_AI_PROMPT_NAME]: from("ai.telemetry.functionId"),
  },
};

function lastPart(attributes: AttributeReader): string | undefined {
  return textAt(attributes, "ai.operationId")?.split(".").at(-1);
}

function operation(attributes: AttributeReader): string | undefined {
  const last = lastPart(attributes);
  return last === undefined ? undefined : (STEPS.get(last) ?? last);
}

function notOwn(attributes: AttributeReader): NotOwn | undefined {
  return WRAPPERS.has(textAt(attributes, "ai.operationId") ?? "") ? "wraps" : undefined;
}

/** What stands before the first dot; what comes after it is the kind of interface. */
function provider(attributes: AttributeReader): string | undefined {
  const given = textAt(attributes, "ai.model.provider") ?? textAt(attributes, "gen_ai.system");
  if (given === undefined) return undefined;
  return given.startsWith("google.vertex") ? "gcp.vertex_ai" : given.split(".", 1)[0];
}

/** Version 6 counts cached tokens in and tells them apart; before, input was what the provider calls so. */
function cachedBesideInput(attributes: AttributeReader): boolean {
  const apart = ["noCacheTokens", "cacheReadTokens", "cacheWriteTokens"].some(
    (part) => attributes.get(`ai.usage.inputTokenDetails.${part}`) !== undefined,
  );
  return !apart && ["anthropic", "aws.bedrock"].includes(providerName(provider(attributes) ?? ""));
}

/** Seconds; it writes milliseconds. */
function timeToFirstChunk(attributes: AttributeReader): number | undefined {
  const milliseconds =
    numberAt(attributes, "ai.response.msToFirstChunk") ?? numberAt(attributes, "ai.stream.msToFirstChunk");
  return milliseconds === undefined ? undefined : milliseconds / 1_000;
}

/** What a provider's adapter told beside the SDK's own fields. */
function metadata(...path: readonly string[]): Source {
  const key = "ai.response.providerMetadata";
  return computed([`${key} → ${path.join(".")}`], (attributes) => {
    const value = path.reduce<unknown>((at, name) => asRecord(at)[name], recordAt(attributes, key));
    return typeof value === "number" || typeof value === "string" ? value : undefined;
  });
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
