import { readWords } from "../words.ts";

/** A stretch of the answer that stands in the system instructions, by the numbers of its words. */
export interface Overlap {
  readonly from: number;
  readonly to: number;
  /** Words of it that are instructions, not what they quote to be said or supply to be used. */
  readonly instructing: number;
}

/** Words that overlap before it is told ... */
export const LEAST_OVERLAP = 16;
/** ... and before it pages. */
export const LEAK = 50;

/** Every stretch of twice as many words holds a whole block of so many. */
const BLOCK = 8;
/** Places of one block that are looked at: a prompt that repeats itself has many. */
const PLACES = 4;

/** Instructions, cut into blocks whose hashes are looked up. */
interface Indexed {
  readonly hashes: Uint32Array;
  readonly blocks: ReadonlyMap<number, readonly number[]>;
}

/** System instructions as they are looked for in answers. */
export interface Instructions extends Indexed {
  /** Words before each word that instruct, as a running sum. */
  readonly instructing: Uint32Array;
}

/**
 * What a prompt dictates or supplies rather than demands: quotations, fenced blocks, and what tags mark as context,
 * documents, examples, templates. An answer is expected to repeat it, so it is recorded and does not page.
 */
const SUPPLIED =
  /```[^`]{0,20000}```|"[^"\n]{1,2000}"|“[^”]{1,2000}”|«[^»]{1,2000}»|„[^“”]{1,2000}[“”]|「[^」]{1,2000}」|<(context|documents?|examples?|knowledge|faq|template|output|response|reference|sources?|articles?|data|passages?)\b[^<>]{0,200}>[^<]{0,20000}<\/\1>/giu;

let latest: { readonly text: string; readonly instructions: Instructions } | undefined;

/** Indexes instructions; those of the call before are kept, as most calls bear the same. */
export function instructionsOf(text: string): Instructions {
  if (latest?.text === text) return latest.instructions;
  const lower = text.toLowerCase();
  const { hashes } = readWords(lower);
  const instructing = new Uint32Array(hashes.length + 1);
  let words = 0;
  let from = 0;
  const note = (part: string, instructs: number): void => {
    const count = readWords(part).hashes.length;
    for (let n = 0; n < count && words < hashes.length; n++, words++)
      instructing[words + 1] = (instructing[words] ?? 0) + instructs;
  };
  for (const match of lower.matchAll(SUPPLIED)) {
    note(lower.slice(from, match.index), 1);
    note(match[0], 0);
    from = match.index + match[0].length;
  }
  note(lower.slice(from), 1);
  for (; words < hashes.length; words++) instructing[words + 1] = (instructing[words] ?? 0) + 1;
  const instructions = { ...indexed(hashes), instructing };
  latest = { text, instructions };
  return instructions;
}

/**
 * Stretches of at least `LEAST_OVERLAP` words that the answer has of the instructions and not of the user's own messages,
 * which `user` gives when there are any.
 *
 * Time is linear in both texts: blocks by a rolling hash (Karp and Rabin), and after a stretch the search goes on behind it.
 */
export function overlaps(answer: Uint32Array, instructions: Instructions, user: () => Uint32Array): readonly Overlap[] {
  const found = [...stretches(answer, instructions, LEAST_OVERLAP)];
  if (found.length === 0) return [];
  const own = [...stretches(answer, indexed(user()), BLOCK)];
  return found
    .flatMap((stretch) => without(stretch, own))
    .flatMap(({ from, to, at }) => {
      const instructing = (instructions.instructing[at + to - from] ?? 0) - (instructions.instructing[at] ?? 0);
      return to - from >= LEAST_OVERLAP ? [{ from, to, instructing }] : [];
    });
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Where it begins in the other text. */
  readonly at: number;
}

function indexed(hashes: Uint32Array): Indexed {
  const blocks = new Map<number, number[]>();
  for (let at = 0; at + BLOCK <= hashes.length; at += BLOCK) {
    const hash = hashOf(hashes, at);
    const places = blocks.get(hash);
    if (places === undefined) blocks.set(hash, [at]);
    else if (places.length < PLACES) places.push(at);
  }
  return { hashes, blocks };
}

const BASE = 0x01000193;
const HIGHEST = Array.from({ length: BLOCK - 1 }).reduce<number>((power) => Math.imul(power, BASE), 1);

function hashOf(hashes: Uint32Array, from: number): number {
  let hash = 0;
  for (let n = from; n < from + BLOCK; n++) hash = (Math.imul(hash, BASE) + (hashes[n] ?? 0)) | 0;
  return hash;
}

function* stretches(answer: Uint32Array, { hashes, blocks }: Indexed, least: number): Generator<Stretch> {
  if (blocks.size === 0 || answer.length < BLOCK) return;
  let free = 0;
  let hash = hashOf(answer, 0);
  for (let at = 0; at + BLOCK <= answer.length; at++) {
    if (at > 0)
      hash = (Math.imul(hash - Math.imul(answer[at - 1] ?? 0, HIGHEST), BASE) + (answer[at + BLOCK - 1] ?? 0)) | 0;
    const places = at >= free ? blocks.get(hash) : undefined;
    if (places === undefined) continue;
    const [first, ...others] = places.map((place) => extended(answer, hashes, at, place, free));
    const longest = others.reduce((best, each) => (best && length(best) >= length(each) ? best : each), first);
    if (longest === undefined || length(longest) < BLOCK) continue;
    free = longest.to;
    if (length(longest) >= least) yield longest;
  }
}

function length({ from, to }: Stretch): number {
  return to - from;
}

/** The whole stretch around a block, not before `free`. */
function extended(answer: Uint32Array, hashes: Uint32Array, at: number, place: number, free: number): Stretch {
  let back = 0;
  while (at - back > free && place - back > 0 && answer[at - back - 1] === hashes[place - back - 1]) back++;
  let to = 0;
  while (at + to < answer.length && place + to < hashes.length && answer[at + to] === hashes[place + to]) to++;
  return { from: at - back, to: at + to, at: place - back };
}

/** What is left of a stretch, each part by itself. */
function without(stretch: Stretch, taken: readonly Stretch[]): readonly Stretch[] {
  let parts: readonly Stretch[] = [stretch];
  for (const cut of taken) {
    parts = parts.flatMap((part) => {
      if (cut.to <= part.from || part.to <= cut.from) return [part];
      const before = { ...part, to: cut.from };
      const after = { from: cut.to, to: part.to, at: part.at + cut.to - part.from };
      return [before, after].filter((each) => length(each) > 0);
    });
  }
  return parts;
}
