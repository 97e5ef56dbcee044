import { automatonOf, type Automaton } from "./automaton.ts";
import { LONGEST_FACTOR, requiredFactors } from "./factors.ts";
import { patternOf } from "./pattern.ts";

/** Characters read at a time; they are copied out of the string first. */
const CHUNK = 16_384;
/** Below it the lanes' overlap costs more than they win. */
const LEAST_FOR_LANES = 256;

/**
 * Says in one pass over a text which of many regular expressions may match in it: never silent where one does.
 *
 * Each expression is analysed for strings of which every match holds one (its factors); an automaton finds them all at
 * once, in time linear in the text whatever it holds. Source: the "required literals" of Google's codesearch and of RE2's
 * FilteredRE2, here with sets of characters in place of literals.
 */
export class Prefilter {
  readonly #automaton: Automaton;
  /** Expressions that can match where nothing of them is known. */
  readonly #always: readonly number[];

  /** Throws SyntaxError for an expression that it cannot read, RangeError for too many. */
  constructor(expressions: readonly RegExp[]) {
    const required = expressions.map((expression) => requiredFactors(patternOf(expression)));
    this.#always = [...required.keys()].filter((index) => required[index] === undefined);
    this.#automaton = automatonOf(
      required.flatMap((factors, owner) => (factors ?? []).map((factor) => ({ factor, owner }))),
    );
  }

  /** Indexes of the expressions that may match in the text. */
  candidates(text: string): ReadonlySet<number> {
    return this.start().push(text).candidates;
  }

  /** Begins a text that comes in pieces. */
  start(): PrefilterRun {
    return new PrefilterRun(this.#automaton, this.#always);
  }
}

/** One text, read piece by piece; a factor may stand across pieces. */
export class PrefilterRun {
  readonly candidates: Set<number>;
  readonly #automaton: Automaton;
  #state = 0;

  constructor(automaton: Automaton, always: readonly number[]) {
    this.#automaton = automaton;
    this.candidates = new Set(always);
  }

  push(piece: string): this {
    for (let at = 0; at < piece.length; at += CHUNK) {
      // Of a character beyond Latin-1 the low byte is left, which may look like another: a needless candidate at worst.
      const length = chunk.write(piece.length > CHUNK ? piece.slice(at, at + CHUNK) : piece, "latin1");
      if (length < LEAST_FOR_LANES) this.#state = this.#read(0, length, this.#state);
      else this.#readInLanes(length);
    }
    return this;
  }

  #read(from: number, to: number, start: number): number {
    const { firstEnd } = this.#automaton;
    let state = start;
    for (let at = from; at < to; at++) {
      state = after(this.#automaton, state, at);
      if (state >= firstEnd) this.#note(state);
    }
    return state;
  }

  /**
   * A step waits for the one before it, so four quarters are read at once, each a little into the next, as factors stand
   * across their borders. What the state knows goes back no further than the longest factor.
   */
  #readInLanes(length: number): void {
    const automaton = this.#automaton;
    const { firstEnd } = automaton;
    const quarter = length >> 2;
    const steps = quarter + LONGEST_FACTOR;
    const [second, third, last] = [quarter, 2 * quarter, length - steps];
    let [a, b, c, d] = [this.#state, 0, 0, 0];
    for (let step = 0; step < steps; step++) {
      a = after(automaton, a, step);
      b = after(automaton, b, second + step);
      c = after(automaton, c, third + step);
      d = after(automaton, d, last + step);
      if (a >= firstEnd) this.#note(a);
      if (b >= firstEnd) this.#note(b);
      if (c >= firstEnd) this.#note(c);
      if (d >= firstEnd) this.#note(d);
    }
    this.#state = d;
  }

  #note(state: number): void {
    for (const owner of this.#automaton.ends[state - this.#automaton.firstEnd] ?? []) this.candidates.add(owner);
  }
}

const chunk = Buffer.alloc(CHUNK);

/** The state after one more character of the chunk. */
function after({ columns, width, next }: Automaton, state: number, at: number): number {
  return next[state * width + (columns[chunk[at] ?? 0] ?? 0)] ?? 0;
}
