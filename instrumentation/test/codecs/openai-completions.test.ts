import { describe, expect, it } from "vitest";

import { openaiCompletions } from "../../src/codecs/openai-completions.ts";
import { answerOf, plain, streamed } from "./codec-readings.ts";

const url = new URL("https://api.openai.com/v1/completions");

describe("OpenAI completions", () => {
  it.each([
    ["Hi", ["Hi"]],
    [
      ["a", "b"],
      ["a", "b"],
    ],
    [[[1, 2, 3]], []],
  ])("of %j have the texts %j", (prompt, texts) => {
    const reading = openaiCompletions.readRequest({ model: "m", prompt, n: 2 }, url);
    expect(plain(reading?.content.input ?? [])).toEqual(
      texts.map((text) => ({ role: "user", parts: [{ kind: "text", text }] })),
    );
    expect(reading).toMatchObject({ operation: "text_completion", request: { choiceCount: 2 } });
  });

  it("without a prompt are none of this format", () => {
    expect(openaiCompletions.readRequest({ variables: {} }, url)).toBeUndefined();
  });

  it("in chunks are what they would be in one piece", () => {
    const head = { id: "cmpl-1", model: "m-1" };
    const usage = { prompt_tokens: 3, completion_tokens: 2 };
    const chunk = (text: string, finish_reason: string | null): object => ({
      ...head,
      choices: [{ index: 0, text, finish_reason }],
    });
    const stream = streamed(openaiCompletions, [
      chunk("Bo", null),
      chunk("nn", "stop"),
      { ...head, choices: [], usage },
      "[DONE]",
    ]);
    const whole = openaiCompletions.readResponse({ ...chunk("Bonn", "stop"), usage });
    expect({ ...stream.result(), output: answerOf(stream.result()) }).toEqual({ ...whole, output: answerOf(whole) });
    expect([stream.started, stream.finished, stream.ended]).toEqual([true, true, true]);
  });
});
