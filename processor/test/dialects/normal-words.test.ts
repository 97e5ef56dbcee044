import { expect, it } from "vitest";

import { finishReason } from "../../src/dialects/finish-reasons.ts";
import { providerName } from "../../src/dialects/provider-names.ts";
import { withCachedInput } from "../../src/dialects/token-usage.ts";
import { read } from "./call-of.ts";

it.each([
  ["end_turn", "stop"],
  ["STOP", "stop"],
  ["MAX_TOKENS", "length"],
  ["tool-calls", "tool_calls"],
  ["tool_use", "tool_calls"],
  ["content-filter", "content_filter"],
  ["refusal", "refusal"],
  ["Something-New", "something_new"],
])("the finish reason %s is %s", (given, expected) => {
  expect(finishReason(given)).toBe(expected);
});

it.each([
  ["OpenAI", "openai"],
  ["azure", "azure.ai.openai"],
  ["gcp.vertex_ai", "gcp.vertex_ai"],
  ["My-Own", "My-Own"],
])("the provider %s is %s", (given, expected) => {
  expect(providerName(given)).toBe(expected);
});

it.each([
  ["an emitter is known to leave them out", true, { input: 10, cacheRead: 4, cacheWrite: 1 }, 15],
  ["there are more of them than input", false, { input: 3, cacheRead: 40 }, 43],
])("cached tokens are counted in where %s", (_, beside, usage, input) => {
  expect(withCachedInput(usage, beside)).toEqual({ ...usage, input });
});

it.each([
  ["they are part of it", false, { input: 10, cacheRead: 10 }],
  ["there are none", true, { input: 10, cacheRead: 0 }],
  ["the input is unknown", true, { cacheRead: 5 }],
])("input stays as it is where %s", (_, beside, usage) => {
  expect(withCachedInput(usage, beside)).toEqual(usage);
});

it("tokens may be texts or fractions, and one that stands under two names counts once", () => {
  const usage = {
    "gen_ai.usage.input_tokens": "12",
    "gen_ai.usage.prompt_tokens": 12,
    "gen_ai.usage.output_tokens": 7.0,
  };
  const { call } = read({ "gen_ai.operation.name": "chat", "llm.token_count.prompt": 12, ...usage });
  expect(call.usage).toMatchObject({ input: 12, output: 7 });
});
