/** A text with its JSON escapes resolved, and the way back to where each character stood. */
export interface Unescaped {
  readonly text: string;
  /** Position in the original of a position in `text`. */
  original(at: number): number;
}

/** JSON in JSON in JSON: tool arguments that hold a document that quotes one. */
const LEVELS = 3;

const ESCAPE = /\\(?:u([\dA-Fa-f]{4})|(["\\/bfnrt]))/g;
const CHARACTERS: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/**
 * Resolves JSON escapes wherever they stand: what a model writes into a JSON string is hidden by them (`\u0040` for `@`).
 * In prose a backslash is rare, and a wrong resolution only moves word boundaries.
 */
export function unescaped(text: string): Unescaped {
  let resolved: Unescaped = { text, original: (at) => at };
  for (let level = 0; level < LEVELS && resolved.text.includes("\\"); level++) resolved = resolveLevel(resolved);
  return resolved;
}

function resolveLevel(outer: Unescaped): Unescaped {
  const positions = new Uint32Array(outer.text.length + 1);
  let text = "";
  let copied = 0;
  const copy = (to: number): void => {
    for (let at = copied; at < to; at++) positions[text.length + at - copied] = at;
    text += outer.text.slice(copied, to);
  };
  for (const match of outer.text.matchAll(ESCAPE)) {
    copy(match.index);
    const [all, code, letter = ""] = match;
    positions[text.length] = match.index;
    text += code === undefined ? (CHARACTERS[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16));
    copied = match.index + all.length;
  }
  copy(outer.text.length);
  positions[text.length] = outer.text.length;
  return { text, original: (at) => outer.original(positions[at] ?? outer.text.length) };
}
