/** A regular expression as its own parts; `character` holds the source of an atom that stands for one character. */
export type Expression =
  | { readonly kind: "character"; readonly source: string }
  | { readonly kind: "edge"; readonly at: Edge }
  | { readonly kind: "sequence"; readonly parts: readonly Expression[] }
  | { readonly kind: "choice"; readonly options: readonly Expression[] }
  | { readonly kind: "repeat"; readonly of: Expression; readonly min: number; readonly max: number };

export type Edge = "^" | "$" | "b" | "B";

/** Copies that a counted repetition may ask for. */
const MOST_COPIES = 1_000;
/** Groups within groups. */
const DEEPEST = 50;

/**
 * Reads the source of a valid regular expression of flag `u`. Throws SyntaxError for what no automaton can do without
 * going back in the text: assertions about what stands around, and references to groups.
 */
export function expressionOf(source: string): Expression {
  return new Parser(source).choice(0);
}

/** Whether it matches where there is nothing. */
export function matchesNothing(expression: Expression): boolean {
  switch (expression.kind) {
    case "character":
      return false;
    case "edge":
      return true;
    case "sequence":
      return expression.parts.every(matchesNothing);
    case "choice":
      return expression.options.some(matchesNothing);
    case "repeat":
      return expression.min === 0 || matchesNothing(expression.of);
  }
}

class Parser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  choice(depth: number): Expression {
    if (depth > DEEPEST) throw new SyntaxError(`groups more than ${DEEPEST} deep`);
    const options = [this.#sequence(depth)];
    while (this.#take("|")) options.push(this.#sequence(depth));
    return options.length === 1 ? (options[0] as Expression) : { kind: "choice", options };
  }

  #sequence(depth: number): Expression {
    const parts: Expression[] = [];
    while (this.#at < this.#source.length && !/[|)]/.test(this.#source[this.#at] ?? "")) {
      parts.push(this.#repeated(this.#atom(depth)));
    }
    return { kind: "sequence", parts };
  }

  #atom(depth: number): Expression {
    const [character = ""] = this.#match(/./suy);
    if (character === "^" || character === "$") return { kind: "edge", at: character };
    if (character === "(") return this.#group(depth);
    if (character === "[") return this.#class();
    if (character === "\\") return this.#escape();
    return { kind: "character", source: character };
  }

  #group(depth: number): Expression {
    if (!this.#take("?:")) {
      const [kind] = this.#match(/(?:\?(?:<?[=!]|<[^>]*>|[a-z-]*:))?/uy);
      if (kind !== "" && !kind?.endsWith(">")) throw new SyntaxError(`(${kind} is not supported: it looks around`);
    }
    const of = this.choice(depth + 1);
    this.#take(")");
    return of;
  }

  #class(): Expression {
    const [rest = ""] = this.#match(/(?:\\.|[^\]\\])*\]/suy);
    return { kind: "character", source: `[${rest}` };
  }

  #escape(): Expression {
    const [escape = ""] = this.#match(
      /u\{[\dA-Fa-f]+\}|u[Dd][89ABab][\dA-Fa-f]{2}\\u[Dd][C-Fc-f][\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|x[\dA-Fa-f]{2}|[pP]\{[^}]*\}|c[A-Za-z]|./suy,
    );
    if (escape === "b" || escape === "B") return { kind: "edge", at: escape };
    if (/^[1-9k]/.test(escape)) throw new SyntaxError(`\\${escape} is not supported: it refers to a group`);
    return { kind: "character", source: `\\${escape}` };
  }

  #repeated(of: Expression): Expression {
    const [quantifier, counted, open, most] = this.#match(/(?:[*+?]|\{(\d+)(,?)(\d*)\})?\??/uy);
    if (quantifier === undefined || quantifier === "") return of;
    if (quantifier.startsWith("*")) return { kind: "repeat", of, min: 0, max: Infinity };
    if (quantifier.startsWith("+")) return { kind: "repeat", of, min: 1, max: Infinity };
    if (counted === undefined) return { kind: "repeat", of, min: 0, max: 1 };
    const min = Number(counted);
    const max = open === "" ? min : most === "" ? Infinity : Number(most);
    if (Math.max(min, max === Infinity ? 0 : max) > MOST_COPIES)
      throw new SyntaxError(`${quantifier}: expected at most ${MOST_COPIES} repetitions`);
    return { kind: "repeat", of, min, max };
  }

  #take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  /** What a sticky expression matches here, which is read over. */
  #match(expression: RegExp): readonly (string | undefined)[] {
    expression.lastIndex = this.#at;
    const match = expression.exec(this.#source);
    if (match === null) throw new SyntaxError(`it ends too soon at ${this.#at}`);
    this.#at += match[0].length;
    return match;
  }
}
