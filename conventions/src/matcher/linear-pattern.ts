import type { Budget } from "./budget.ts";
import { expressionOf, matchesNothing, type Edge, type Expression } from "./expression.ts";

/** States of one pattern: bounds the time a character of the text may take. */
const MOST_STATES = 2_000;
/** Characters beyond ASCII whose answers are remembered for each atom. */
const MOST_REMEMBERED = 4_096;

type State =
  | { readonly kind: "character"; readonly of: (code: number) => boolean; readonly next: number }
  | { readonly kind: "edge"; readonly at: Edge; readonly next: number }
  | { readonly kind: "split"; readonly next: readonly number[] }
  | { readonly kind: "match" };

interface Match {
  readonly start: number;
  readonly end: number;
}

/**
 * A regular expression of somebody else's, found in time linear in the text: no text and no expression makes it go back.
 *
 * Flag `u`, and `i` unless it minds case. Of matches that overlap the leftmost is found, of those the longest. Without
 * assertions about what stands around and references to groups, and none that matches where there is nothing.
 * Source: K. Thompson, Regular expression search algorithm, CACM 1968.
 */
export class LinearPattern {
  /** The same as the language's own, for the prefilter; never run on a text. */
  readonly expression: RegExp;
  readonly #states: State[] = [{ kind: "match" }];
  readonly #start: number;

  /** Throws SyntaxError that says what is wrong with the source. */
  constructor(source: string, ignoreCase = true) {
    this.expression = new RegExp(source, ignoreCase ? "iu" : "u");
    const expression = expressionOf(source);
    if (matchesNothing(expression)) throw new SyntaxError("it matches where there is nothing");
    this.#start = this.#compile(expression, 0);
  }

  /** Matches in their order; ends where the budget does. */
  *find(text: string, budget: Budget): Generator<Match> {
    for (let from = 0; from <= text.length;) {
      const match = this.#first(text, from, budget);
      if (match === undefined) return;
      yield match;
      from = match.end;
    }
  }

  #first(text: string, from: number, budget: Budget): Match | undefined {
    let best: Match | undefined;
    // Threads by the state they are in; insertion keeps the ones that began further left in front.
    let threads = new Map<number, number>();
    for (let at = from; ;) {
      if (best === undefined) this.#enter(threads, this.#start, at, text, at);
      const start = threads.get(0);
      if (start !== undefined && (best === undefined || start <= best.start)) best = { start, end: at };
      const code = text.codePointAt(at);
      if (code === undefined || (best !== undefined && threads.size === 0)) return best;
      if (!budget.spend(threads.size + 1)) return undefined;
      const next = at + (code > 0xffff ? 2 : 1);
      threads = this.#step(threads, code, text, next, best?.start ?? Infinity);
      at = next;
    }
  }

  #step(
    threads: ReadonlyMap<number, number>,
    code: number,
    text: string,
    at: number,
    last: number,
  ): Map<number, number> {
    const after = new Map<number, number>();
    for (const [number, start] of threads) {
      const state = this.#states[number];
      if (start <= last && state?.kind === "character" && state.of(code))
        this.#enter(after, state.next, start, text, at);
    }
    return after;
  }

  /** Takes a thread to all the states that it reaches without a character. */
  #enter(threads: Map<number, number>, number: number, start: number, text: string, at: number): void {
    const open = [number];
    for (let entered = open.pop(); entered !== undefined; entered = open.pop()) {
      if (threads.has(entered)) continue;
      threads.set(entered, start);
      const state = this.#states[entered];
      if (state?.kind === "split") open.push(...state.next);
      else if (state?.kind === "edge" && isEdge(state.at, text, at)) open.push(state.next);
    }
  }

  /** The state from which the expression is read, and then `next`. */
  #compile(expression: Expression, next: number): number {
    switch (expression.kind) {
      case "character":
        return this.#add({ kind: "character", of: characterTest(expression.source, this.expression.flags), next });
      case "edge":
        return this.#add({ kind: "edge", at: expression.at, next });
      case "sequence":
        return expression.parts.reduceRight((then, part) => this.#compile(part, then), next);
      case "choice":
        return this.#add({ kind: "split", next: expression.options.map((option) => this.#compile(option, next)) });
      case "repeat":
        return this.#repeat(expression, next);
    }
  }

  #repeat({ of, min, max }: Extract<Expression, { kind: "repeat" }>, next: number): number {
    let then = next;
    if (max === Infinity) {
      const loop = this.#add({ kind: "split", next: [next] });
      this.#states[loop] = { kind: "split", next: [this.#compile(of, loop), next] };
      then = loop;
    } else {
      for (let n = min; n < max; n++) then = this.#add({ kind: "split", next: [this.#compile(of, then), next] });
    }
    for (let n = 0; n < min; n++) then = this.#compile(of, then);
    return then;
  }

  #add(state: State): number {
    if (this.#states.length >= MOST_STATES) throw new SyntaxError(`it takes more than ${MOST_STATES} states`);
    return this.#states.push(state) - 1;
  }
}

function characterTest(source: string, flags: string): (code: number) => boolean {
  const expression = new RegExp(`^(?:${/^[/]$/.test(source) ? "\\/" : source})$`, flags);
  const ascii = Uint8Array.from({ length: 128 }, (_, code) => Number(expression.test(String.fromCharCode(code))));
  const beyond = new Map<number, boolean>();
  return (code) => {
    if (code < 128) return ascii[code] === 1;
    let known = beyond.get(code);
    if (known === undefined) {
      known = expression.test(String.fromCodePoint(code));
      if (beyond.size < MOST_REMEMBERED) beyond.set(code, known);
    }
    return known;
  };
}

function isEdge(edge: Edge, text: string, at: number): boolean {
  if (edge === "^") return at === 0;
  if (edge === "$") return at === text.length;
  const isBorder = isWord(text[at - 1]) !== isWord(text[at]);
  return edge === "b" ? isBorder : !isBorder;
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /\w/.test(character);
}
