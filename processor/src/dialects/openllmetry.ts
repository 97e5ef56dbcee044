import {
  ATTR_GEN_AI_INPUT_MESSAGES,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_OUTPUT_MESSAGES,
  ATTR_GEN_AI_PROMPT_NAME,
  ATTR_GEN_AI_PROMPT_VERSION,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_REQUEST_REASONING_LEVEL,
  ATTR_GEN_AI_REQUEST_STREAM,
  ATTR_GEN_AI_REQUEST_TOP_K,
  ATTR_GEN_AI_RESPONSE_FINISH_REASONS,
  ATTR_GEN_AI_TOOL_DEFINITIONS,
  ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
} from "@spanwarden/conventions";

import type { AttributeValue } from "../otlp/records.ts";
import { computed, firstOf, from, listed, renamed, type Dialect } from "./dialect.ts";
import { flatMessages } from "./flat-messages.ts";
import { isAnthropic } from "./provider-names.ts";

const OPERATIONS = { completion: "text_completion", embedding: "embeddings" };
const TOOL_CALLS = { prefix: "tool_calls", id: "id", name: "name", arguments: "arguments" };
const MOST = 500;

/**
 * OpenLLMetry (Traceloop), which writes `llm.request.type` and messages one key a field, and since it took OpenTelemetry's
 * names is told by its scope. LiteLLM and others write the old form too.
 */
export const openLlmetry: Dialect = {
  name: "openllmetry",
  marks: [{ attribute: "llm.request.type" }, { scope: "@traceloop/instrumentation-" }],
  // It hands on what Anthropic says, in both forms.
  cachedBesideInput: isAnthropic,
  fields: {
    [ATTR_GEN_AI_OPERATION_NAME]: renamed(OPERATIONS, "llm.request.type"),
    [ATTR_GEN_AI_PROVIDER_NAME]: from("gen_ai.system", "llm.vendor"),
    [ATTR_GEN_AI_REQUEST_MODEL]: from("llm.request.model"),
    [ATTR_GEN_AI_REQUEST_TOP_K]: from("llm.top_k"),
    [ATTR_GEN_AI_REQUEST_STREAM]: from("llm.is_streaming"),
    [ATTR_GEN_AI_REQUEST_REASONING_LEVEL]: from("llm.request.reasoning_effort"),
    [ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS]: from("llm.usage.reasoning_tokens"),
    [ATTR_GEN_AI_RESPONSE_FINISH_REASONS]: firstOf(finishReasons(), listed(from("llm.response.finish_reason"))),
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
    [ATTR_GEN_AI_TOOL_DEFINITIONS]: tools(),
    [ATTR_GEN_AI_PROMPT_NAME]: from("traceloop.prompt.key"),
    [ATTR_GEN_AI_PROMPT_VERSION]: from("traceloop.prompt.version"),
  },
};

function finishReasons(): Dialect["fields"][string] {
  return computed(["gen_ai.completion.N.finish_reason"], (attributes) => {
    const reasons: AttributeValue[] = [];
    for (let n = 0; n < MOST; n++) {
      const reason = attributes.get(`gen_ai.completion.${n}.finish_reason`);
      if (reason === undefined) break;
      reasons.push(reason);
    }
    return reasons.length === 0 ? undefined : reasons;
  });
}

function tools(): Dialect["fields"][string] {
  const keys = ["name", "description", "parameters", "arguments"].map((part) => `llm.request.functions.N.${part}`);
  return computed(keys, (attributes) => {
    const found: AttributeValue[] = [];
    for (let n = 0; n < MOST; n++) {
      const at = `llm.request.functions.${n}`;
      const name = attributes.get(`${at}.name`);
      if (name === undefined) break;
      const description = attributes.get(`${at}.description`) ?? "";
      const parameters = attributes.get(`${at}.parameters`) ?? attributes.get(`${at}.arguments`) ?? "";
      found.push({ name, description, parameters });
    }
    return found.length === 0 ? undefined : found;
  });
}
