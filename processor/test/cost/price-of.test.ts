import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { LlmCall } from "@spanwarden/conventions";
import { describe, expect, it } from "vitest";

import { costConfig, type CostConfig } from "../../src/cost/cost-config.ts";
import { createPricer, PRICE_TABLE, type Price } from "../../src/cost/price-of.ts";

const AT = Date.UTC(2026, 0, 5, 12);
const MILLION = 1_000_000;

function call(overrides: Partial<LlmCall>): LlmCall {
  return {
    operation: "chat",
    request: {},
    response: {},
    attempts: [],
    timing: {},
    prompt: {},
    caller: {},
    content: { state: "absent", systemInstructions: [], input: [], output: [], tools: [] },
    observations: [],
    ...overrides,
  };
}

interface Given {
  readonly model?: string;
  readonly asked?: string;
  readonly provider?: string;
  readonly usage?: LlmCall["usage"];
}

const USAGE = { input: MILLION, output: MILLION };

function price(given: Given, prices: CostConfig["prices"] = [], at = AT): Price {
  const { model, asked, provider, usage = USAGE } = given;
  return createPricer({ prices })(call({ provider, usage, request: { model: asked }, response: { model } }), at);
}

const enriched = (amount: number): Price => ({
  amount: expect.closeTo(amount, 9) as number,
  source: "enriched",
  pricingVersion: PRICE_TABLE,
});

describe("the built-in table", () => {
  it("is the one of the release that is installed", () => {
    const manifest = new URL("../package.json", import.meta.resolve("@pydantic/genai-prices"));
    const { version } = JSON.parse(readFileSync(fileURLToPath(manifest), "utf8")) as { version: string };
    expect(PRICE_TABLE).toBe(`genai-prices/${version}`);
  });

  it.each<[string, Given, number]>([
    ["by the model that answered", { model: "gpt-4o-2024-08-06", asked: "unheard-of", provider: "openai" }, 12.5],
    ["else by the one that was asked for", { model: "unheard-of", asked: "gpt-4o", provider: "openai" }, 12.5],
    ["without a provider", { model: "gpt-4o" }, 12.5],
    ["on Azure", { model: "gpt-4o", provider: "azure.ai.openai" }, 12.5],
    ["of xAI", { model: "grok-3", provider: "x_ai" }, 18],
    ["of Google", { model: "gemini-2.5-flash", provider: "gcp.gemini" }, 2.8],
    [
      "with cached tokens, which are part of the input and cost less",
      { model: "gpt-4o-2024-08-06", provider: "openai", usage: { ...USAGE, output: 0, cacheRead: MILLION / 2 } },
      1.25 + 0.625,
    ],
    [
      "with tokens written to the cache, which cost more",
      { model: "claude-3-5-haiku-latest", provider: "anthropic", usage: { ...USAGE, output: 0, cacheWrite: MILLION } },
      1,
    ],
    [
      "with reasoning tokens, which are part of the output and not paid twice",
      { model: "gpt-4o", provider: "openai", usage: { ...USAGE, reasoning: MILLION } },
      12.5,
    ],
    [
      "of an embedding, which has no output",
      { model: "text-embedding-3-small", provider: "openai", usage: { input: MILLION } },
      0.02,
    ],
  ])("prices a call %s", (_, given, amount) => {
    const { prices } = costConfig.parse({});
    const operation = given.usage?.output === undefined && given.usage !== undefined ? "embeddings" : "chat";
    const { model, asked, provider, usage = USAGE } = given;
    const subject = call({ operation, provider, usage, request: { model: asked }, response: { model } });
    expect(createPricer({ prices })(subject, AT)).toEqual(enriched(amount));
  });

  it("depends on nothing but the call and its time: the same call costs the same later", () => {
    const given = { model: "deepseek-chat", provider: "deepseek" };
    expect(price(given)).toEqual(price(given));
    const hours = Array.from({ length: 24 }, (_, hour) => price(given, [], Date.UTC(2025, 3, 1, hour)));
    const amounts = hours.map((each) => ("amount" in each ? each.amount : each.unknown));
    // At that time the provider was cheaper by night.
    expect(new Set(amounts).size).toBe(2);
  });
});

describe("a price that is not known", () => {
  it.each<[string, Given, string]>([
    ["no model", {}, "no_model"],
    ["a model that nobody knows", { model: "unheard-of", provider: "openai" }, "no_price"],
    ["a provider that nobody knows", { model: "gpt-4o", provider: "unheard-of" }, "no_price"],
    ["no usage", { model: "gpt-4o", usage: {} }, "no_usage"],
    ["no input", { model: "gpt-4o", usage: { output: 5 } }, "no_usage"],
    ["no output", { model: "gpt-4o", usage: { input: 5 } }, "no_usage"],
    ["more cached tokens than tokens", { model: "gpt-4o", usage: { input: 5, output: 1, cacheRead: 6 } }, "no_usage"],
  ])("is told with its reason, and is not 0: %s", (_, given, unknown) => {
    expect(price(given)).toEqual({ unknown });
  });

  it("is no usage at all", () => {
    expect(createPricer({ prices: [] })(call({ response: { model: "gpt-4o" } }), AT)).toEqual({ unknown: "no_usage" });
  });
});

describe("own prices", () => {
  const prices = costConfig.parse({
    prices: [
      { model: "own", provider: "openai", input: 1, output: 2, cache_read: 0.5, cache_write: 1.5 },
      { model: "own", input: 10, output: 20 },
      { model: "gpt-4o", input: 0, output: 0 },
    ],
  }).prices;
  const own = (amount: number): Price => ({ amount, source: "enriched", pricingVersion: "configuration" });

  it.each<[string, Given, number]>([
    ["of the provider that is named", { model: "own", provider: "openai" }, 3],
    ["of any provider, where none is named", { model: "own", provider: "other" }, 30],
    ["of the model that was asked for", { model: "own-2025-01-01", asked: "own" }, 30],
    ["before the built-in table, even for nothing", { model: "gpt-4o", provider: "openai" }, 0],
    [
      "with cached tokens at their price",
      {
        model: "own",
        provider: "openai",
        usage: { input: 4 * MILLION, output: 0, cacheRead: MILLION, cacheWrite: MILLION },
      },
      2 + 0.5 + 1.5,
    ],
    [
      "with cached tokens at the price of input, where they have none",
      { model: "own", usage: { input: 4 * MILLION, output: 0, cacheRead: MILLION, cacheWrite: MILLION } },
      40,
    ],
  ])("count: %s", (_, given, amount) => {
    expect(price(given, prices)).toEqual(own(amount));
  });
});

it.each(["provider", "local"] as const)("what the emitter recorded stands: %s", (source) => {
  const cost = { amount: 0.5, source };
  const priced = createPricer({ prices: [] })(call({ cost, usage: USAGE, response: { model: "gpt-4o" } }), AT);
  expect(priced).toEqual({ amount: 0.5, source, pricingVersion: "emitter" });
});
