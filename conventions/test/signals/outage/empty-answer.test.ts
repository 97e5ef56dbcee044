import { expect, it } from "vitest";

import { emptyAnswer } from "../../../src/signals/outage/empty-answer.ts";
import { callOf, message, toolCall } from "../../call-of.ts";

it.each([
  ["no choice", callOf({}), true],
  ["white space", callOf({ answer: " \n" }), true],
  ["empty choices", callOf({ answer: [message("assistant", ""), message("assistant", "")] }), true],
  ["one full choice", callOf({ answer: [message("assistant", ""), message("assistant", "x")] }), false],
  ["a tool call", callOf({ answer: [toolCall("f", "{}")] }), false],
  ["an image", callOf({ answer: [{ role: "assistant", parts: [{ kind: "other", type: "image" }] }] }), false],
  ["held back by a filter", callOf({ call: { response: { finishReasons: ["content_filter"] } } }), false],
  ["a failed call", callOf({ call: { failure: { type: "500", class: "server_error" } } }), undefined],
  ["an answer that was cancelled", callOf({ call: { response: { endReason: "cancelled" } } }), undefined],
  ["content that is not here", callOf({ content: { state: "absent" } }), undefined],
  ["embeddings", callOf({ call: { operation: "embeddings" } }), undefined],
])("%s", (_, call, expected) => {
  expect(emptyAnswer(call)).toBe(expected);
});
