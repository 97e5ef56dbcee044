import { calcPrice } from "@pydantic/genai-prices";
import { GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS, type LlmCall, type TokenUsage } from "@spanwarden/conventions";

import type { CostConfig } from "./cost-config.ts";

/** What a call cost, in US dollars, or why that is not known: never 0 for want of knowledge. */
export type Price =
  | {
      readonly amount: number;
      /** `provider`, `local`: as the emitter recorded it. `enriched`: computed here. */
      readonly source: "provider" | "local" | "enriched";
      /** The table it was computed with. */
      readonly pricingVersion: string;
    }
  | { readonly unknown: "no_usage" | "no_model" | "no_price" };

/** Release of the price table, which is data within the library; kept equal to the lock file by a test. */
export const PRICE_TABLE = "genai-prices/0.1.8";
const OWN_TABLE = "configuration";
const EMITTERS_TABLE = "emitter";
const MILLION = 1_000_000;

/** `gen_ai.provider.name` to the name the price table has for it, where the table does not know ours. */
const PROVIDER_IDS: Readonly<Record<string, string>> = {
  "azure.ai.openai": "azure",
  "azure.ai.inference": "azure",
  x_ai: "x-ai",
};

/** Prices a call that ended at `at`, milliseconds since the epoch: some prices depend on the day, some on the hour. */
export type Pricer = (call: LlmCall, at: number) => Price;

/** The price of a call; pure. What the emitter recorded stands; else it is looked up by the model that answered, else by the one that was asked for. */
export function createPricer(config: CostConfig): Pricer {
  return (call, at) => {
    const { cost, usage, provider } = call;
    if (cost !== undefined) return { ...cost, pricingVersion: EMITTERS_TABLE };
    if (usage === undefined || !isWhole(call.operation, usage)) return { unknown: "no_usage" };
    const models = [call.response.model, call.request.model].filter((model) => model !== undefined);
    if (models.length === 0) return { unknown: "no_model" };
    for (const model of models) {
      const own = config.prices.find(
        (price) => price.model === model && (price.provider === undefined || price.provider === provider),
      );
      if (own !== undefined) return enriched(ownAmount(own, usage), OWN_TABLE);
    }
    for (const model of models) {
      const amount = tableAmount(usage, model, provider, at);
      if (amount !== undefined) return enriched(amount, PRICE_TABLE);
    }
    return { unknown: "no_price" };
  };
}

/** Half a bill is none. Embeddings have no output, so that theirs is often left out. */
function isWhole(operation: string, { input, output, cacheRead = 0, cacheWrite = 0 }: TokenUsage): boolean {
  if (input === undefined || cacheRead + cacheWrite > input) return false;
  return output !== undefined || operation === GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS;
}

function enriched(amount: number, pricingVersion: string): Price {
  return { amount, source: "enriched", pricingVersion };
}

/** Cached tokens are part of the input, reasoning ones of the output. */
function ownAmount(price: CostConfig["prices"][number], usage: TokenUsage): number {
  const { input = 0, output = 0, cacheRead = 0, cacheWrite = 0 } = usage;
  const uncached = input - cacheRead - cacheWrite;
  const cached = cacheRead * (price.cache_read ?? price.input) + cacheWrite * (price.cache_write ?? price.input);
  return (uncached * price.input + cached + output * price.output) / MILLION;
}

function tableAmount(usage: TokenUsage, model: string, provider: string | undefined, at: number): number | undefined {
  const tokens = {
    input_tokens: usage.input ?? 0,
    output_tokens: usage.output ?? 0,
    cache_read_tokens: usage.cacheRead,
    cache_write_tokens: usage.cacheWrite,
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
