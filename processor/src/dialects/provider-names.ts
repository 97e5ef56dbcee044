import { ATTR_GEN_AI_PROVIDER_NAME, ATTR_GEN_AI_SYSTEM } from "@spanwarden/conventions";

import type { AttributeReader } from "../otlp/records.ts";
import { textAt } from "./attribute-values.ts";

/** Providers under the names that emitters give them, in lower case, to `gen_ai.provider.name`. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["amazon", "aws.bedrock"],
  ["amazon-bedrock", "aws.bedrock"],
  ["aws", "aws.bedrock"],
  ["bedrock", "aws.bedrock"],
  ["az.ai.inference", "azure.ai.inference"],
  ["az.ai.openai", "azure.ai.openai"],
  ["azure", "azure.ai.openai"],
  ["azure-openai", "azure.ai.openai"],
  ["azure_openai", "azure.ai.openai"],
  ["gemini", "gcp.gemini"],
  ["google", "gcp.gemini"],
  ["google-gla", "gcp.gemini"],
  ["google_genai", "gcp.gemini"],
  ["googleai", "gcp.gemini"],
  ["gcp.vertex.agent", "gcp.vertex_ai"],
  ["google-vertex", "gcp.vertex_ai"],
  ["google_vertexai", "gcp.vertex_ai"],
  ["vertex_ai", "gcp.vertex_ai"],
  ["vertexai", "gcp.vertex_ai"],
  ["mistral", "mistral_ai"],
  ["mistralai", "mistral_ai"],
  ["moonshot", "moonshot_ai"],
  ["moonshotai", "moonshot_ai"],
  ["watsonx", "ibm.watsonx.ai"],
  ["xai", "x_ai"],
  ...["anthropic", "cohere", "deepseek", "groq", "openai", "perplexity"].map((name) => [name, name] as const),
]);

/** OpenTelemetry's name of a provider; one that has none there stays as it came. */
export function providerName(given: string): string {
  return NAMES.get(given.toLowerCase()) ?? given;
}

/** Whether OpenTelemetry's attributes, of today or before, name Anthropic. */
export function isAnthropic(attributes: AttributeReader): boolean {
  const given = textAt(attributes, ATTR_GEN_AI_PROVIDER_NAME) ?? textAt(attributes, ATTR_GEN_AI_SYSTEM);
  return given !== undefined && providerName(given) === "anthropic";
}
