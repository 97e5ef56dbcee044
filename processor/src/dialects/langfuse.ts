import {
  ATTR_GEN_AI_INPUT_MESSAGES,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_OUTPUT_MESSAGES,
  ATTR_GEN_AI_PROMPT_NAME,
  ATTR_GEN_AI_PROMPT_VERSION,
  ATTR_GEN_AI_REQUEST_MAX_TOKENS,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_REQUEST_SEED,
  ATTR_GEN_AI_REQUEST_TEMPERATURE,
  ATTR_GEN_AI_REQUEST_TOP_P,
  ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_COST_AMOUNT,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
} from "@spanwarden/conventions";

import type { AttributeReader, AttributeValue } from "../otlp/records.ts";
import { parsedJson } from "./attribute-values.ts";
import { knownCost } from "./cost-source.ts";
import { computed, firstOf, from, member, recordAt, renamed, type Dialect, type Source } from "./dialect.ts";

const USAGE = "langfuse.observation.usage_details";
const COST = "langfuse.observation.cost_details";
const PARAMETERS = "langfuse.observation.model.parameters";

/** Langfuse's SDKs; of their observations generations and embeddings are calls. */
export const langfuse: Dialect = {
  name: "langfuse",
  marks: [{ attribute: "langfuse.observation.type" }],
  fields: {
    [ATTR_GEN_AI_OPERATION_NAME]: renamed({ generation: "chat", embedding: "embeddings" }, "langfuse.observation.type"),
    // The model that was asked for, until it knows the one that answered.
    [ATTR_GEN_AI_REQUEST_MODEL]: from("langfuse.observation.model.name"),
    [ATTR_GEN_AI_REQUEST_TEMPERATURE]: member(PARAMETERS, "temperature"),
    [ATTR_GEN_AI_REQUEST_TOP_P]: member(PARAMETERS, "top_p", "topP"),
    [ATTR_GEN_AI_REQUEST_MAX_TOKENS]: member(PARAMETERS, "max_tokens", "max_completion_tokens", "maxTokens"),
    [ATTR_GEN_AI_REQUEST_SEED]: member(PARAMETERS, "seed"),
    [ATTR_GEN_AI_USAGE_INPUT_TOKENS]: firstOf(member(USAGE, "prompt_tokens", "input_tokens"), sumOf(USAGE, "input")),
    [ATTR_GEN_AI_USAGE_OUTPUT_TOKENS]: firstOf(
      member(USAGE, "completion_tokens", "output_tokens"),
      sumOf(USAGE, "output"),
    ),
    [ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS]: member(
      USAGE,
      "input_cached_tokens",
      "cache_read_input_tokens",
      "input_cache_read",
    ),
    [ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS]: member(USAGE, "cache_creation_input_tokens", "input_cache_creation"),
    [ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS]: member(USAGE, "output_reasoning_tokens", "output_reasoning"),
    [ATTR_GEN_AI_USAGE_COST_AMOUNT]: knownCost(firstOf(member(COST, "total"), sumOf(COST, ""))),
    [ATTR_GEN_AI_INPUT_MESSAGES]: said("langfuse.observation.input", "user"),
    [ATTR_GEN_AI_OUTPUT_MESSAGES]: said("langfuse.observation.output", "assistant"),
    [ATTR_GEN_AI_PROMPT_NAME]: from("langfuse.observation.prompt.name", "langfuse.prompt.name"),
    [ATTR_GEN_AI_PROMPT_VERSION]: computed(
      ["langfuse.observation.prompt.version", "langfuse.prompt.version"],
      promptVersion,
    ),
  },
};

/** Its details are disjoint: `input` leaves out `input_cached_tokens` and its like. */
function sumOf(key: string, kind: string): Source {
  const counts = (name: string): boolean => kind === "" || name === kind || name.startsWith(`${kind}_`);
  return computed([`${key} → ${kind === "" ? "all" : `${kind}, ${kind}_*`}`], (attributes) => {
    const entries = Object.entries(recordAt(attributes, key)).filter(([name]) => counts(name));
    const amounts = entries.map(([, value]) => value).filter((value) => typeof value === "number");
    return amounts.length === 0 ? undefined : amounts.reduce((sum, amount) => sum + amount, 0);
  });
}

/** A version that is a number. */
function promptVersion(attributes: AttributeReader): string | undefined {
  const version = attributes.get("langfuse.observation.prompt.version") ?? attributes.get("langfuse.prompt.version");
  return typeof version === "number" || typeof version === "string" ? String(version) : undefined;
}

/** Anything that its user passed: messages, or one text, which it writes as such. */
function said(key: string, role: string): Source {
  return computed([key], (attributes) => {
    const value = attributes.get(key);
    if (typeof value !== "string") return value;
    const held = parsedJson(value);
    if (typeof held === "object") return held;
    // A text that begins as a structure does was cut.
    if (held === undefined && /^\s*[[{]/.test(value)) return undefined;
    const message: AttributeValue = { role, parts: [{ type: "text", content: String(held ?? value) }] };
    return [message];
  });
}
