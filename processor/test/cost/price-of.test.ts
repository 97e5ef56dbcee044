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

describe("a price that depends on more than tokens in and out", () => {
  const anthropic = { model: "claude-sonnet-4-5-20250929", provider: "anthropic" };

  it.each<[string, Given, number]>([
    [
      "tokens that the cache keeps for an hour cost more than those it keeps for minutes",
      { ...anthropic, usage: { input: 1_000, output: 0, cacheWrite: 1_000, cacheWriteLong: 400 } },
      (600 * 3.75 + 400 * 6) / MILLION,
    ],
    [
      "a long context costs more for every token",
      { ...anthropic, usage: { input: 300_000, output: 1_000 } },
      (300_000 * 6 + 1_000 * 22.5) / MILLION,
    ],
    [
      "searches of the web are charged by themselves",
      { ...anthropic, usage: { input: 1_000, output: 0, webSearches: 2 } },
      1_000 * (3 / MILLION) + 2 * 0.01,
    ],
    [
      "audio costs more than text",
      { model: "gemini-2.5-flash", provider: "gcp.gemini", usage: { input: 1_000, output: 0, inputAudio: 1_000 } },
      1_000 / MILLION,
    ],
  ])("%s", (_, given, amount) => {
    expect(price(given)).toEqual(enriched(amount));
  });

  it.each<[string, string, Partial<LlmCall["request"]>, Partial<LlmCall["response"]>, number | "no_tier_price"]>([
    ["the standard tier", "openai", {}, { serviceTier: "default" }, 12.5],
    ["flex, half of it", "openai", {}, { serviceTier: "flex" }, 6.25],
    ["flex that was asked for and not served", "openai", { serviceTier: "flex" }, { serviceTier: "default" }, 12.5],
    ["flex of which the answer says nothing", "openai", { serviceTier: "flex" }, {}, 6.25],
    ["batch", "openai", {}, { serviceTier: "batch" }, 6.25],
    ["priority, whose price is not in the table", "openai", {}, { serviceTier: "priority" }, "no_tier_price"],
    ["flex of a provider that is not known to have it", "cohere", {}, { serviceTier: "flex" }, "no_tier_price"],
  ])("%s", (_, provider, request, response, expected) => {
    const model = "gpt-4o-2024-08-06";
    const subject = call({ provider, usage: USAGE, request, response: { model, ...response } });
    const found = createPricer({ prices: [] })(subject, AT);
    expect(found).toEqual(typeof expected === "number" ? enriched(expected) : { unknown: expected });
  });
});

describe("an own price is of", () => {
  const priceOf = (entries: unknown[], overrides: Partial<LlmCall>, service?: string): Price =>
    createPricer(costConfig.parse({ prices: entries }))(call({ usage: USAGE, ...overrides }), AT, service);
  const ONE = { input: 1, output: 0 };

  it.each<[string, unknown, Partial<LlmCall>, string | undefined]>([
    [
      "a deployment, by the name that was asked for",
      { model: "prod-eu", ...ONE },
      { request: { model: "prod-eu" } },
      "",
    ],
    ["a server", { server: "10.0.0.5", ...ONE }, { server: { address: "10.0.0.5", port: 8000 } }, ""],
    ["all servers below a host", { server: ".llm.internal", ...ONE }, { server: { address: "a.llm.internal" } }, ""],
    ["a service", { service: "tickets", ...ONE }, {}, "tickets"],
    [
      "a tier",
      { model: "m", service_tier: "priority", ...ONE },
      { response: { model: "m", serviceTier: "priority" } },
      undefined,
    ],
  ])("%s", (_, entry, overrides, service) => {
    expect(priceOf([entry], overrides, service)).toMatchObject({ amount: 1, pricingVersion: "configuration" });
  });

  it("nothing else: what one key names differently it does not price", () => {
    const entry = { model: "m", server: "10.0.0.5", service: "tickets", ...ONE };
    const all = { request: { model: "m" }, server: { address: "10.0.0.5" } };
    expect(priceOf([entry], all, "tickets")).toMatchObject({ amount: 1 });
    expect(priceOf([entry], all, "other")).toEqual({ unknown: "no_price" });
    expect(priceOf([entry], { ...all, server: { address: "10.0.0.50" } }, "tickets")).toEqual({ unknown: "no_price" });
    expect(priceOf([entry], { ...all, server: undefined }, "tickets")).toEqual({ unknown: "no_price" });
  });

  it("a model that is said to be free, whatever is known of its tokens", () => {
    const entry = { server: "vllm.internal", free: true };
    const overrides = { server: { address: "vllm.internal" }, usage: undefined };
    expect(priceOf([entry], overrides)).toMatchObject({ amount: 0, pricingVersion: "configuration" });
  });

  it("each kind of token, paid once", () => {
    const entry = { model: "m", input: 1, output: 2, cache_read: 0.1, cache_write: 1.25, cache_write_long: 2 };
    const audio = { input_audio: 10, output_audio: 20 };
    const usage = { input: 100, output: 10, cacheRead: 50, cacheWrite: 20, cacheWriteLong: 5, inputAudio: 10 };
    const found = priceOf([{ ...entry, ...audio }], { response: { model: "m" }, usage: { ...usage, outputAudio: 4 } });
    const amount = (20 * 1 + 50 * 0.1 + 15 * 1.25 + 5 * 2 + 10 * 10 + 6 * 2 + 4 * 20) / MILLION;
    expect(found).toMatchObject({ amount: expect.closeTo(amount, 12) as number });
  });

  it.each<[string, unknown, string]>([
    ["every call", { input: 1, output: 1 }, "at least one of model, provider, server, service"],
    ["half a price", { model: "m", input: 1 }, "expected US dollars for a million tokens, or free: true"],
    ["free, but not quite", { model: "m", free: true, cache_read: 1 }, "expected no price beside free: true"],
    ["free: false", { model: "m", free: false }, "true"],
    ["less than nothing", { model: "m", input: -1, output: 1 }, ">=0"],
    ["a misspelt key", { model: "m", input: 1, output: 1, cached: 1 }, "cached"],
  ])("is refused with the reason: %s", (_, entry, message) => {
    const parsed = costConfig.safeParse({ prices: [entry] });
    expect(parsed.success).toBe(false);
    expect(parsed.error?.message).toContain(message);
  });
});

it.each(["provider", "local"] as const)("what the emitter recorded stands: %s", (source) => {
  const cost = { amount: 0.5, source };
  const priced = createPricer({ prices: [] })(call({ cost, usage: USAGE, response: { model: "gpt-4o" } }), AT);
  expect(priced).toEqual({ amount: 0.5, source, pricingVersion: "emitter" });
});
