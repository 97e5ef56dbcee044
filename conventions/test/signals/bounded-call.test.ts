import { decodedText } from "@spanwarden/conventions";
import { expect, it } from "vitest";

import { boundedCall, INPUT_LIMIT, OUTPUT_LIMIT } from "../../src/signals/bounded-call.ts";
import { callOf, message, toolCall } from "../call-of.ts";

it("gives back a call within the limits as it is", () => {
  const call = callOf({ system: "s", question: "q".repeat(INPUT_LIMIT - 1), answer: "a".repeat(OUTPUT_LIMIT) });
  expect(boundedCall(call)).toEqual({ call, inputCut: false, outputCut: false });
  expect(boundedCall(call).call).toBe(call);
});

it("marks what it cuts, and gives what is left to the earlier messages and the system instructions", () => {
  const call = callOf({
    system: "instructions",
    question: [message("user", "a".repeat(10)), message("user", "b".repeat(INPUT_LIMIT - 4))],
    answer: [toolCall("f", "c".repeat(OUTPUT_LIMIT)), message("assistant", "d")],
  });
  const bounded = boundedCall(call);
  const { content } = bounded.call;
  const texts = content.input.flatMap(({ parts }) => parts.flatMap((part) => ("text" in part ? [part.text] : [])));
  expect(bounded).toMatchObject({ inputCut: true, outputCut: true });
  expect(content.state).toBe("truncated");
  expect(texts.map((text) => [text.text().length, text.truncated])).toEqual([
    [4, true],
    [INPUT_LIMIT - 4, false],
  ]);
  expect(content.systemInstructions.map((text) => [text.text(), text.truncated])).toEqual([["", true]]);
  expect(content.output[0]).toEqual(call.content.output[0]);
  expect(content.output[1]?.parts).toMatchObject([{ kind: "text", text: { truncated: true } }]);
});

it("does not hide that the emitter cut some text, no one knows which", () => {
  const call = callOf({ question: "q", answer: "a".repeat(OUTPUT_LIMIT + 1), content: { state: "truncated" } });
  expect(boundedCall(call).call.content.input[0]?.parts).toMatchObject([{ text: { truncated: true } }]);
});

it("keeps content that is absent absent", () => {
  const text = decodedText("a".repeat(OUTPUT_LIMIT + 1));
  const call = callOf({
    content: { state: "absent", output: [{ role: "assistant", parts: [{ kind: "text", text }] }] },
  });
  expect(boundedCall(call).call.content.state).toBe("absent");
});
