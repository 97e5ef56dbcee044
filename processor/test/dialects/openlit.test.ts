import { expect, it } from "vitest";

import { read } from "./call-of.ts";

const CHAT = { "gen_ai.operation.name": "chat", "gen_ai.system": "openai", "telemetry.sdk.name": "openlit" };

it("a span of OpenLIT is read with what it has of its own", () => {
  const { dialect, call } = read({
    ...CHAT,
    "gen_ai.request.is_stream": true,
    "gen_ai.usage.cost": 0.25,
    "gen_ai.usage.input_tokens": 10,
    "gen_ai.usage.prompt_tokens_details.cache_read": 4,
    "gen_ai.server.time_to_first_token": 0.5,
  });
  expect(dialect).toBe("openlit");
  expect(call).toMatchObject({
    request: { stream: true },
    usage: { input: 10, cacheRead: 4 },
    cost: { amount: 0.25, source: "local" },
    timing: { timeToFirstChunk: 0.5 },
  });
});

it("its cost of 0 is unknown: it writes that for a model without a price", () => {
  expect(read({ ...CHAT, "gen_ai.usage.cost": 0 }).call.cost).toBeUndefined();
});

it("of Anthropic it counts the cached tokens beside the input", () => {
  const usage = { "gen_ai.usage.input_tokens": 10, "gen_ai.usage.cache_read.input_tokens": 4 };
  expect(read({ ...CHAT, "gen_ai.system": "anthropic", ...usage }).call.usage).toMatchObject({ input: 14 });
  expect(read({ ...CHAT, ...usage }).call.usage).toMatchObject({ input: 10 });
});
