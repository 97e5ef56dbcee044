/** `gen_ai.provider.name` by host; a host matches itself and its subdomains. */
const BY_HOST: readonly (readonly [host: string, provider: string])[] = [
  ["api.openai.com", "openai"],
  ["openai.azure.com", "azure.ai.openai"],
  ["cognitiveservices.azure.com", "azure.ai.openai"],
  ["services.ai.azure.com", "azure.ai.inference"],
  ["models.inference.ai.azure.com", "azure.ai.inference"],
  ["api.anthropic.com", "anthropic"],
  ["api.groq.com", "groq"],
  ["api.deepseek.com", "deepseek"],
  ["api.x.ai", "x_ai"],
  ["api.mistral.ai", "mistral_ai"],
  ["api.perplexity.ai", "perplexity"],
  ["api.moonshot.ai", "moonshot_ai"],
  ["api.moonshot.cn", "moonshot_ai"],
  ["generativelanguage.googleapis.com", "gcp.gemini"],
  ["aiplatform.googleapis.com", "gcp.vertex_ai"],
  ["api.cohere.com", "cohere"],
  ["api.cohere.ai", "cohere"],
  ["openrouter.ai", "openrouter"],
  ["api.together.xyz", "together_ai"],
  ["api.fireworks.ai", "fireworks_ai"],
  ["api.cerebras.ai", "cerebras"],
  ["api.voyageai.com", "voyage_ai"],
  ["router.huggingface.co", "hugging_face"],
  ["ollama.com", "ollama"],
];

/** Google's regions are part of the host's first word: `us-central1-aiplatform`. */
const REGION_OF_VERTEX = "-aiplatform.googleapis.com";

/** Who made the wire format. */
export type Format = "openai" | "anthropic" | "gcp.gen_ai" | "cohere" | "ollama";

/**
 * Who answers, by the host that is called. A host that nobody here knows (a gateway, a self-hosted server) is named after
 * the wire format it speaks, as OpenTelemetry prescribes for OpenAI-compatible endpoints.
 */
export function providerOf(url: URL, format: Format): string {
  const known = BY_HOST.find(([host]) => url.hostname === host || url.hostname.endsWith(`.${host}`));
  if (url.hostname.endsWith(REGION_OF_VERTEX)) return "gcp.vertex_ai";
  if (known !== undefined) return known[1];
  return url.pathname.includes("/openai/deployments/") ? "azure.ai.openai" : format;
}
