import { ATTR_SPANWARDEN_INPUT_LENGTH } from "../../names/attributes.ts";
import { textsOf, toolResultsOf } from "../reading.ts";
import type { Signal } from "../signal.ts";

/** Characters of the input messages, tool results included, system instructions not. */
export const inputLength: Signal = {
  name: ATTR_SPANWARDEN_INPUT_LENGTH,
  of(reading) {
    const { input } = reading.call.content;
    if (!reading.inputWhole) return [];
    const texts = [...textsOf(input.filter(({ role }) => role !== "tool")), ...toolResultsOf(input)];
    return [{ name: ATTR_SPANWARDEN_INPUT_LENGTH, value: texts.reduce((sum, text) => sum + text.text().length, 0) }];
  },
};
