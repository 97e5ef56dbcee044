/** What an expression may be worth, given that numbers with two or more decimals were probably rounded. */
interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Evaluation extends Interval {
  /** Only integers under `+`, `-` and `*`: the result is exact. */
  readonly exact: boolean;
  readonly divides: boolean;
}

/** Decimals from which a number is taken for a rounded one: 0.33, but also 4.99, whose error is below what is looked for. */
const ROUNDED_DECIMALS = 2;

/** Operators after `normaliseArithmetic`. */
const NUMBER = /\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?/y;

/** A number as written. */
export interface WrittenNumber {
  readonly value: number;
  readonly decimals: number;
  /** Characters it takes. */
  readonly length: number;
}

/** Reads the number that starts at `at`: digits, comma-separated thousands, a decimal point. */
export function readNumber(text: string, at: number): WrittenNumber | undefined {
  NUMBER.lastIndex = at;
  const written = NUMBER.exec(text)?.[0];
  if (written === undefined) return undefined;
  const point = written.indexOf(".");
  return {
    value: Number(written.replaceAll(",", "")),
    decimals: point === -1 ? 0 : written.length - point - 1,
    length: written.length,
  };
}

/**
 * Evaluates an expression of numbers, `+ - * /`, parentheses and `%`; `undefined` for anything else, for an expression
 * without an operator, and for a division by zero. Recursion is bounded by the length, which the caller bounds.
 */
export function evaluate(expression: string): Evaluation | undefined {
  const parser = new Parser(expression.replaceAll(/[\s$€£]/g, ""));
  const value = parser.sum();
  if (value === undefined || !parser.done || parser.operators === 0) return undefined;
  return { ...value, exact: parser.exact, divides: parser.divides };
}

class Parser {
  operators = 0;
  exact = true;
  divides = false;
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#at === this.#text.length;
  }

  sum(): Interval | undefined {
    let left = this.#product();
    for (let operator = this.#take("+-"); operator !== undefined; operator = this.#take("+-")) {
      const right = this.#product();
      if (left === undefined || right === undefined) return undefined;
      left =
        operator === "+"
          ? { low: left.low + right.low, high: left.high + right.high }
          : { low: left.low - right.high, high: left.high - right.low };
      this.operators++;
    }
    return left;
  }

  #product(): Interval | undefined {
    let left = this.#factor();
    for (let operator = this.#take("*/"); operator !== undefined; operator = this.#take("*/")) {
      const right = this.#factor();
      if (left === undefined || right === undefined) return undefined;
      if (operator === "/" && right.low <= 0 && right.high >= 0) return undefined;
      if (operator === "/") this.exact = !(this.divides = true);
      left = corners(left, right, operator);
      this.operators++;
    }
    return left;
  }

  #factor(): Interval | undefined {
    if (this.#take("-") !== undefined) {
      const negated = this.#factor();
      return negated && { low: -negated.high, high: -negated.low };
    }
    if (this.#take("(") !== undefined) {
      const inner = this.sum();
      return this.#take(")") === undefined ? undefined : inner;
    }
    const number = readNumber(this.#text, this.#at);
    if (number === undefined) return undefined;
    this.#at += number.length;
    if (number.decimals > 0) this.exact = false;
    const error = number.decimals >= ROUNDED_DECIMALS ? 0.5 * 10 ** -number.decimals : 0;
    const percent = this.#take("%") === undefined ? 1 : 100;
    if (percent === 100) this.exact = false;
    return { low: (number.value - error) / percent, high: (number.value + error) / percent };
  }

  #take(characters: string): string | undefined {
    const next = this.#text[this.#at];
    if (next === undefined || !characters.includes(next)) return undefined;
    this.#at++;
    return next;
  }
}

function corners(left: Interval, right: Interval, operator: string): Interval {
  const apply = (a: number, b: number): number => (operator === "*" ? a * b : a / b);
  const all = [
    apply(left.low, right.low),
    apply(left.low, right.high),
    apply(left.high, right.low),
    apply(left.high, right.high),
  ];
  return { low: Math.min(...all), high: Math.max(...all) };
}
