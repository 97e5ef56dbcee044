import {
  ATTR_GEN_AI_OPENAI_REQUEST_SEED,
  ATTR_GEN_AI_OPENAI_REQUEST_SERVICE_TIER,
  ATTR_GEN_AI_OPENAI_RESPONSE_SERVICE_TIER,
  ATTR_GEN_AI_OPENAI_RESPONSE_SYSTEM_FINGERPRINT,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_SEED,
  ATTR_GEN_AI_SYSTEM,
  ATTR_GEN_AI_USAGE_CACHE_CREATION_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_COMPLETION_TOKENS,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_PROMPT_TOKENS,
  ATTR_OPENAI_REQUEST_SERVICE_TIER,
  ATTR_OPENAI_RESPONSE_SERVICE_TIER,
  ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT,
  ATTR_SPANWARDEN_CALLER_SESSION,
  ATTR_SPANWARDEN_CALLER_USER,
} from "@spanwarden/conventions";

import { from, renamed, type Dialect } from "./dialect.ts";

/** Values of `gen_ai.system` that have another name as `gen_ai.provider.name`. */
export const PROVIDERS: Readonly<Record<string, string>> = {
  "az.ai.inference": "azure.ai.inference",
  "az.ai.openai": "azure.ai.openai",
  gemini: "gcp.gemini",
  vertex_ai: "gcp.vertex_ai",
  xai: "x_ai",
};

/** OpenTelemetry's own conventions from 1.27 on: names that have changed since, and where general ones stand for ours. */
export const earlierOpenTelemetry: Dialect = {
  name: "opentelemetry",
  mark: ATTR_GEN_AI_OPERATION_NAME,
  fields: {
    [ATTR_GEN_AI_PROVIDER_NAME]: renamed(PROVIDERS, ATTR_GEN_AI_SYSTEM),
    [ATTR_GEN_AI_REQUEST_SEED]: from(ATTR_GEN_AI_OPENAI_REQUEST_SEED),
    [ATTR_GEN_AI_USAGE_INPUT_TOKENS]: from(ATTR_GEN_AI_USAGE_PROMPT_TOKENS),
    [ATTR_GEN_AI_USAGE_OUTPUT_TOKENS]: from(ATTR_GEN_AI_USAGE_COMPLETION_TOKENS),
    [ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS]: from("gen_ai.usage.cache_read_input_tokens"),
    [ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS]: from(
      ATTR_GEN_AI_USAGE_CACHE_CREATION_INPUT_TOKENS,
      "gen_ai.usage.cache_creation_input_tokens",
    ),
    [ATTR_OPENAI_REQUEST_SERVICE_TIER]: from(ATTR_GEN_AI_OPENAI_REQUEST_SERVICE_TIER),
    [ATTR_OPENAI_RESPONSE_SERVICE_TIER]: from(ATTR_GEN_AI_OPENAI_RESPONSE_SERVICE_TIER),
    [ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT]: from(ATTR_GEN_AI_OPENAI_RESPONSE_SYSTEM_FINGERPRINT),
    [ATTR_SPANWARDEN_CALLER_USER]: from("user.id", "enduser.id"),
    [ATTR_SPANWARDEN_CALLER_SESSION]: from("session.id"),
  },
};
