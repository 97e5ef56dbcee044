import { expect, it } from "vitest";

import { recogniseSpan } from "../../src/dialects/recognise.ts";
import { span } from "../attributes.ts";
import { plain, read } from "./call-of.ts";

const GENERATION = { "langfuse.observation.type": "generation" };

it("a generation of Langfuse is read", () => {
  const { dialect, call } = read({
    ...GENERATION,
    "langfuse.observation.model.name": "gpt-4o-2024-08-06",
    "langfuse.observation.model.parameters": '{"temperature":0.5,"max_tokens":100}',
    "langfuse.observation.usage_details":
      '{"input":70,"input_cached_tokens":30,"output":15,"output_reasoning_tokens":5,"total":120}',
    "langfuse.observation.cost_details": '{"input":0.25,"output":0.5}',
    "langfuse.observation.input":
      '{"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"Hi"}]}',
    "langfuse.observation.output": '{"role":"assistant","content":"Hello"}',
    "langfuse.observation.prompt.name": "greet",
    "langfuse.observation.prompt.version": 3,
    "langfuse.trace.metadata.langfuse_user_id": "u",
    "langfuse.session.id": "s",
  });
  expect(dialect).toBe("langfuse");
  expect(call).toMatchObject({
    operation: "chat",
    request: { model: "gpt-4o-2024-08-06", temperature: 0.5, maxTokens: 100 },
    usage: { input: 100, output: 20, cacheRead: 30, reasoning: 5 },
    cost: { amount: 0.75, source: "local" },
    prompt: { name: "greet", version: "3" },
    caller: { user: "u", session: "s" },
    content: { state: "complete" },
  });
  expect(call.content.systemInstructions.map((text) => text.text())).toEqual(["Be kind."]);
  expect(plain(call.content.output)).toEqual([["assistant", "Hello"]]);
});

it.each([
  ["in OpenAI's words", '{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}'],
  ["in OpenTelemetry's words", '{"input_tokens":9,"output_tokens":3}'],
])("its usage %s is read as it is", (_, details) => {
  expect(read({ ...GENERATION, "langfuse.observation.usage_details": details }).call.usage).toMatchObject({
    input: 9,
    output: 3,
  });
});

it.each([
  ["a text", "Hello", [["assistant", "Hello"]]],
  ["a text in quotes", '"Hello"', [["assistant", "Hello"]]],
  ["a list of messages", '[{"role":"assistant","content":"Hello"}]', [["assistant", "Hello"]]],
])("its output may be %s", (_, output, expected) => {
  expect(plain(read({ ...GENERATION, "langfuse.observation.output": output }).call.content.output)).toEqual(expected);
});

it.each(['[{"role":"assistant","content":"Hel', "{"])("an output that was cut is unknown: %s", (output) => {
  expect(read({ ...GENERATION, "langfuse.observation.output": output }).call.content.state).toBe("absent");
});

it.each(["span", "agent", "tool", "chain", "retriever", "evaluator", "guardrail", "event"])("%s is no call", (type) => {
  expect(recogniseSpan(span({ "langfuse.observation.type": type }))).toBeUndefined();
});
