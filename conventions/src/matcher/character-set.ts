/** A set of characters: bit n is the ASCII character with code n, bit 128 stands for all others together. */
export type CharacterSet = bigint;

/** The code that stands for every UTF-16 code unit beyond ASCII. */
export const BEYOND = 0x80;

export const ANY = between(0, BEYOND);
export const DIGITS = range("0", "9");
const UPPER = range("A", "Z");
const LOWER = range("a", "z");
export const WORD = DIGITS | UPPER | LOWER | range("_", "_");
/** `\s`; beyond ASCII there are more. */
export const SPACE = between(0x09, 0x0d) | range(" ", " ") | only(BEYOND);

export function only(code: number): CharacterSet {
  return 1n << BigInt(Math.min(code, BEYOND));
}

export function between(from: number, to: number): CharacterSet {
  const [first, last] = [Math.min(from, BEYOND), Math.min(to, BEYOND)];
  return ((1n << BigInt(last - first + 1)) - 1n) << BigInt(first);
}

/** All that are not in the set; beyond ASCII there are always some. */
export function others(set: CharacterSet): CharacterSet {
  return (ANY & ~set) | only(BEYOND);
}

/** The set with both cases of each of its ASCII letters. */
export function eitherCase(set: CharacterSet): CharacterSet {
  const distance = 0x20n;
  return set | ((set & UPPER) << distance) | ((set & LOWER) >> distance);
}

export function has(set: CharacterSet, code: number): boolean {
  return ((set >> BigInt(code)) & 1n) === 1n;
}

/** Shares of the characters of prose, code and tables, roughly; each for one character of a class. */
const SPACE_SHARE = 0.16;
const LOWER_SHARE = 0.03;
const DIGIT_SHARE = 0.008;
const OTHER_SHARE = 0.004;

/** Computed once for each set: patterns have few different ones, and ask for each often. */
const chances = new Map<CharacterSet, number>([[ANY, 1]]);

/** Chance that a character of an ordinary text is in the set. */
export function chanceOf(set: CharacterSet): number {
  let chance = chances.get(set);
  if (chance === undefined) {
    chance = 0;
    for (let code = 0; code <= BEYOND; code++) if (has(set, code)) chance += shareOf(code);
    chances.set(set, chance);
  }
  return chance;
}

function shareOf(code: number): number {
  if (code === 0x20) return SPACE_SHARE;
  if (has(LOWER, code)) return LOWER_SHARE;
  return has(DIGITS, code) ? DIGIT_SHARE : OTHER_SHARE;
}

function range(first: string, last: string): CharacterSet {
  return between(first.charCodeAt(0), last.charCodeAt(0));
}
