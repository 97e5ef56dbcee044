import { expect, it } from "vitest";

import { recogniseSpan } from "../../src/dialects/recognise.ts";
import { span } from "../attributes.ts";
import { plain, read } from "./call-of.ts";

it("a model action of Genkit is read", () => {
  const { dialect, call } = read({
    "genkit:type": "action",
    "genkit:metadata:subtype": "model",
    "genkit:name": "googleai/gemini-2.5-flash",
    "genkit:input": '{"messages":[{"role":"user","content":[{"text":"Hi"}]}],"config":{"temperature":0.5}}',
    "genkit:output":
      '{"message":{"role":"model","content":[{"text":"Hello"}]},"finishReason":"stop","usage":{"inputTokens":3,"outputTokens":2}}',
  });
  expect(dialect).toBe("genkit");
  expect(call).toMatchObject({
    operation: "chat",
    provider: "gcp.gemini",
    request: { model: "gemini-2.5-flash", temperature: 0.5 },
    response: { finishReasons: ["stop"] },
    usage: { input: 3, output: 2 },
  });
  expect(plain(call.content.output)).toEqual([["assistant", "Hello"]]);
});

it("another action is none, and a name without a provider is a model", () => {
  expect(recogniseSpan(span({ "genkit:type": "action", "genkit:metadata:subtype": "flow" }))).toBeUndefined();
  const { call } = read({ "genkit:metadata:subtype": "model", "genkit:name": "local" });
  expect([call.provider, call.request.model]).toEqual([undefined, "local"]);
});
