import type { Passage } from "../passage.ts";
import { evaluate, type Evaluation, readNumber, type WrittenNumber } from "./arithmetic.ts";

/** A statement such as `12 * 4 = 48` or `20% of 50 is 10`. */
export interface Equation {
  /** The result as stated. */
  readonly stated: number;
  readonly holds: boolean;
}

/** Characters of an expression that are read to the left of its `=`. */
const EXPRESSION = 120;
/** Signs of equality looked at in one text. */
const LIMIT = 2_000;
/** Characters around an equation that are searched for words that put it in doubt. */
const CONTEXT = 40;

const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/\\(?:times|cdot|ast)\b|[×·⋅∙]/g, "*"],
  [/\\div\b|÷/g, "/"],
  [/[−–]/g, "-"],
  [/\{,\}/g, ","],
  [/\\[,;!:]/g, " "],
  [/\\([$%])/g, "$1"],
];

/** What may stand in an expression; `x` is looked at apart. */
const INSIDE = /[\d.,+\-*/()$€£% \u00a0]/;
const BEFORE_EQUALS = /[=!<>:~≈+\-*/]/;
/** A character that, right before an expression, makes it part of something larger. */
const GLUED = /[\w:'"^²³√!\])}_<>\\]/;
/** Words that do so. */
const OPERATOR_WORD =
  /\b(?:sin|cos|tan|log|ln|exp|sqrt|root|of|mod|minus|plus|times|by|over|per|than|if|suppose|assume|assuming|let|say)$/;
/** What follows a result that is not the whole result, or no plain number. */
const LARGER_RESULT =
  /^(?:[\w^²³!_'(\\{°]|[.,:]\d|\s*(?:[+\-*/^]|\bx\b)\s*[\d($€£]|\s+(?:\d|hundred\b|thousand\b|million\b|billion\b|trillion\b|dozen\b|and \d|r\b|rem\b|remainder\b|with\b|mod\b|(?:is|are|would be|isn't|was) (?:not|wrong|false|incorrect)\b|\(mod))/;
const DOUBT = /\b(?:wrong|false|incorrect|mistake|error|not equal|joke|riddle)\b/;
/** Arithmetic in which 1 + 1 may well be 10, or 0. */
const OTHER_ARITHMETIC = /\b(?:binary|hexadecimal|octal|boolean|modul\w*|mod|xor|base[- ]?\d)\b/;

const PERCENT_OF =
  /(?<![\w.,])(?<![+\-*/(]\s?)(\d[\d,]*(?:\.\d+)?) ?(?:%|percent) of [$€£]?(\d[\d,]*(?:\.\d+)?) ?(?:=|is|equals) ?[$€£]?(?=\d)/g;

/** The equations of an answer, outside fenced code. */
export function equationsOf({ prose }: Passage): readonly Equation[] {
  return readEquations(prose);
}

/** Reads the equations of a text in lower case. Made for precision: what is not plainly an equation of numbers is passed over. */
function readEquations(lower: string): readonly Equation[] {
  if (!lower.includes("=") && !/(?:%|percent) of/.test(lower)) return [];
  const text = SPELLINGS.reduce((spelled, [pattern, plain]) => spelled.replaceAll(pattern, plain), lower);
  const equations = [...readPercentages(text)];
  let looked = 0;
  for (let at = text.indexOf("="); at !== -1 && looked < LIMIT; at = text.indexOf("=", at + 1)) {
    looked++;
    const equation = readAt(text, at);
    if (equation !== undefined) equations.push(equation);
  }
  return equations.some(({ holds }) => !holds) && OTHER_ARITHMETIC.test(text) ? [] : equations;
}

function* readPercentages(text: string): Generator<Equation> {
  for (const match of text.matchAll(PERCENT_OF)) {
    const [all, share = "", whole = ""] = match;
    const evaluation = evaluate(`${share}%*${whole}`);
    const result = readResult(text, match.index + all.length);
    if (evaluation !== undefined && result !== undefined) yield compare(evaluation, result);
  }
}

function readAt(text: string, equals: number): Equation | undefined {
  if (BEFORE_EQUALS.test(text[equals - 1] ?? "=") || /[=>]/.test(text[equals + 1] ?? "")) return undefined;
  const expression = expressionBefore(text, equals);
  if (expression === undefined) return undefined;
  const evaluation = evaluate(expression);
  let from = equals + 1;
  while (/[\s$€£*]/.test(text[from] ?? "")) from++;
  const result = readResult(text, from);
  return evaluation === undefined || result === undefined ? undefined : compare(evaluation, result);
}

interface Result extends WrittenNumber {
  readonly percent: boolean;
}

function readResult(text: string, at: number): Result | undefined {
  const negative = text[at] === "-";
  const start = at + (/^-?[$€£]?/.exec(text.slice(at, at + 2))?.[0].length ?? 0);
  const number = readNumber(text, start);
  if (number === undefined) return undefined;
  const percent = /^ ?(?:%|percent)/.exec(text.slice(start + number.length, start + number.length + 8))?.[0] ?? "";
  const after = text.slice(start + number.length + percent.length, start + number.length + CONTEXT);
  if (LARGER_RESULT.test(after) || DOUBT.test(after)) return undefined;
  return { ...number, value: negative ? -number.value : number.value, percent: percent.length > 0 };
}

function expressionBefore(text: string, equals: number): string | undefined {
  let start = equals;
  while (start > 0 && equals - start < EXPRESSION && isInside(text, start - 1)) start--;
  if (equals - start >= EXPRESSION) return undefined;
  const expression = text.slice(start, equals);
  if (!/^\s/.test(expression) && GLUED.test(text[start - 1] ?? " ")) return undefined;
  const before = text.slice(Math.max(0, start - CONTEXT), start).trimEnd();
  if (OPERATOR_WORD.test(before) || DOUBT.test(before) || hasDash(expression)) return undefined;
  return withoutMarks(expression).replaceAll(/(?<=[\d)]\s?)x/g, "*");
}

/** A dash that is no minus, as in `10-20 = ten pages`: spaces on one side only, or none beside a spaced `=`. */
function hasDash(expression: string): boolean {
  return /\d\s+-\d|\d-\s/.test(expression) || (/\d-\d/.test(expression) && /\s$/.test(expression));
}

function isInside(text: string, at: number): boolean {
  const character = text[at] ?? "";
  if (INSIDE.test(character)) return true;
  if (character !== "x") return false;
  return /[\d)]\s?$/.test(text.slice(Math.max(0, at - 2), at)) && /^\s?[\d($€£]/.test(text.slice(at + 1, at + 3));
}

/** Without the marks of a list or of emphasis that stand before it: `- 3 + 4`, `**3 + 4`, `1. 3 + 4`. */
function withoutMarks(expression: string): string {
  return expression
    .trim()
    .replace(/^(?:-\s|[.,)*+\s])+/, "")
    .replace(/^\d{1,2}[.)]\s+/, "");
}

function compare(evaluation: Evaluation, result: Result): Equation {
  const unit = 10 ** -result.decimals;
  const tolerance = evaluation.exact && result.decimals === 0 ? 0 : unit * (evaluation.divides ? 1 : 0.5);
  const slack = tolerance + 1e-9 * Math.max(1, Math.abs(evaluation.high));
  const fits = (stated: number, scale: number): boolean =>
    stated >= evaluation.low - slack * scale && stated <= evaluation.high + slack * scale;
  // A share may be stated as a percentage of either form: 45 / 60 = 75 %, 0.75 * 100 = 75 %.
  const holds = fits(result.value, 1) || (result.percent && fits(result.value / 100, 0.01));
  return { stated: result.value, holds };
}
