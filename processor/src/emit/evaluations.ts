import {
  ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT,
  ATTR_SPANWARDEN_OUTPUT_GROUNDING_SCORE,
  ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE,
  ATTR_SPANWARDEN_OUTPUT_NUMBERS_INCONSISTENT_COUNT,
  ATTR_SPANWARDEN_OUTPUT_REFUSAL,
  ATTR_SPANWARDEN_OUTPUT_REPETITION_SCORE,
  ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_INVALID_COUNT,
} from "@spanwarden/conventions";

import type { CallFact } from "../facts/call-fact.ts";

/** A judgement of one answer, as `gen_ai.evaluation.result` carries it. */
export interface Evaluation {
  readonly name: string;
  readonly score: number;
  /** `fail` is what `evaluations: failed` exports; absent where the score alone says nothing about good or bad. */
  readonly label?: string | undefined;
}

const SAME = (value: number): number => value;
const NONE_IS_GOOD = (count: number): number => Number(count === 0);
const PASS_FAIL = (score: number): string => (score >= 1 ? "pass" : "fail");

/** Name, the measurement it is made of, its score, its label. A refusal is no failure by itself: some answers ought to be. */
const EVALUATIONS: readonly (readonly [
  name: string,
  measurement: string,
  score: (value: number) => number,
  label?: (score: number) => string,
])[] = [
  ["format_compliance", ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT, SAME, PASS_FAIL],
  ["numeric_consistency", ATTR_SPANWARDEN_OUTPUT_NUMBERS_INCONSISTENT_COUNT, NONE_IS_GOOD, PASS_FAIL],
  ["tool_call_validity", ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_INVALID_COUNT, NONE_IS_GOOD, PASS_FAIL],
  ["refusal", ATTR_SPANWARDEN_OUTPUT_REFUSAL, SAME, (score) => (score >= 1 ? "refused" : "answered")],
  ["hedge_rate", ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE, SAME],
  ["groundedness", ATTR_SPANWARDEN_OUTPUT_GROUNDING_SCORE, SAME],
  ["repetition", ATTR_SPANWARDEN_OUTPUT_REPETITION_SCORE, SAME],
];

/** What the signals of a call amount to; unknown signals yield nothing. `quality` is the call's quality score, where known. */
export function evaluationsOf(fact: CallFact, quality: number | undefined): readonly Evaluation[] {
  const judged = EVALUATIONS.flatMap(([name, measurement, scoreOf, labelOf]) => {
    const value = fact.measurements[measurement];
    if (value === undefined) return [];
    const score = scoreOf(value);
    return [{ name, score, label: labelOf?.(score) }];
  });
  return quality === undefined ? judged : [...judged, { name: "quality", score: quality }];
}
