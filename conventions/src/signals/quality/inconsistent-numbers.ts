import { ATTR_SPANWARDEN_OUTPUT_NUMBERS_INCONSISTENT_COUNT } from "../../names/attributes.ts";
import type { Signal } from "../signal.ts";
import { readEquations } from "./equations.ts";

/** Equations and percentages in the answer, outside fenced code, whose result is not what their other side is worth. */
export const inconsistentNumbers: Signal = {
  name: ATTR_SPANWARDEN_OUTPUT_NUMBERS_INCONSISTENT_COUNT,
  of(reading) {
    if (!reading.whole || reading.answers.length === 0) return [];
    const value = reading.answers.reduce(
      (sum, answer) => sum + readEquations(answer.prose).filter(({ holds }) => !holds).length,
      0,
    );
    return [{ name: ATTR_SPANWARDEN_OUTPUT_NUMBERS_INCONSISTENT_COUNT, value }];
  },
};
