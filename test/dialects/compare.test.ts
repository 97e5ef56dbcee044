import type { LlmCall } from "@spanwarden/conventions";
import { expect, it } from "vitest";

import { recogniseSpan } from "../../processor/src/dialects/recognise.ts";
import { span } from "../../processor/test/attributes.ts";
import { must } from "../../processor/test/must.ts";
import { compare } from "./compare.ts";
import type { Answer } from "./provider.ts";

const ANSWER: Answer = { id: "r", model: "m-1", input: 10, output: 2, cached: 4, finishReason: "end_turn" };

function call(values: Readonly<Record<string, string | number>>): LlmCall {
  return must(recogniseSpan(span({ "gen_ai.operation.name": "chat", "gen_ai.request.model": "m", ...values }))).call;
}

const RIGHT = {
  "gen_ai.response.id": "r",
  "gen_ai.response.model": "m-1",
  "gen_ai.usage.input_tokens": 10,
  "gen_ai.usage.output_tokens": 2,
  "gen_ai.usage.cache_read.input_tokens": 4,
};

it("a field is right, wrong or unknown", () => {
  expect(compare([call({ ...RIGHT, "gen_ai.response.model": "m-2" })], [ANSWER])).toEqual({
    matched: 1,
    fields: {
      model: { of: 1, right: 0, wrong: 1 },
      tokens: { of: 1, right: 1, wrong: 0 },
      cached: { of: 1, right: 1, wrong: 0 },
      finish: { of: 1, right: 0, wrong: 0 },
      id: { of: 1, right: 1, wrong: 0 },
    },
  });
});

it("a call is found by its response id, by its tokens, or as one that tells neither; each once", () => {
  const answers = [ANSWER, { ...ANSWER, id: "s", input: 20 }, { ...ANSWER, id: "t", input: 30 }];
  const calls = [call({}), call({ "gen_ai.usage.input_tokens": 20 }), call(RIGHT)];
  expect(compare(calls, answers).matched).toBe(3);
  expect(compare([call(RIGHT)], [ANSWER, { ...ANSWER }]).matched).toBe(1);
  expect(compare([call({ "gen_ai.response.id": "x" })], [ANSWER]).matched).toBe(0);
});
