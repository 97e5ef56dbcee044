import type { Reading } from "../reading.ts";
import { type Mention, readNumbers, spelledNumbers } from "./numbers.ts";

/** The numbers of all that the model was given. */
export interface NumberSupport {
  has(mention: Mention): boolean;
  /** It speaks of years. */
  readonly years: boolean;
}

/** Instructions, messages and tool results, earlier turns too. */
export function numberSupport({ call }: Reading): NumberSupport {
  const { input, systemInstructions } = call.content;
  const texts = [
    ...systemInstructions,
    ...input.flatMap(({ parts }) => parts.flatMap((part) => ("text" in part ? [part.text] : []))),
  ].map((text) => text.text().toLowerCase());
  const written = Float64Array.from(
    texts.flatMap((text) => readNumbers(text).flatMap(({ value, others }) => [value, ...others])),
  ).toSorted();
  let spelled: Float64Array | undefined;
  return {
    has: (mention) => {
      if (isSupported(mention, written)) return true;
      spelled ??= Float64Array.from(texts.flatMap(spelledNumbers)).toSorted();
      return spelled.length > 0 && isSupported(mention, spelled);
    },
    years: written.some(isYear),
  };
}

/** A year is as likely a word of the language as a claim. */
export function isYear(value: number): boolean {
  return Number.isInteger(value) && value >= 1900 && value < 2100;
}

/** A rounded number is supported by what it was rounded from, a percentage by its share. */
function isSupported({ value, unit, percent, others }: Mention, support: Float64Array): boolean {
  // A whole number is taken for exact unless it is scaled.
  const slack = unit === 1 ? 0 : unit / 2;
  if (isNear(value, slack, support) || isAll(others, support)) return true;
  if (percent) return isNear(value / 100, slack / 100 || 0.005, support);
  return value < 1 && isNear(value * 100, slack * 100, support);
}

function isAll(others: readonly number[], support: Float64Array): boolean {
  return others.length > 0 && others.every((other) => isNear(other, 0, support));
}

/** Whether a number of the ascending list lies within `slack` of the value. */
function isNear(value: number, slack: number, ascending: Float64Array): boolean {
  const least = value - slack * (1 + 1e-9) - Math.abs(value) * 1e-12;
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return (ascending[low] ?? Number.POSITIVE_INFINITY) <= 2 * value - least;
}
