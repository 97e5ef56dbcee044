import { ATTR_SPANWARDEN_OUTPUT_LANGUAGE } from "../../names/attributes.ts";
import type { Signal } from "../signal.ts";

/** BCP 47 tag of the first choice, without its fenced code; nothing where it cannot be told. */
export const outputLanguage: Signal = {
  name: ATTR_SPANWARDEN_OUTPUT_LANGUAGE,
  of(reading) {
    const label = reading.answers[0]?.language;
    return label === undefined ? [] : [{ name: ATTR_SPANWARDEN_OUTPUT_LANGUAGE, label }];
  },
};
