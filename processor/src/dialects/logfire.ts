import {
  ATTR_GEN_AI_INPUT_MESSAGES,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_OUTPUT_MESSAGES,
  ATTR_GEN_AI_OUTPUT_TYPE,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_REQUEST_STREAM,
  ATTR_GEN_AI_TOOL_DEFINITIONS,
  ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_COST_AMOUNT,
  ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
  ATTR_SPANWARDEN_USAGE_AUDIO_INPUT_TOKENS,
  ATTR_SPANWARDEN_USAGE_AUDIO_OUTPUT_TOKENS,
  ATTR_SPANWARDEN_CALL_DURATION,
} from "@spanwarden/conventions";

import type { AttributeReader, AttributeValue } from "../otlp/records.ts";
import { asRecord, structureAt, textAt } from "./attribute-values.ts";
import { knownCost } from "./cost-source.ts";
import { outputTypeInRequest, schemaInRequest, STRUCTURED_OUTPUT_SCHEMA } from "./declared-format.ts";
import { computed, firstOf, from, member, recordAt, type Dialect, type NotOwn } from "./dialect.ts";

/** Logfire's integrations and pydantic-ai: OpenTelemetry's names, and what came before them in `request_data`. */
export const logfire: Dialect = {
  name: "logfire",
  marks: [{ attribute: "logfire.msg" }, { attribute: "logfire.span_type" }, { scope: "pydantic-ai" }],
  notOwn,
  fields: {
    [ATTR_GEN_AI_OPERATION_NAME]: computed(["request_data"], operation),
    [ATTR_GEN_AI_REQUEST_MODEL]: member("request_data", "model"),
    [ATTR_GEN_AI_REQUEST_STREAM]: member("request_data", "stream"),
    [ATTR_GEN_AI_OUTPUT_TYPE]: outputTypeInRequest("request_data"),
    [STRUCTURED_OUTPUT_SCHEMA]: schemaInRequest("request_data"),
    [ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS]: from("gen_ai.usage.details.cache_read_tokens"),
    [ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS]: from("gen_ai.usage.details.cache_write_tokens"),
    [ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS]: from("gen_ai.usage.details.reasoning_tokens"),
    [ATTR_SPANWARDEN_USAGE_AUDIO_INPUT_TOKENS]: from("gen_ai.usage.details.input_audio_tokens"),
    [ATTR_SPANWARDEN_USAGE_AUDIO_OUTPUT_TOKENS]: from("gen_ai.usage.details.output_audio_tokens"),
    [ATTR_GEN_AI_USAGE_COST_AMOUNT]: knownCost(from("operation.cost")),
    [ATTR_GEN_AI_INPUT_MESSAGES]: member("request_data", "messages"),
    [ATTR_GEN_AI_OUTPUT_MESSAGES]: firstOf(
      computed(["response_data → message"], (attributes) => responseMessage(attributes)),
      computed(["response_data → combined_chunk_content"], streamedText),
    ),
    [ATTR_GEN_AI_TOOL_DEFINITIONS]: firstOf(
      member("model_request_parameters", "function_tools"),
      member("request_data", "tools"),
    ),
    // The record of a stream has no length of its own.
    [ATTR_SPANWARDEN_CALL_DURATION]: computed(["duration"], (attributes) =>
      attributes.get("logfire.span_type") === "log" ? attributes.get("duration") : undefined,
    ),
  },
};

/**
 * It shows a span when it begins, as one of its own. The span of a stream ends with the response's head; what was answered
 * comes in a record beside it.
 */
function notOwn(attributes: AttributeReader, failed: boolean): NotOwn | undefined {
  if (attributes.get("logfire.span_type") === "pending_span") return "unfinished";
  if (failed || attributes.get("logfire.span_type") !== "span") return undefined;
  const streams = recordAt(attributes, "request_data")["stream"] === true;
  const answered = ["response_data", "gen_ai.usage.output_tokens", "gen_ai.output.messages"];
  return streams && answered.every((key) => attributes.get(key) === undefined) ? "unfinished" : undefined;
}

/** Before it had OpenTelemetry's word: a request for a model, of whatever kind. */
function operation(attributes: AttributeReader): string | undefined {
  const request = recordAt(attributes, "request_data");
  if (typeof request["model"] !== "string" || textAt(attributes, "gen_ai.system") === undefined) return undefined;
  if (Array.isArray(request["messages"])) return "chat";
  return typeof request["prompt"] === "string" ? "text_completion" : undefined;
}

function responseMessage(attributes: AttributeReader): AttributeValue | undefined {
  const { message } = asRecord(structureAt(attributes, "response_data"));
  return typeof message === "object" && message !== null ? [message as AttributeValue] : undefined;
}

function streamedText(attributes: AttributeReader): AttributeValue | undefined {
  const text = recordAt(attributes, "response_data")["combined_chunk_content"];
  return typeof text === "string" ? [{ role: "assistant", parts: [{ type: "text", content: text }] }] : undefined;
}
