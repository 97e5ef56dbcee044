import type { LlmCall } from "@spanwarden/conventions";

/** Words for the tier that the table's prices are of. */
const STANDARD: ReadonlySet<string> = new Set(["standard", "default", "auto", "standard_only", "on_demand"]);

/**
 * What a tier costs as a share of the standard price, as the providers advertise it: half for batches and for what may wait.
 * The table of prices does not have it; `cost.prices` with a `tier` counts before it. A tier that is not here (OpenAI's
 * `priority` and `scale` differ by model and contract) has no known price.
 */
const SHARES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  flex: { openai: 0.5, "azure.ai.openai": 0.5, groq: 1 },
  batch: {
    openai: 0.5,
    "azure.ai.openai": 0.5,
    anthropic: 0.5,
    "gcp.gemini": 0.5,
    "gcp.vertex_ai": 0.5,
    groq: 0.5,
    mistral_ai: 0.5,
  },
};

/** The tier a call was served in; where the answer does not say, the one that was asked for. `undefined` is the standard one. */
export function tierOf({ request, response }: LlmCall): string | undefined {
  const tier = response.serviceTier ?? request.serviceTier;
  return tier === undefined || STANDARD.has(tier) ? undefined : tier;
}

/** What to multiply the standard price with; `undefined` where that is not known. */
export function tierShare(tier: string | undefined, provider: string | undefined): number | undefined {
  return tier === undefined ? 1 : SHARES[tier]?.[provider ?? ""];
}
