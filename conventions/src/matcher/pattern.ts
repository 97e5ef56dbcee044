import {
  ANY,
  between,
  BEYOND,
  type CharacterSet,
  DIGITS,
  eitherCase,
  has,
  only,
  others,
  SPACE,
  WORD,
} from "./character-set.ts";

/**
 * What a regular expression demands, as far as a prefilter cares: where it stands looser than the expression it matches
 * more, never less. Anchors and negative assertions demand nothing.
 */
export type Pattern =
  /** One UTF-16 code unit. */
  | { readonly kind: "one"; readonly of: CharacterSet }
  /** Of any length; nothing is known of it. */
  | { readonly kind: "unknown" }
  /** A positive assertion: the text holds it somewhere. */
  | { readonly kind: "assertion"; readonly of: Pattern }
  | { readonly kind: "sequence"; readonly parts: readonly Pattern[] }
  | { readonly kind: "choice"; readonly options: readonly Pattern[] }
  | { readonly kind: "repeat"; readonly of: Pattern; readonly min: number; readonly max: number };

const EMPTY: Pattern = { kind: "sequence", parts: [] };
const UNKNOWN: Pattern = { kind: "unknown" };

/** Reads a regular expression. Throws SyntaxError for what it does not know: the flag `v`, and modifiers of groups. */
export function patternOf(expression: RegExp): Pattern {
  if (expression.unicodeSets) throw new SyntaxError(`${String(expression)}: flag v: expected none or u`);
  return new Parser(expression).pattern();
}

const CLASSES: Readonly<Record<string, CharacterSet>> = {
  d: DIGITS,
  D: others(DIGITS),
  w: WORD,
  W: others(WORD),
  s: SPACE,
  S: others(SPACE),
};
const CONTROLS: Readonly<Record<string, number>> = { n: 0x0a, r: 0x0d, t: 0x09, f: 0x0c, v: 0x0b, 0: 0x00 };
const LINE_ENDS = only(0x0a) | only(0x0d);
/** With both flags `i` and `u` the Kelvin sign is a k, and the long s an s. */
const FOLDED_FROM_BEYOND = eitherCase(between(0x6b, 0x6b) | between(0x73, 0x73));

class Parser {
  readonly #source: string;
  readonly #ignoreCase: boolean;
  readonly #unicode: boolean;
  readonly #dotAll: boolean;
  #at = 0;

  constructor({ source, ignoreCase, unicode, dotAll }: RegExp) {
    this.#source = source;
    this.#ignoreCase = ignoreCase;
    this.#unicode = unicode;
    this.#dotAll = dotAll;
  }

  /** A disjunction, up to its closing bracket or the end. */
  pattern(): Pattern {
    const options: Pattern[] = [];
    do options.push(this.#alternative());
    while (this.#take("|"));
    const [first = EMPTY] = options;
    return options.length === 1 ? first : { kind: "choice", options };
  }

  #alternative(): Pattern {
    const parts: Pattern[] = [];
    while (this.#at < this.#source.length && !this.#isNext("|") && !this.#isNext(")")) {
      parts.push(this.#quantified(this.#atom()));
    }
    return { kind: "sequence", parts };
  }

  #atom(): Pattern {
    const character = this.#next();
    switch (character) {
      case "^":
      case "$":
        return EMPTY;
      case ".":
        return this.#one(this.#dotAll ? ANY : others(LINE_ENDS));
      case "(":
        return this.#group();
      case "[":
        return this.#one(this.#class());
      case "\\":
        return this.#escape();
      default:
        return this.#one(only(character.charCodeAt(0)));
    }
  }

  /** What lies beyond ASCII is any code unit, and with the flag `u` two of them. */
  #one(set: CharacterSet): Pattern {
    const of = this.#ignoreCase ? eitherCase(set) : set;
    const folds = this.#ignoreCase && this.#unicode && (of & FOLDED_FROM_BEYOND) !== 0n;
    if (!folds && !has(of, BEYOND)) return { kind: "one", of };
    return this.#unicode ? UNKNOWN : { kind: "one", of: ANY };
  }

  #group(): Pattern {
    const kind = this.#groupKind();
    const of = this.pattern();
    if (!this.#take(")")) throw this.#unexpected("a group that does not end");
    if (kind === "negative") return EMPTY;
    return kind === "positive" ? { kind: "assertion", of } : of;
  }

