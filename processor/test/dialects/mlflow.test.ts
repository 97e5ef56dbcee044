import { expect, it } from "vitest";

import { recogniseSpan } from "../../src/dialects/recognise.ts";
import { span } from "../attributes.ts";
import { plain, read } from "./call-of.ts";

it("a span of MLflow is read, whose values are JSON text", () => {
  const { dialect, call } = read({
    "mlflow.spanType": '"CHAT_MODEL"',
    "mlflow.llm.provider": '"openai"',
    "mlflow.llm.model": '"gpt-4o-2024-08-06"',
    "mlflow.chat.tokenUsage": '{"input_tokens":20,"output_tokens":9,"cache_read_input_tokens":5,"total_tokens":29}',
    "mlflow.spanInputs": '{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}',
    "mlflow.spanOutputs": '{"id":"r1","choices":[{"message":{"role":"assistant","content":"Hello"}}]}',
    "mlflow.trace.user": '"u"',
  });
  expect(dialect).toBe("mlflow");
  expect(call).toMatchObject({
    operation: "chat",
    provider: "openai",
    request: { model: "gpt-4o" },
    response: { id: "r1" },
    usage: { input: 20, output: 9, cacheRead: 5 },
    caller: { user: "u" },
  });
  expect(plain(call.content.output)).toEqual([["assistant", "Hello"]]);
});

it.each(['"AGENT"', '"TOOL"', '"CHAIN"', '"toString"', "7", ""])("its type %s is no inference", (type) => {
  expect(recogniseSpan(span({ "mlflow.spanType": type }))).toBeUndefined();
});
