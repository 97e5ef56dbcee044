import { ATTR_SPANWARDEN_OUTPUT_FINGERPRINT } from "../../names/attributes.ts";
import { fingerprint, fingerprintSeeds } from "../fingerprint.ts";
import type { Signal } from "../signal.ts";

/** Lexical fingerprint of the first choice. */
export const outputFingerprint: Signal = {
  name: ATTR_SPANWARDEN_OUTPUT_FINGERPRINT,
  of(reading, { fingerprint: option }) {
    const answer = reading.answers[0];
    if (option === "off" || answer === undefined || !reading.whole) return [];
    const label = fingerprint(answer.words, fingerprintSeeds(option?.key));
    return label === undefined ? [] : [{ name: ATTR_SPANWARDEN_OUTPUT_FINGERPRINT, label }];
  },
};
