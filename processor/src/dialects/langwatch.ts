import {
  ATTR_GEN_AI_INPUT_MESSAGES,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_OUTPUT_MESSAGES,
  ATTR_GEN_AI_USAGE_COST_AMOUNT,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
} from "@spanwarden/conventions";

import type { AttributeValue } from "../otlp/records.ts";
import { asRecord } from "./attribute-values.ts";
import { knownCost } from "./cost-source.ts";
import { computed, firstOf, member, recordAt, type Dialect, type Source } from "./dialect.ts";

/** LangWatch's SDKs: OpenTelemetry's names, and content and counts as typed JSON. */
export const langwatch: Dialect = {
  name: "langwatch",
  marks: [{ attribute: "langwatch.span.type", value: "llm" }],
  fields: {
    [ATTR_GEN_AI_OPERATION_NAME]: computed(["langwatch.span.type"], () => "chat"),
    [ATTR_GEN_AI_USAGE_INPUT_TOKENS]: metric("promptTokens", "prompt_tokens"),
    [ATTR_GEN_AI_USAGE_OUTPUT_TOKENS]: metric("completionTokens", "completion_tokens"),
    [ATTR_GEN_AI_USAGE_COST_AMOUNT]: knownCost(metric("cost")),
    [ATTR_GEN_AI_INPUT_MESSAGES]: member("langwatch.input", "value"),
    [ATTR_GEN_AI_OUTPUT_MESSAGES]: member("langwatch.output", "value"),
  },
};

/** The counts lie in `value`, or bare. */
function metric(...names: readonly string[]): Source {
  const key = "langwatch.metrics";
  const wrapped = computed(
    names.map((name) => `${key} → value.${name}`),
    (attributes) => {
      const value = asRecord(recordAt(attributes, key)["value"]);
      return names.map((name) => value[name]).find((count) => count !== undefined) as AttributeValue | undefined;
    },
  );
  return firstOf(wrapped, member(key, ...names));
}
