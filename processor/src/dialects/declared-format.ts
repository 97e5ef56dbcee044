import { ATTR_GEN_AI_OUTPUT_TYPE, type DeclaredFormat } from "@spanwarden/conventions";

import type { AttributeReader, AttributeValue } from "../otlp/records.ts";
import { asRecord, structureAt, textAt } from "./attribute-values.ts";
import { computed, recordAt, type Source } from "./dialect.ts";

/** OpenLLMetry's name for the JSON Schema that an answer was asked to have; OpenTelemetry has none. */
export const STRUCTURED_OUTPUT_SCHEMA = "gen_ai.request.structured_output_schema";

type JsonObject = Readonly<Record<string, unknown>>;

/** The format of the answer as the span says that it was declared. */
export function declaredFormat(attributes: AttributeReader): DeclaredFormat | undefined {
  const schema = structureAt(attributes, STRUCTURED_OUTPUT_SCHEMA);
  if (isSchema(schema)) return { kind: "json_schema", schema };
  return textAt(attributes, ATTR_GEN_AI_OUTPUT_TYPE) === "json" ? { kind: "json" } : undefined;
}

/** The schema in a request that a dialect keeps whole, as its provider's API has it. */
export function schemaInRequest(key: string): Source {
  return computed([`${key} → response_format, text.format, output_config.format, …`], (attributes) => {
    const declared = formatInRequest(recordAt(attributes, key));
    return declared?.kind === "json_schema" ? (declared.schema as AttributeValue) : undefined;
  });
}

/** `json` where such a request declares JSON of any kind. */
export function outputTypeInRequest(key: string): Source {
  return computed([`${key} → response_format, text.format, output_config.format, …`], (attributes) =>
    formatInRequest(recordAt(attributes, key)) === undefined ? undefined : "json",
  );
}

/** OpenAI's chat and responses, Anthropic's messages, Gemini's configuration, Ollama's `format`. */
export function formatInRequest(request: JsonObject): DeclaredFormat | undefined {
  const declared = asRecord(
    request["response_format"] ??
      asRecord(request["text"])["format"] ??
      asRecord(request["output_config"])["format"] ??
      request["output_format"],
  );
  if (declared["type"] === "json_object") return { kind: "json" };
  if (declared["type"] === "json_schema") {
    const schema = asRecord(declared["json_schema"])["schema"] ?? declared["schema"];
    return isSchema(schema) ? { kind: "json_schema", schema } : { kind: "json" };
  }
  const config = { ...request, ...asRecord(request["config"]), ...asRecord(request["generationConfig"]) };
  const schema = config["responseJsonSchema"] ?? config["response_json_schema"];
  if (isSchema(schema)) return { kind: "json_schema", schema };
  // Gemini's own schema language is not JSON Schema: its types are in capitals.
  const mime = config["responseMimeType"] ?? config["response_mime_type"];
  if (mime === "application/json" || request["format"] === "json") return { kind: "json" };
  const { type, properties } = asRecord(request["format"]);
  return type === "object" && typeof properties === "object"
    ? { kind: "json_schema", schema: request["format"] }
    : undefined;
}

function isSchema(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
