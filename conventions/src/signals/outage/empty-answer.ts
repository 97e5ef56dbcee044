import type { LlmCall } from "../../call.ts";
import { finishedByFilter } from "../finish-reason.ts";
import { Reading } from "../reading.ts";

/** Operations whose answer is a message. */
const ANSWERING: ReadonlySet<string> = new Set(["chat", "generate_content", "text_completion"]);

/**
 * Whether the provider reported success and answered nothing: no text, no tool call, no refusal, nothing else in any
 * choice. `undefined` where that cannot be known: the answer is not all here, or the operation has none.
 */
export function emptyAnswer(call: LlmCall): boolean | undefined {
  const reading = new Reading(call);
  if (!ANSWERING.has(call.operation) || !reading.whole) return undefined;
  if (finishedByFilter(call)) return false;
  return reading.answers.every((answer) => !answer.holdsMore && answer.text.trim().length === 0);
}
