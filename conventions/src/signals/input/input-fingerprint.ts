import { ATTR_SPANWARDEN_INPUT_FINGERPRINT } from "../../names/attributes.ts";
import { fingerprint, fingerprintSeeds } from "../fingerprint.ts";
import type { Signal } from "../signal.ts";

/** Lexical fingerprint of the last user message. */
export const inputFingerprint: Signal = {
  name: ATTR_SPANWARDEN_INPUT_FINGERPRINT,
  of(reading, { fingerprint: option }) {
    const { question } = reading;
    if (option === "off" || question === undefined || question.truncated) return [];
    const label = fingerprint(question.words, fingerprintSeeds(option?.key));
    return label === undefined ? [] : [{ name: ATTR_SPANWARDEN_INPUT_FINGERPRINT, label }];
  },
};
