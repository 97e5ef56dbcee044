import {
  ATTR_GEN_AI_INPUT_MESSAGES,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_OUTPUT_MESSAGES,
  ATTR_GEN_AI_OUTPUT_TYPE,
  ATTR_GEN_AI_PROMPT_VERSION,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY,
  ATTR_GEN_AI_REQUEST_MAX_TOKENS,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY,
  ATTR_GEN_AI_REQUEST_REASONING_LEVEL,
  ATTR_GEN_AI_REQUEST_SEED,
  ATTR_GEN_AI_REQUEST_STREAM,
  ATTR_GEN_AI_REQUEST_TEMPERATURE,
  ATTR_GEN_AI_REQUEST_TOP_K,
  ATTR_GEN_AI_REQUEST_TOP_P,
  ATTR_GEN_AI_RESPONSE_FINISH_REASONS,
  ATTR_GEN_AI_RESPONSE_ID,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_GEN_AI_TOOL_DEFINITIONS,
  ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_COST_AMOUNT,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
  ATTR_SPANWARDEN_USAGE_AUDIO_INPUT_TOKENS,
  ATTR_SPANWARDEN_USAGE_AUDIO_OUTPUT_TOKENS,
  ATTR_OPENAI_RESPONSE_SERVICE_TIER,
  ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT,
} from "@spanwarden/conventions";

import type { AttributeReader, AttributeValue } from "../otlp/records.ts";
import { knownCost } from "./cost-source.ts";
import { outputTypeInRequest, schemaInRequest, STRUCTURED_OUTPUT_SCHEMA } from "./declared-format.ts";
import { computed, firstOf, from, listed, member, renamed, type Dialect, type Source } from "./dialect.ts";
import { flatMessages } from "./flat-messages.ts";

/** Chains, agents, tools and retrievers keep their own word, which is no inference. */
const OPERATIONS = { LLM: "chat", EMBEDDING: "embeddings" };
const MOST_TOOLS = 500;

/** OpenInference (Arize Phoenix): `llm.*`, messages one key a field. */
export const openInference: Dialect = {
  name: "openinference",
  marks: [{ attribute: "openinference.span.kind" }],
  fields: {
    [ATTR_GEN_AI_OPERATION_NAME]: renamed(OPERATIONS, "openinference.span.kind"),
    [ATTR_GEN_AI_PROVIDER_NAME]: from("llm.provider", "llm.system"),
    [ATTR_GEN_AI_REQUEST_MODEL]: firstOf(
      from("llm.request.model_name"),
      member("llm.invocation_parameters", "model"),
      from("llm.model_name", "embedding.model_name"),
    ),
    [ATTR_GEN_AI_REQUEST_STREAM]: parameter("stream"),
    [ATTR_GEN_AI_REQUEST_MAX_TOKENS]: parameter("max_tokens", "max_completion_tokens", "max_output_tokens"),
    [ATTR_GEN_AI_REQUEST_TEMPERATURE]: parameter("temperature"),
    [ATTR_GEN_AI_REQUEST_TOP_P]: parameter("top_p"),
    [ATTR_GEN_AI_REQUEST_TOP_K]: parameter("top_k"),
    [ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY]: parameter("frequency_penalty"),
    [ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY]: parameter("presence_penalty"),
    [ATTR_GEN_AI_REQUEST_SEED]: parameter("seed"),
    [ATTR_GEN_AI_REQUEST_REASONING_LEVEL]: parameter("reasoning_effort"),
    [ATTR_GEN_AI_OUTPUT_TYPE]: outputTypeInRequest("llm.invocation_parameters"),
    [STRUCTURED_OUTPUT_SCHEMA]: schemaInRequest("llm.invocation_parameters"),
    [ATTR_GEN_AI_RESPONSE_MODEL]: firstOf(
      from("llm.response.model_name"),
      member("output.value", "model"),
      computed(["llm.model_name"], answeringModel),
    ),
    [ATTR_GEN_AI_RESPONSE_ID]: member("output.value", "id"),
    [ATTR_GEN_AI_RESPONSE_FINISH_REASONS]: listed(from("llm.finish_reason")),
    [ATTR_GEN_AI_USAGE_INPUT_TOKENS]: from("llm.token_count.prompt"),
    [ATTR_GEN_AI_USAGE_OUTPUT_TOKENS]: from("llm.token_count.completion"),
    [ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS]: from("llm.token_count.prompt_details.cache_read"),
    [ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS]: from("llm.token_count.prompt_details.cache_write"),
    [ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS]: from("llm.token_count.completion_details.reasoning"),
    [ATTR_SPANWARDEN_USAGE_AUDIO_INPUT_TOKENS]: from("llm.token_count.prompt_details.audio"),
    [ATTR_SPANWARDEN_USAGE_AUDIO_OUTPUT_TOKENS]: from("llm.token_count.completion_details.audio"),
    [ATTR_GEN_AI_USAGE_COST_AMOUNT]: knownCost(from("llm.cost.total")),
    [ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT]: member("output.value", "system_fingerprint"),
    [ATTR_OPENAI_RESPONSE_SERVICE_TIER]: member("output.value", "service_tier"),
    [ATTR_GEN_AI_INPUT_MESSAGES]: messages("llm.input_messages"),
    [ATTR_GEN_AI_OUTPUT_MESSAGES]: messages("llm.output_messages"),
    [ATTR_GEN_AI_TOOL_DEFINITIONS]: tools(),
    [ATTR_GEN_AI_PROMPT_VERSION]: from("llm.prompt_template.version"),
  },
};

/** `llm.model_name` begins as the model that was asked for; one that differs from it answered. */
function answeringModel(attributes: AttributeReader): AttributeValue | undefined {
  const requested = member("llm.invocation_parameters", "model").read(attributes);
  const name = attributes.get("llm.model_name");
  return name === requested ? undefined : name;
}

/** Some emitters write one key a parameter, most a JSON text of all. */
function parameter(...names: readonly string[]): Source {
  return firstOf(
    member("llm.invocation_parameters", ...names),
    from(...names.map((name) => `llm.invocation_parameters.${name}`)),
  );
}

function messages(prefix: string): Source {
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

function tools(): Source {
  return computed(["llm.tools.N.tool.json_schema"], (attributes) => {
    const schemas: string[] = [];
    for (let n = 0; n < MOST_TOOLS; n++) {
      const schema = attributes.get(`llm.tools.${n}.tool.json_schema`);
      if (typeof schema !== "string") break;
      schemas.push(schema);
    }
    return schemas.length === 0 ? undefined : schemas;
  });
}
