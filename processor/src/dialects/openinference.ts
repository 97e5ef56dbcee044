import {
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_INPUT_MESSAGES,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_OUTPUT_MESSAGES,
  ATTR_GEN_AI_PROMPT_VERSION,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_RESPONSE_FINISH_REASONS,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
  ATTR_SPANWARDEN_CALLER_SESSION,
  ATTR_SPANWARDEN_CALLER_USER,
} from "@spanwarden/conventions";

import { from, listed, renamed, type Dialect, type Translation } from "./dialect.ts";
import { PROVIDERS } from "./earlier-opentelemetry.ts";
import { flatMessages } from "./flat-messages.ts";

/** Chains, agents, tools and retrievers keep their own word, which is no inference. */
const OPERATIONS = { LLM: "chat", EMBEDDING: "embeddings" };
const VENDORS = { ...PROVIDERS, azure: "azure.ai.openai", google: "gcp.gemini", mistralai: "mistral_ai" };

/** OpenInference (Arize Phoenix): `llm.*`, messages one key a field. */
export const openInference: Dialect = {
  name: "openinference",
  mark: "openinference.span.kind",
  fields: {
    [ATTR_GEN_AI_OPERATION_NAME]: renamed(OPERATIONS, "openinference.span.kind"),
    [ATTR_GEN_AI_PROVIDER_NAME]: renamed(VENDORS, "llm.provider", "llm.system", "gen_ai.system"),
    [ATTR_GEN_AI_REQUEST_MODEL]: from("llm.request.model_name", "llm.model_name", "embedding.model_name"),
    [ATTR_GEN_AI_RESPONSE_MODEL]: from("llm.response.model_name", "llm.model_name"),
    [ATTR_GEN_AI_RESPONSE_FINISH_REASONS]: listed("llm.finish_reason"),
    [ATTR_GEN_AI_USAGE_INPUT_TOKENS]: from("llm.token_count.prompt"),
    [ATTR_GEN_AI_USAGE_OUTPUT_TOKENS]: from("llm.token_count.completion"),
    [ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS]: from("llm.token_count.prompt_details.cache_read"),
    [ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS]: from("llm.token_count.prompt_details.cache_write"),
    [ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS]: from("llm.token_count.completion_details.reasoning"),
    [ATTR_GEN_AI_INPUT_MESSAGES]: messages("llm.input_messages"),
    [ATTR_GEN_AI_OUTPUT_MESSAGES]: messages("llm.output_messages"),
    [ATTR_GEN_AI_PROMPT_VERSION]: from("llm.prompt_template.version"),
    [ATTR_GEN_AI_CONVERSATION_ID]: from("session.id"),
    [ATTR_SPANWARDEN_CALLER_USER]: from("user.id"),
    [ATTR_SPANWARDEN_CALLER_SESSION]: from("session.id"),
  },
};

function messages(prefix: string): Translation {
  return flatMessages({
    prefix,
    role: "message.role",
    content: "message.content",
    parts: { prefix: "message.contents", text: "message_content.text" },
    toolCalls: {
      prefix: "message.tool_calls",
      id: "tool_call.id",
      name: "tool_call.function.name",
      arguments: "tool_call.function.arguments",
    },
  });
}
