import {
  ATTR_GEN_AI_INPUT_MESSAGES,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_OUTPUT_MESSAGES,
  ATTR_GEN_AI_OUTPUT_TYPE,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_RESPONSE_ID,
  ATTR_GEN_AI_TOOL_DEFINITIONS,
  ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
} from "@spanwarden/conventions";

import { structureAt } from "./attribute-values.ts";
import { outputTypeInRequest, schemaInRequest, STRUCTURED_OUTPUT_SCHEMA } from "./declared-format.ts";
import { computed, firstOf, from, member, type Dialect, type Source } from "./dialect.ts";

const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ["CHAT_MODEL", "chat"],
  ["LLM", "chat"],
  ["EMBEDDING", "embeddings"],
]);
const USAGE = "mlflow.chat.tokenUsage";

/** MLflow Tracing, which writes every value as JSON text. */
export const mlflow: Dialect = {
  name: "mlflow",
  marks: [{ attribute: "mlflow.spanType" }],
  fields: {
    [ATTR_GEN_AI_OPERATION_NAME]: computed(["mlflow.spanType"], (attributes) => {
      const type = unquoted("mlflow.spanType").read(attributes);
      return typeof type === "string" ? OPERATIONS.get(type) : undefined;
    }),
    [ATTR_GEN_AI_PROVIDER_NAME]: unquoted("mlflow.llm.provider"),
    [ATTR_GEN_AI_REQUEST_MODEL]: firstOf(member("mlflow.spanInputs", "model"), unquoted("mlflow.llm.model")),
    [ATTR_GEN_AI_RESPONSE_ID]: member("mlflow.spanOutputs", "id"),
    [ATTR_GEN_AI_OUTPUT_TYPE]: outputTypeInRequest("mlflow.spanInputs"),
    [STRUCTURED_OUTPUT_SCHEMA]: schemaInRequest("mlflow.spanInputs"),
    [ATTR_GEN_AI_USAGE_INPUT_TOKENS]: member(USAGE, "input_tokens"),
    [ATTR_GEN_AI_USAGE_OUTPUT_TOKENS]: member(USAGE, "output_tokens"),
    [ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS]: member(USAGE, "cache_read_input_tokens"),
    [ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS]: member(USAGE, "cache_creation_input_tokens"),
    [ATTR_GEN_AI_INPUT_MESSAGES]: member("mlflow.spanInputs", "messages"),
    [ATTR_GEN_AI_OUTPUT_MESSAGES]: from("mlflow.spanOutputs"),
    [ATTR_GEN_AI_TOOL_DEFINITIONS]: from("mlflow.chat.tools"),
  },
};

/** A text, in quotes or not. */
function unquoted(key: string): Source {
  return computed([key], (attributes) => {
    const value = attributes.get(key);
    return typeof value === "string" && value.startsWith('"') ? structureAt(attributes, key) : value;
  });
}
