import {
  ATTR_GEN_AI_INPUT_MESSAGES,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_OUTPUT_MESSAGES,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MAX_TOKENS,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_REQUEST_TEMPERATURE,
  ATTR_GEN_AI_RESPONSE_FINISH_REASONS,
  ATTR_GEN_AI_TOOL_DEFINITIONS,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
} from "@spanwarden/conventions";

import type { AttributeReader, AttributeValue } from "../otlp/records.ts";
import { asRecord, textAt } from "./attribute-values.ts";
import { computed, from, listed, member, recordAt, type Dialect, type Source } from "./dialect.ts";

/** Genkit's model actions: `genkit:name` is provider and model, everything else lies in the JSON of input and output. */
export const genkit: Dialect = {
  name: "genkit",
  marks: [{ attribute: "genkit:metadata:subtype", value: "model" }],
  fields: {
    [ATTR_GEN_AI_OPERATION_NAME]: computed(["genkit:metadata:subtype"], () => "chat"),
    [ATTR_GEN_AI_PROVIDER_NAME]: computed(["genkit:name"], (attributes) => nameOf(attributes)[0]),
    [ATTR_GEN_AI_REQUEST_MODEL]: computed(["genkit:name"], (attributes) => nameOf(attributes)[1]),
    [ATTR_GEN_AI_REQUEST_TEMPERATURE]: inner("genkit:input", "config", "temperature"),
    [ATTR_GEN_AI_REQUEST_MAX_TOKENS]: inner("genkit:input", "config", "maxOutputTokens"),
    [ATTR_GEN_AI_RESPONSE_FINISH_REASONS]: listed(member("genkit:output", "finishReason")),
    [ATTR_GEN_AI_USAGE_INPUT_TOKENS]: inner("genkit:output", "usage", "inputTokens"),
    [ATTR_GEN_AI_USAGE_OUTPUT_TOKENS]: inner("genkit:output", "usage", "outputTokens"),
    [ATTR_GEN_AI_INPUT_MESSAGES]: member("genkit:input", "messages"),
    [ATTR_GEN_AI_OUTPUT_MESSAGES]: from("genkit:output"),
    [ATTR_GEN_AI_TOOL_DEFINITIONS]: member("genkit:input", "tools"),
  },
};

function nameOf(attributes: AttributeReader): readonly [string | undefined, string | undefined] {
  const name = textAt(attributes, "genkit:name");
  const slash = name?.indexOf("/") ?? -1;
  return slash < 0 ? [undefined, name] : [name?.slice(0, slash), name?.slice(slash + 1)];
}

function inner(key: string, holder: string, name: string): Source {
  return computed([`${key} → ${holder}.${name}`], (attributes) => {
    const value = asRecord(recordAt(attributes, key)[holder])[name];
    return value === null ? undefined : (value as AttributeValue | undefined);
  });
}
