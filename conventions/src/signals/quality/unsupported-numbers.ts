import { ATTR_SPANWARDEN_OUTPUT_NUMBERS_UNSUPPORTED_COUNT } from "../../names/attributes.ts";
import type { Passage } from "../passage.ts";
import type { Signal } from "../signal.ts";
import { equationsOf } from "./equations.ts";
import { isYear, numberSupport } from "./number-support.ts";
import { type Mention, readNumbers } from "./numbers.ts";

/** Whole numbers up to here are counts, steps and ordinals more often than claims. */
const SMALL = 10;

/**
 * Numbers of the answer, each counted once, that stand in neither the messages nor the system instructions nor the tool
 * results; 0 and up. Left out: list ordinals, whole numbers up to 10, results of equations that hold, and years unless the
 * input speaks of years itself. A rounded number is supported by what it was rounded from, a percentage by its share, a
 * number by its word.
 *
 * Blind to a number of the input that is told of the wrong thing, and to what the model computed without showing how.
 * Cost: 10 us for 500 characters of answer, and 15 us for 1,000 of input where the answer holds a number.
 */
export const unsupportedNumbers: Signal = {
  name: ATTR_SPANWARDEN_OUTPUT_NUMBERS_UNSUPPORTED_COUNT,
  of(reading) {
    if (!reading.whole || !reading.contextWhole || reading.answers.length === 0) return [];
    const claims = reading.answers.map((answer) => answer.once(claimedNumbers));
    const value = claims.reduce((sum, mentions) => {
      if (mentions.length === 0) return sum;
      const support = reading.once(numberSupport);
      const unsupported = mentions.filter(
        (mention) => !(isYear(mention.value) && !support.years) && !support.has(mention),
      );
      return sum + new Set(unsupported.map((mention) => mention.value)).size;
    }, 0);
    return [{ name: ATTR_SPANWARDEN_OUTPUT_NUMBERS_UNSUPPORTED_COUNT, value }];
  },
};

/** The numbers with which an answer claims something. */
export function claimedNumbers(answer: Passage): readonly Mention[] {
  const { prose } = answer;
  const mentions = readNumbers(prose).filter(
    ({ value, unit, percent, start }) =>
      (percent || unit !== 1 || value > SMALL) && !(unit === 1 && isOrdinal(prose, start)),
  );
  if (mentions.length === 0) return mentions;
  const derived = new Set(answer.once(equationsOf).flatMap(({ stated, holds }) => (holds ? [stated] : [])));
  return mentions.filter(({ value }) => !derived.has(value));
}

/** `12. ` or `12) ` at the start of a line. */
function isOrdinal(prose: string, start: number): boolean {
  if (!/^\d{1,3}[.)]\s/.test(prose.slice(start, start + 5))) return false;
  return /(?:^|\n)[\s*#>-]*$/.test(prose.slice(Math.max(0, start - 20), start));
}
