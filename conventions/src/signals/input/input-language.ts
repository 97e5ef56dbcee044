import { ATTR_SPANWARDEN_INPUT_LANGUAGE } from "../../names/attributes.ts";
import type { Signal } from "../signal.ts";

/** BCP 47 tag of the last user message; nothing where it cannot be told. */
export const inputLanguage: Signal = {
  name: ATTR_SPANWARDEN_INPUT_LANGUAGE,
  of(reading) {
    const label = reading.question?.language;
    return label === undefined ? [] : [{ name: ATTR_SPANWARDEN_INPUT_LANGUAGE, label }];
  },
};
