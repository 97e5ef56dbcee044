import { expect, it } from "vitest";

import { recogniseSpan } from "../../src/dialects/recognise.ts";
import { span } from "../attributes.ts";
import { plain, read } from "./call-of.ts";

it("a span of LangWatch is read with its typed content and counts", () => {
  const { dialect, call } = read({
    "langwatch.span.type": "llm",
    "gen_ai.request.model": "gpt-4o",
    "langwatch.input": '{"type":"chat_messages","value":[{"role":"user","content":"Hi"}]}',
    "langwatch.output": '{"type":"chat_messages","value":[{"role":"assistant","content":"Hello"}]}',
    "langwatch.metrics": '{"type":"json","value":{"promptTokens":3,"completionTokens":2,"cost":0.5}}',
    "langwatch.user.id": "u",
  });
  expect(dialect).toBe("langwatch");
  expect(call).toMatchObject({
    operation: "chat",
    usage: { input: 3, output: 2 },
    cost: { amount: 0.5 },
    caller: { user: "u" },
  });
  expect(plain(call.content.output)).toEqual([["assistant", "Hello"]]);
});

it("counts may stand bare", () => {
  expect(read({ "langwatch.span.type": "llm", "langwatch.metrics": '{"prompt_tokens":3}' }).call.usage?.input).toBe(3);
});

it("its agents and tools are none", () => {
  expect(recogniseSpan(span({ "langwatch.span.type": "agent", "gen_ai.usage.input_tokens": 9 }))).toBeUndefined();
});
