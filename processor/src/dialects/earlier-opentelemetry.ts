import {
  ATTR_GEN_AI_OPENAI_REQUEST_RESPONSE_FORMAT,
  ATTR_GEN_AI_OPENAI_REQUEST_SEED,
  ATTR_GEN_AI_OPENAI_REQUEST_SERVICE_TIER,
  ATTR_GEN_AI_OPENAI_RESPONSE_SERVICE_TIER,
  ATTR_GEN_AI_OPENAI_RESPONSE_SYSTEM_FINGERPRINT,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_OUTPUT_TYPE,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_REASONING_LEVEL,
  ATTR_GEN_AI_REQUEST_SEED,
  ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK,
  ATTR_GEN_AI_SYSTEM,
  ATTR_GEN_AI_USAGE_CACHE_CREATION_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_COMPLETION_TOKENS,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_PROMPT_TOKENS,
  ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
  ATTR_OPENAI_REQUEST_SERVICE_TIER,
  ATTR_OPENAI_RESPONSE_SERVICE_TIER,
  ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT,
} from "@spanwarden/conventions";

import { from, renamed, type Dialect } from "./dialect.ts";

const OUTPUT_TYPES = { json_object: "json", json_schema: "json" };

/** OpenTelemetry's own conventions from 1.27 on: names that have changed since, and near misses that are in use. */
export const earlierOpenTelemetry: Dialect = {
  name: "opentelemetry",
  marks: [{ attribute: ATTR_GEN_AI_OPERATION_NAME }],
  fields: {
    [ATTR_GEN_AI_PROVIDER_NAME]: from(ATTR_GEN_AI_SYSTEM),
    [ATTR_GEN_AI_OUTPUT_TYPE]: renamed(OUTPUT_TYPES, ATTR_GEN_AI_OPENAI_REQUEST_RESPONSE_FORMAT),
    [ATTR_GEN_AI_REQUEST_SEED]: from(ATTR_GEN_AI_OPENAI_REQUEST_SEED),
    [ATTR_GEN_AI_REQUEST_REASONING_LEVEL]: from("gen_ai.request.reasoning_effort"),
    // The AI SDK's exporter for version 7 writes the metric's name, in seconds too.
    [ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK]: from("gen_ai.client.operation.time_to_first_chunk"),
    [ATTR_GEN_AI_USAGE_INPUT_TOKENS]: from(ATTR_GEN_AI_USAGE_PROMPT_TOKENS),
    [ATTR_GEN_AI_USAGE_OUTPUT_TOKENS]: from(ATTR_GEN_AI_USAGE_COMPLETION_TOKENS),
    [ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS]: from(
      "gen_ai.usage.cache_read_input_tokens",
      "gen_ai.usage.cache_read_tokens",
      "gen_ai.usage.input_cached_tokens",
    ),
    [ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS]: from(
      ATTR_GEN_AI_USAGE_CACHE_CREATION_INPUT_TOKENS,
      "gen_ai.usage.cache_creation_input_tokens",
      "gen_ai.usage.input_cache_creation",
    ),
    [ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS]: from("gen_ai.usage.reasoning_tokens"),
    [ATTR_OPENAI_REQUEST_SERVICE_TIER]: from(ATTR_GEN_AI_OPENAI_REQUEST_SERVICE_TIER, "gen_ai.request.service_tier"),
    [ATTR_OPENAI_RESPONSE_SERVICE_TIER]: from(ATTR_GEN_AI_OPENAI_RESPONSE_SERVICE_TIER),
    [ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT]: from(
      ATTR_GEN_AI_OPENAI_RESPONSE_SYSTEM_FINGERPRINT,
      "gen_ai.response.system_fingerprint",
    ),
  },
};
