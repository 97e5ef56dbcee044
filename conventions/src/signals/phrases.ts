import { hashWord, type Words } from "./words.ts";

/** Phrases by the hash of their first word: the hashes of the words that must follow. */
export type Phrases = ReadonlyMap<number, readonly (readonly number[])[]>;

/** Compiles phrases, in lower case with words apart by one space. */
export function phrases(...lists: readonly (readonly string[])[]): Phrases {
  const compiled = new Map<number, number[][]>();
  for (const phrase of lists.flat()) {
    const [first = 0, ...rest] = phrase.split(" ").map((word) => hashWord(word));
    const tails = compiled.get(first);
    if (tails === undefined) compiled.set(first, [rest]);
    else tails.push(rest);
  }
  return compiled;
}

/** How many sentences hold at least one of the phrases. */
export function sentencesWith(words: Words, sought: Phrases): number {
  const { hashes, sentences } = words;
  let found = 0;
  let last = -1;
  for (let at = 0; at < hashes.length; at++) {
    const sentence = sentences[at] ?? 0;
    if (sentence === last) continue;
    const tails = sought.get(hashes[at] ?? 0);
    if (tails?.some((tail) => tail.every((hash, n) => hashes[at + 1 + n] === hash)) !== true) continue;
    found++;
    last = sentence;
  }
  return found;
}