  #groupKind(): "plain" | "positive" | "negative" {
    if (!this.#take("?") || this.#take(":")) return "plain";
    if (this.#take("=") || this.#take("<=")) return "positive";
    if (this.#take("!") || this.#take("<!")) return "negative";
    if (!this.#take("<")) throw this.#unexpected("a group of a kind that is not known");
    this.#skipTo(">");
    return "plain";
  }

  /** Behind a backslash, outside of a class. */
  #escape(): Pattern {
    const character = this.#next();
    if (character === "b" || character === "B") return EMPTY;
    if (character === "k") {
      this.#skipTo(">");
      return UNKNOWN;
    }
    return this.#takeNumber(character) ? UNKNOWN : this.#one(this.#escaped(character));
  }

  /** What an escape stands for inside and outside of a class. */
  #escaped(character: string): CharacterSet {
    if (character !== "p" && character !== "P") return CLASSES[character] ?? only(this.#codeOf(character));
    this.#skipTo("}");
    return ANY;
  }

  #codeOf(character: string): number {
    if (character === "x") return this.#hexadecimal(2);
    if (character === "c") return this.#next().charCodeAt(0) % 32;
    if (character !== "u") return CONTROLS[character] ?? character.charCodeAt(0);
    if (!this.#take("{")) return this.#hexadecimal(4);
    const code = this.#hexadecimal(this.#source.indexOf("}", this.#at) - this.#at);
    this.#skipTo("}");
    return code;
  }

  #class(): CharacterSet {
    const negated = this.#take("^");
    let set = 0n;
    while (!this.#take("]")) {
      const first = this.#member();
      if (this.#isNext("-") && this.#source[this.#at + 1] !== "]" && isSingle(first)) {
        this.#at++;
        set |= between(codeIn(first), codeIn(this.#member()));
      } else set |= first;
    }
    // Case is folded before a class is negated.
    return negated ? others(this.#ignoreCase ? eitherCase(set) : set) : set;
  }

  #member(): CharacterSet {
    const character = this.#next();
    if (character !== "\\") return only(character.charCodeAt(0));
    const escaped = this.#next();
    if (escaped === "b") return only(0x08);
    return this.#takeNumber(escaped) ? ANY : this.#escaped(escaped);
  }

  /** A backreference, or an octal number of old. */
  #takeNumber(first: string): boolean {
    const digits = /^\d*/.exec(this.#source.slice(this.#at))?.[0] ?? "";
    if (!/\d/.test(first) || (first === "0" && digits === "")) return false;
    this.#at += digits.length;
    return true;
  }

  #quantified(of: Pattern): Pattern {
    const bounds = this.#bounds();
    if (bounds === undefined) return of;
    this.#take("?");
    return { kind: "repeat", of, ...bounds };
  }

  #bounds(): { readonly min: number; readonly max: number } | undefined {
    if (this.#take("*")) return { min: 0, max: Infinity };
    if (this.#take("+")) return { min: 1, max: Infinity };
    if (this.#take("?")) return { min: 0, max: 1 };
    const counted = /^\{(\d+)(,?)(\d*)\}/.exec(this.#source.slice(this.#at));
    if (counted === null) return undefined;
    const [all, min, open, max] = counted;
    this.#at += all.length;
    if (open === "") return { min: Number(min), max: Number(min) };
    return { min: Number(min), max: max === "" ? Infinity : Number(max) };
  }

  #hexadecimal(digits: number): number {
    const code = Number.parseInt(this.#source.slice(this.#at, this.#at + digits), 16);
    if (Number.isNaN(code)) throw this.#unexpected("no hexadecimal digits");
    this.#at += digits;
    return code;
  }

  #skipTo(end: string): void {
    const at = this.#source.indexOf(end, this.#at);
    if (at === -1) throw this.#unexpected(`no ${end}`);
    this.#at = at + 1;
  }

  #next(): string {
    const character = this.#source[this.#at++];
    if (character === undefined) throw this.#unexpected("an end");
    return character;
  }

  #isNext(character: string): boolean {
    return this.#source[this.#at] === character;
  }

  #take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #unexpected(what: string): SyntaxError {
    return new SyntaxError(`/${this.#source}/: ${what} at ${this.#at}`);
  }
}

function isSingle(set: CharacterSet): boolean {
  return (set & (set - 1n)) === 0n;
}

/** The lowest in a set, which is the only one where it stands at an end of a range. */
function codeIn(set: CharacterSet): number {
  let code = 0;
  while (code < BEYOND && !has(set, code)) code++;
  return code;
}
