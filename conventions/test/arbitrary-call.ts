import { decodedText, type LlmCall, type Message, type MessagePart, type Text } from "@spanwarden/conventions";
import * as fc from "fast-check";

import { callOf } from "./call-of.ts";

/** Prose, code, escapes, digits and what else an emitter may send, lone surrogates included. */
const textString = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.string({
    unit: fc.constantFrom("1", "4", " ", "-", ".", "@", "\\", "u", '"', "{", "}", "\n", "=", "%", "`"),
    maxLength: 200,
  }),
  fc.lorem({ maxCount: 30 }),
  fc.json(),
);
const text: fc.Arbitrary<Text> = fc.tuple(textString, fc.boolean()).map(([value, cut]) => decodedText(value, cut));

const part: fc.Arbitrary<MessagePart> = fc.oneof(
  fc.record({ kind: fc.constantFrom("text" as const, "reasoning" as const, "refusal" as const), text }),
  fc.record({ kind: fc.constant("tool_call" as const), name: fc.string(), arguments: text }),
  fc.record({ kind: fc.constant("tool_result" as const), text }),
  fc.record({ kind: fc.constant("other" as const), type: fc.string() }),
);
const message: fc.Arbitrary<Message> = fc.record({
  role: fc.oneof(fc.constantFrom("user", "assistant", "tool", "system"), fc.string()),
  parts: fc.array(part, { maxLength: 4 }),
});

/** Any call a codec or dialect may hand on, well-behaved or not. */
export const arbitraryCall: fc.Arbitrary<LlmCall> = fc
  .record({
    state: fc.constantFrom("complete" as const, "truncated" as const, "absent" as const),
    systemInstructions: fc.array(text, { maxLength: 2 }),
    input: fc.array(message, { maxLength: 4 }),
    output: fc.array(message, { maxLength: 3 }),
    tools: fc.array(fc.record({ name: fc.string(), parameters: fc.anything() }), { maxLength: 2 }),
    format: fc.option(
      fc.oneof(
        fc.constant({ kind: "json" as const }),
        fc.record({ kind: fc.constant("json_schema" as const), schema: fc.anything() }),
      ),
      { nil: undefined },
    ),
    finishReason: fc.constantFrom("stop", "length", "content_filter", "error", ""),
    endReason: fc.constantFrom("done" as const, "cancelled" as const, "cut" as const, "error" as const, undefined),
    failed: fc.boolean(),
  })
  .map(({ finishReason, endReason, failed, ...content }) =>
    callOf({
      content,
      call: {
        response: { finishReasons: [finishReason], endReason },
        failure: failed ? { type: "x", class: "other" } : undefined,
      },
    }),
  );
