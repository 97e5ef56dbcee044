import { ATTR_SPANWARDEN_OUTPUT_REPETITION_SCORE } from "../../names/attributes.ts";
import type { Passage } from "../passage.ts";
import type { Signal } from "../signal.ts";

/** Words in a gram. */
const GRAM = 4;
/** Fewer grams than this say nothing. */
const LEAST_GRAMS = 12;
/** A run of one and the same character as long as this, over half of the text, is a loop whatever the words say. */
const LEAST_RUN = 64;

/**
 * Share of the word 4-grams that occurred before, outside fenced code, from 0 to 1; the worst choice counts. Nothing for
 * fewer than 12 of them.
 *
 * Tables and proofs repeat themselves rightly and reach 0.5. Blind to a thought that comes back in other words. In scripts
 * where each sign is a word, a gram is four signs. Cost: 4 us for 500 characters.
 */
export const repetition: Signal = {
  name: ATTR_SPANWARDEN_OUTPUT_REPETITION_SCORE,
  of(reading) {
    if (!reading.whole) return [];
    const scores = reading.answers.map(scoreOf).filter((score) => score !== undefined);
    if (scores.length === 0) return [];
    return [{ name: ATTR_SPANWARDEN_OUTPUT_REPETITION_SCORE, value: Math.max(...scores) }];
  },
};

function scoreOf(answer: Passage): number | undefined {
  if (isOneCharacter(answer.text)) return 1;
  const grams = answer.proseWords.hashes.length - GRAM + 1;
  return grams < LEAST_GRAMS ? undefined : repeatedGrams(answer.proseWords.hashes) / grams;
}

/** Counts through an open-addressing table: a few times faster than a `Set`. */
function repeatedGrams(hashes: Uint32Array): number {
  const grams = hashes.length - GRAM + 1;
  const mask = 2 ** Math.ceil(Math.log2(grams * 2)) - 1;
  const seen = new Uint32Array(mask + 1);
  let repeated = 0;
  for (let at = 0; at < grams; at++) {
    const gram = gramAt(hashes, at);
    let slot = gram & mask;
    while (seen[slot] !== 0 && seen[slot] !== gram) slot = (slot + 1) & mask;
    if (seen[slot] === gram) repeated++;
    else seen[slot] = gram;
  }
  return repeated;
}

/** Never 0, which marks a free slot. */
function gramAt(hashes: Uint32Array, at: number): number {
  let gram = 0;
  for (let n = 0; n < GRAM; n++) gram = Math.imul(gram ^ (hashes[at + n] ?? 0), 0x9e3779b1) ^ (gram >>> 15);
  return (gram ^ (gram >>> 13)) >>> 0 || 1;
}

function isOneCharacter(text: string): boolean {
  if (text.length < LEAST_RUN) return false;
  const middle = text[text.length >> 1] ?? "";
  if (middle.trim().length === 0) return false;
  // A run over half of the text covers its middle.
  let start = text.length >> 1;
  let end = start;
  while (start > 0 && text[start - 1] === middle) start--;
  while (end < text.length && text[end] === middle) end++;
  return end - start >= LEAST_RUN && (end - start) * 2 > text.length;
}
