import { ATTR_SPANWARDEN_OUTPUT_NUMBERS_UNSUPPORTED_COUNT } from "../../names/attributes.ts";
import type { Passage } from "../passage.ts";
import type { Reading } from "../reading.ts";
import type { Signal } from "../signal.ts";
import { readEquations } from "./equations.ts";
import { type Mention, readNumbers } from "./numbers.ts";

/** Whole numbers up to here are counts, steps and ordinals more often than claims. */
const SMALL = 10;

/**
 * Numbers of the answer, each counted once, that stand in neither the messages nor the system instructions nor the tool
 * results. Left out: list ordinals, whole numbers up to 10, results of equations that hold, and years unless the input
 * speaks of years itself. A rounded number is supported by what it was rounded from, a percentage by its share.
 */
export const unsupportedNumbers: Signal = {
  name: ATTR_SPANWARDEN_OUTPUT_NUMBERS_UNSUPPORTED_COUNT,
  of(reading) {
    if (!reading.whole || !reading.contextWhole || reading.answers.length === 0) return [];
    const claims = reading.answers.map(claimsOf);
    const support = claims.some((mentions) => mentions.length > 0) ? supportOf(reading) : new Float64Array();
    const yearsMatter = support.some(isYear);
    const value = claims.reduce((sum, mentions) => {
      const unsupported = mentions.filter(
        (mention) => !(isYear(mention.value) && !yearsMatter) && !isSupported(mention, support),
      );
      return sum + new Set(unsupported.map((mention) => mention.value)).size;
    }, 0);
    return [{ name: ATTR_SPANWARDEN_OUTPUT_NUMBERS_UNSUPPORTED_COUNT, value }];
  },
};

function claimsOf(answer: Passage): readonly Mention[] {
  const { prose } = answer;
  const mentions = readNumbers(prose).filter(
    ({ value, unit, percent, start }) =>
      (percent || unit !== 1 || value > SMALL) && !(unit === 1 && isOrdinal(prose, start)),
  );
  if (mentions.length === 0) return mentions;
  const derived = new Set(readEquations(prose).flatMap(({ stated, holds }) => (holds ? [stated] : [])));
  return mentions.filter(({ value }) => !derived.has(value));
}

/** `12. ` or `12) ` at the start of a line. */
function isOrdinal(prose: string, start: number): boolean {
  if (!/^\d{1,3}[.)]\s/.test(prose.slice(start, start + 5))) return false;
  return /(?:^|\n)[\s*#>-]*$/.test(prose.slice(Math.max(0, start - 20), start));
}

function supportOf({ call }: Reading): Float64Array {
  const { input, systemInstructions } = call.content;
  const texts = [
    ...systemInstructions,
    ...input.flatMap(({ parts }) => parts.flatMap((part) => ("text" in part ? [part.text] : []))),
  ];
  return Float64Array.from(
    texts.flatMap((text) => readNumbers(text.text().toLowerCase()).map(({ value }) => value)),
  ).toSorted();
}

function isSupported({ value, unit, percent }: Mention, support: Float64Array): boolean {
  // A whole number is taken for exact unless it is scaled.
  const slack = unit === 1 ? 0 : unit / 2;
  if (isNear(value, slack, support)) return true;
  if (percent) return isNear(value / 100, slack / 100 || 0.005, support);
  return value < 1 && isNear(value * 100, slack * 100, support);
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

function isYear(value: number): boolean {
  return Number.isInteger(value) && value >= 1900 && value < 2100;
}
