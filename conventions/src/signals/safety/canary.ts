/** A token that stands nowhere but where it was planted (a system prompt, a document, a database), under a name that may be told. */
export interface Canary {
  /** Up to 32 lower-case letters, digits, `_`, `-`, `.`. */
  readonly name: string;
  /** All that are or were in use; each has at least 8 letters and digits. */
  readonly tokens: readonly string[];
}

export interface CanaryHit {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Letters and digits by which tokens are looked up; the shortest token has so many. */
const SHORTEST = 8;
const MOST_TOKENS = 10_000;
/** Places of a text that are told. */
const MOST_HITS = 64;
/** Characters that may stand between two of a token: spaces, dashes, dots, quotes, zero width. */
const WIDEST_GAP = 3;

/** Canaries by their first letters and digits: found in one pass over a text, however spaced and in whatever case. */
export class Canaries {
  readonly #byStart = new Map<string, { readonly name: string; readonly token: string }[]>();
  /** First and fourth characters of the starts: of most places of a text two look-ups say that none begins there. */
  readonly #pairs = new Set<number>();

  /** Throws Error that names the canary, never a token. */
  constructor(canaries: readonly Canary[]) {
    const count = canaries.reduce((all, { tokens }) => all + tokens.length, 0);
    if (count > MOST_TOKENS)
      throw new Error(`${count} tokens; expected at most ${MOST_TOKENS} of all canaries together`);
    for (const { name, tokens } of canaries) {
      if (!/^[a-z0-9][a-z0-9_.-]{0,31}$/.test(name))
        throw new Error("name: expected up to 32 lower-case letters, digits, _, - and .");
      for (const [n, written] of tokens.entries()) {
        const token = squashed(written).text;
        if (token.length < SHORTEST)
          throw new Error(`canary "${name}": tokens.${n}: expected at least ${SHORTEST} letters and digits`);
        const start = token.slice(0, SHORTEST);
        this.#byStart.set(start, [...(this.#byStart.get(start) ?? []), { name, token }]);
        this.#pairs.add(pairAt(token, 0));
      }
    }
  }

  get size(): number {
    return this.#byStart.size;
  }

  /** Where they stand in a text whose escapes are resolved. */
  find(text: string): readonly CanaryHit[] {
    if (this.#byStart.size === 0) return [];
    const { text: letters, positions } = squashed(text);
    const hits: CanaryHit[] = [];
    for (let at = 0; at + SHORTEST <= letters.length && hits.length < MOST_HITS; at++) {
      if (!this.#pairs.has(pairAt(letters, at))) continue;
      for (const { name, token } of this.#byStart.get(letters.slice(at, at + SHORTEST)) ?? []) {
        if (!letters.startsWith(token, at) || !isTogether(positions, at, token.length)) continue;
        hits.push({ name, start: positions[at] ?? 0, end: (positions[at + token.length - 1] ?? 0) + 1 });
      }
    }
    return hits;
  }
}

function pairAt(letters: string, at: number): number {
  return letters.charCodeAt(at) * 65_536 + letters.charCodeAt(at + 3);
}

/** Letters and digits in lower case, and where each stood. */
function squashed(text: string): { readonly text: string; readonly positions: Uint32Array } {
  const positions = new Uint32Array(text.length);
  const lower = text.toLowerCase();
  // A few letters are longer in lower case; then the offsets are off by their number, and the match is not.
  let letters = "";
  let count = 0;
  let run = -1;
  for (let at = 0; at <= lower.length; at++) {
    const isLetter = at < lower.length && isLetterOrDigit(lower.charCodeAt(at));
    if (isLetter) {
      positions[count++] = at;
      if (run === -1) run = at;
    } else if (run !== -1) {
      letters += lower.slice(run, at);
      run = -1;
    }
  }
  return { text: letters, positions };
}

function isLetterOrDigit(code: number): boolean {
  if (code < 0x80) return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
  return code >= 0xc0 && !(code >= 0x2000 && code <= 0x2bff) && code !== 0xfeff && !(code >= 0x3000 && code <= 0x3004);
}

function isTogether(positions: Uint32Array, at: number, length: number): boolean {
  for (let n = at + 1; n < at + length; n++) {
    if ((positions[n] ?? 0) - (positions[n - 1] ?? 0) > WIDEST_GAP + 1) return false;
  }
  return true;
}
