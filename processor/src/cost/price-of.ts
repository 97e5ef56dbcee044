import { calcPrice } from "@pydantic/genai-prices";
import { GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS, type LlmCall, type TokenUsage } from "@spanwarden/conventions";

import type { CostConfig } from "./cost-config.ts";
import { fits, ownAmount } from "./own-price.ts";
import { tierOf, tierShare } from "./service-tier.ts";

/** What a call cost, in US dollars, or why that is not known: never 0 for want of knowledge. */
export type Price =
  | {
      readonly amount: number;
      /** `provider`, `local`: as the emitter recorded it. `enriched`: computed here. */
      readonly source: "provider" | "local" | "enriched";
      /** The table it was computed with. */
      readonly pricingVersion: string;
    }
  | { readonly unknown: "no_usage" | "no_model" | "no_price" | "no_tier_price" };

/** Release of the price table, which is data within the library; kept equal to the lock file by a test. */
export const PRICE_TABLE = "genai-prices/0.1.8";
const OWN_TABLE = "configuration";
const EMITTERS_TABLE = "emitter";

/** `gen_ai.provider.name` to the name the price table has for it, where the table does not know ours. */
const PROVIDER_IDS: Readonly<Record<string, string>> = {
  "azure.ai.openai": "azure",
  "azure.ai.inference": "azure",
  "gcp.gen_ai": "google",
  x_ai: "x-ai",
  fireworks_ai: "fireworks",
};

/**
 * Prices a call of a service that ended at `at`, milliseconds since the epoch: some prices depend on the day, some on the
 * hour.
 */
export type Pricer = (call: LlmCall, at: number, service?: string) => Price;

/** The price of a call; pure. What the emitter recorded stands; else it is looked up by the model that answered, else by the one that was asked for. */
export function createPricer(config: CostConfig): Pricer {
  return (call, at, service) => {
    const { cost, usage, provider } = call;
    if (cost !== undefined) return { ...cost, pricingVersion: EMITTERS_TABLE };
    const tier = tierOf(call);
    const own = config.prices.find((price) => fits(price, call, service, tier));
    // No count is needed to know what a free call costs.
    if (own?.free === true) return enriched(0, OWN_TABLE);
    if (usage === undefined || !isWhole(call.operation, usage)) return { unknown: "no_usage" };
    const models = [call.response.model, call.request.model].filter((model) => model !== undefined);
    if (models.length === 0 && own === undefined) return { unknown: "no_model" };
    const share = own?.service_tier === undefined ? tierShare(tier, provider) : 1;
    if (share === undefined) return { unknown: "no_tier_price" };
    if (own !== undefined) return enriched(share * ownAmount(own, usage), OWN_TABLE);
    for (const model of models) {
      const amount = tableAmount(usage, model, provider, at);
      if (amount !== undefined) return enriched(share * amount, PRICE_TABLE);
    }
    return { unknown: "no_price" };
  };
}

/** Half a bill is none, and a part is no more than its whole. Embeddings have no output, so that theirs is often left out. */
function isWhole(operation: string, usage: TokenUsage): boolean {
  const { input, output, cacheRead = 0, cacheWrite = 0, cacheWriteLong = 0, inputAudio = 0, outputAudio = 0 } = usage;
  if (input === undefined || cacheRead + cacheWrite > input || cacheWriteLong > cacheWrite) return false;
  if (inputAudio > input || outputAudio > (output ?? 0)) return false;
  return output !== undefined || operation === GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS;
}

function enriched(amount: number, pricingVersion: string): Price {
  return { amount, source: "enriched", pricingVersion };
}

/** With everything the table may have a price of its own for; what it has none for is paid as plain input or output. */
function tableAmount(usage: TokenUsage, model: string, provider: string | undefined, at: number): number | undefined {
  const { cacheWrite, cacheWriteLong, reasoning, output = 0 } = usage;
  const tokens = {
    input_tokens: usage.input ?? 0,
    output_tokens: output,
    cache_read_tokens: usage.cacheRead,
    cache_write_tokens: cacheWrite,
    cache_write_1h_tokens: cacheWriteLong,
    cache_write_5m_tokens: cacheWriteLong === undefined ? undefined : (cacheWrite ?? 0) - cacheWriteLong,
    output_reasoning_tokens: reasoning === undefined ? undefined : Math.min(reasoning, output),
    input_audio_tokens: usage.inputAudio,
    output_audio_tokens: usage.outputAudio,
    input_image_tokens: usage.inputImage,
    output_image_tokens: usage.outputImage,
    web_searches: usage.webSearches,
  };
  const providerId = provider === undefined ? undefined : (PROVIDER_IDS[provider] ?? provider);
  try {
    const timestamp = new Date(at);
    return calcPrice(tokens, model, providerId === undefined ? { timestamp } : { timestamp, providerId })?.total_price;
  } catch {
    // The library throws on usage that contradicts itself.
    return undefined;
  }
}
