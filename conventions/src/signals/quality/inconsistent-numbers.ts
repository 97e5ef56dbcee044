import { ATTR_SPANWARDEN_OUTPUT_NUMBERS_INCONSISTENT_COUNT } from "../../names/attributes.ts";
import type { Signal } from "../signal.ts";
import { equationsOf } from "./equations.ts";

/**
 * Equations and percentages in the answer, outside fenced code, whose result is not what their other side is worth; a count.
 *
 * Made for precision: what is not plainly an equation of numbers is passed over, so are sums told in words, powers and
 * units. Percentages in words are read in English only. Cost: 3 us for 500 characters without an equation.
 */
export const inconsistentNumbers: Signal = {
  name: ATTR_SPANWARDEN_OUTPUT_NUMBERS_INCONSISTENT_COUNT,
  of(reading) {
    if (!reading.whole || reading.answers.length === 0) return [];
    const value = reading.answers.reduce(
      (sum, answer) => sum + answer.once(equationsOf).filter(({ holds }) => !holds).length,
      0,
    );
    return [{ name: ATTR_SPANWARDEN_OUTPUT_NUMBERS_INCONSISTENT_COUNT, value }];
  },
};
