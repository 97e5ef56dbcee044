import { describe, expect, it } from "vitest";

import { formatInRequest } from "../../src/dialects/declared-format.ts";
import { recogniseSpan } from "../../src/dialects/recognise.ts";
import { span } from "../attributes.ts";

const schema = { type: "object", required: ["a"] };
const declared = { kind: "json_schema", schema };

describe("the format that a request declares", () => {
  it.each([
    [{ response_format: { type: "json_object" } }, { kind: "json" }],
    [{ response_format: { type: "json_schema", json_schema: { name: "x", schema } } }, declared],
    [{ response_format: { type: "json_schema", json_schema: "cut" } }, { kind: "json" }],
    [{ response_format: { type: "text" } }, undefined],
    [{ text: { format: { type: "json_schema", name: "x", schema } } }, declared],
    [{ text: { format: { type: "text" } } }, undefined],
    [{ output_config: { format: { type: "json_schema", schema } } }, declared],
    [{ output_config: { effort: "low" } }, undefined],
    [{ config: { response_mime_type: "application/json" } }, { kind: "json" }],
    [{ generationConfig: { responseJsonSchema: schema } }, declared],
    [{ config: { responseMimeType: "application/json", responseSchema: { type: "OBJECT" } } }, { kind: "json" }],
    [{ format: "json" }, { kind: "json" }],
    [{ format: "float" }, undefined],
    [{}, undefined],
  ])("%j", (request, expected) => {
    expect(formatInRequest(request)).toEqual(expected);
  });
});

describe("the format that a span declares", () => {
  const CHAT = { "gen_ai.operation.name": "chat", "gen_ai.request.model": "m" };
  const request = JSON.stringify({
    model: "m",
    messages: [],
    response_format: { type: "json_schema", json_schema: { schema } },
  });

  it.each([
    ["gen_ai.output.type", { ...CHAT, "gen_ai.output.type": "json" }, { kind: "json" }],
    ["gen_ai.output.type: text", { ...CHAT, "gen_ai.output.type": "text" }, undefined],
    ["OpenLLMetry", { ...CHAT, "gen_ai.request.structured_output_schema": JSON.stringify(schema) }, declared],
    ["OpenLLMetry, cut", { ...CHAT, "gen_ai.request.structured_output_schema": '{"ty' }, undefined],
    [
      "OpenInference",
      { "openinference.span.kind": "LLM", "llm.model_name": "m", "llm.invocation_parameters": request },
      declared,
    ],
    ["Logfire", { ...CHAT, "logfire.msg": "chat", request_data: request }, declared],
    [
      "Vercel's AI SDK",
      {
        "ai.operationId": "ai.generateObject.doGenerate",
        "ai.schema": JSON.stringify(schema),
        "ai.settings.output": "object",
      },
      declared,
    ],
    [
      "Vercel's AI SDK, a list",
      {
        "ai.operationId": "ai.generateObject.doGenerate",
        "ai.schema": JSON.stringify(schema),
        "ai.settings.output": "array",
      },
      { kind: "json" },
    ],
  ])("in the words of %s", (_, values, expected) => {
    expect(recogniseSpan(span(values))?.call.content.format).toEqual(expected);
  });
});
