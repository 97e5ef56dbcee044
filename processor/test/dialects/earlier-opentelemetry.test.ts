import { describe, expect, it } from "vitest";

import { recogniseSpan } from "../../src/dialects/recognise.ts";
import { span } from "../attributes.ts";
import { read } from "./call-of.ts";

describe("OpenTelemetry 1.27 to 1.41", () => {
  it("is read under the names of its time", () => {
    const { dialect, call } = read({
      "gen_ai.operation.name": "chat",
      "gen_ai.system": "az.ai.openai",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.openai.request.seed": 7,
      "gen_ai.openai.response.system_fingerprint": "fp_1",
      "gen_ai.usage.prompt_tokens": 30,
      "gen_ai.usage.completion_tokens": 5,
      "gen_ai.usage.cache_creation.input_tokens": 4,
      "gen_ai.usage.cache_read_input_tokens": 3,
      "user.id": "u",
      "session.id": "s",
    });
    expect(dialect).toBe("opentelemetry");
    expect(call).toMatchObject({
      operation: "chat",
      provider: "azure.ai.openai",
      request: { model: "gpt-4o", seed: 7 },
      response: { systemFingerprint: "fp_1" },
      usage: { input: 30, output: 5, cacheRead: 3, cacheWrite: 4 },
      caller: { user: "u", session: "s" },
    });
  });

  it("yields to the latest names where both stand", () => {
    const { call } = read({
      "gen_ai.operation.name": "chat",
      "gen_ai.system": "openai",
      "gen_ai.provider.name": "groq",
      "gen_ai.usage.prompt_tokens": 1,
      "gen_ai.usage.input_tokens": 2,
    });
    expect([call.provider, call.usage?.input]).toEqual(["groq", 2]);
  });

  it.each(["openai", "anthropic", "deepseek", "somebody_else"])("keeps %s, which was not renamed", (system) => {
    expect(read({ "gen_ai.operation.name": "chat", "gen_ai.system": system }).call.provider).toBe(system);
  });

  it.each(["invoke_agent", "execute_tool", "invoke_workflow", "plan", "retrieval"])(
    "%s is no inference",
    (operation) => {
      expect(
        recogniseSpan(span({ "gen_ai.operation.name": operation, "gen_ai.usage.prompt_tokens": 9 })),
      ).toBeUndefined();
    },
  );
});
