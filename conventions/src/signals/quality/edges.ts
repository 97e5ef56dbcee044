import { ATTR_SPANWARDEN_OUTPUT_ENDING, ATTR_SPANWARDEN_OUTPUT_OPENING } from "../../names/attributes.ts";
import type { Reading } from "../reading.ts";
import type { Signal } from "../signal.ts";

/**
 * The kind of a character: `word` is what sentences begin and end with, a letter, a digit or a stop. A full stop more or
 * less is no change of anything.
 */
export const EDGES = ["word", "bracket", "quote", "mark", "fence", "other"] as const;

export type Edge = (typeof EDGES)[number];

const KINDS: readonly (readonly [Edge, RegExp])[] = [
  ["fence", /^`/],
  ["word", /^[\p{L}\p{Nd}.!?:;,…。！？]/u],
  ["bracket", /^[()[\]{}<>]/],
  ["quote", /^["'“”„«»‘’]/],
  ["mark", /^[#*_|>~+=\\/•–-]/],
];

/**
 * How the first choice begins. Told as the kind of one character it gives nothing away, and yet "[Yes]" before the reasons
 * or after them, a heading or a sentence are habits that a changed model or prompt changes first.
 */
export const opening: Signal = {
  name: ATTR_SPANWARDEN_OUTPUT_OPENING,
  of: (reading) => labelOf(ATTR_SPANWARDEN_OUTPUT_OPENING, reading, (text) => text),
};

/** How the first choice ends. */
export const ending: Signal = {
  name: ATTR_SPANWARDEN_OUTPUT_ENDING,
  of: (reading) => labelOf(ATTR_SPANWARDEN_OUTPUT_ENDING, reading, (text) => text.slice(-1)),
};

function labelOf(name: string, reading: Reading, at: (text: string) => string): ReturnType<Signal["of"]> {
  const text = reading.whole ? (reading.answers[0]?.text.trim() ?? "") : "";
  return text === "" ? [] : [{ name, label: edgeOf(at(text)) }];
}

/** The kind of the first character of a text. */
export function edgeOf(text: string): Edge {
  return KINDS.find(([, pattern]) => pattern.test(text))?.[0] ?? "other";
}
