import { ATTR_SPANWARDEN_OUTPUT_LENGTH } from "../../names/attributes.ts";
import { emptyAnswer } from "../outage/empty-answer.ts";
import type { Signal } from "../signal.ts";

/** Characters over all choices, without reasoning and tool calls; nothing for operations that answer with no message. */
export const outputLength: Signal = {
  name: ATTR_SPANWARDEN_OUTPUT_LENGTH,
  of(reading) {
    if (!reading.whole || (reading.answers.length === 0 && emptyAnswer(reading.call) !== true)) return [];
    const value = reading.answers.reduce((sum, answer) => sum + answer.text.length, 0);
    return [{ name: ATTR_SPANWARDEN_OUTPUT_LENGTH, value }];
  },
};
