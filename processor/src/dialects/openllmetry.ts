import {
  ATTR_GEN_AI_INPUT_MESSAGES,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_OUTPUT_MESSAGES,
  ATTR_GEN_AI_PROMPT_NAME,
  ATTR_GEN_AI_PROMPT_VERSION,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_STREAM,
  ATTR_GEN_AI_REQUEST_TOP_K,
  ATTR_GEN_AI_RESPONSE_FINISH_REASONS,
  ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
  ATTR_SPANWARDEN_CALLER_SESSION,
  ATTR_SPANWARDEN_CALLER_USER,
} from "@spanwarden/conventions";

import type { AttributeReader, AttributeValue } from "../otlp/records.ts";
import { from, renamed, type Dialect } from "./dialect.ts";
import { earlierOpenTelemetry } from "./earlier-opentelemetry.ts";
import { flatMessages } from "./flat-messages.ts";

const OPERATIONS = { completion: "text_completion", embedding: "embeddings" };
/** It writes its instrumentations' names. */
const PROVIDERS = {
  Anthropic: "anthropic",
  AWS: "aws.bedrock",
  Azure: "azure.ai.openai",
  Cohere: "cohere",
  Google: "gcp.gemini",
  OpenAI: "openai",
  VertexAI: "gcp.vertex_ai",
};
const TOOL_CALLS = { prefix: "tool_calls", id: "id", name: "name", arguments: "arguments" };
const MOST_CHOICES = 128;

/** OpenLLMetry (Traceloop) before it took OpenTelemetry's names: `llm.request.type`, messages one key a field. */
export const openLlmetry: Dialect = {
  name: "openllmetry",
  mark: "llm.request.type",
  fields: {
    ...earlierOpenTelemetry.fields,
    [ATTR_GEN_AI_OPERATION_NAME]: renamed(OPERATIONS, "llm.request.type"),
    [ATTR_GEN_AI_PROVIDER_NAME]: renamed(PROVIDERS, "gen_ai.system"),
    [ATTR_GEN_AI_REQUEST_TOP_K]: from("llm.top_k"),
    [ATTR_GEN_AI_REQUEST_STREAM]: from("llm.is_streaming"),
    [ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS]: from("llm.usage.reasoning_tokens", "gen_ai.usage.reasoning_tokens"),
    [ATTR_GEN_AI_RESPONSE_FINISH_REASONS]: finishReasons,
    [ATTR_GEN_AI_INPUT_MESSAGES]: flatMessages({
      prefix: "gen_ai.prompt",
      role: "role",
      content: "content",
      toolCalls: TOOL_CALLS,
    }),
    [ATTR_GEN_AI_OUTPUT_MESSAGES]: flatMessages({
      prefix: "gen_ai.completion",
      role: "role",
      content: "content",
      toolCalls: TOOL_CALLS,
    }),
    [ATTR_GEN_AI_PROMPT_NAME]: from("traceloop.prompt.key"),
    [ATTR_GEN_AI_PROMPT_VERSION]: from("traceloop.prompt.version"),
    [ATTR_SPANWARDEN_CALLER_USER]: from("traceloop.association.properties.user_id", "user.id"),
    [ATTR_SPANWARDEN_CALLER_SESSION]: from("traceloop.association.properties.session_id", "session.id"),
  },
};

function finishReasons(attributes: AttributeReader): AttributeValue | undefined {
  const reasons: AttributeValue[] = [];
  for (let n = 0; n < MOST_CHOICES; n++) {
    const reason = attributes.get(`gen_ai.completion.${n}.finish_reason`);
    if (reason === undefined) break;
    reasons.push(reason);
  }
  return reasons.length === 0 ? undefined : reasons;
}
