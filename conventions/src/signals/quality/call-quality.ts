import type { EndReason } from "../../call.ts";
import {
  ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS,
  ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT,
  ATTR_SPANWARDEN_OUTPUT_GROUNDING_SCORE,
  ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE,
  ATTR_SPANWARDEN_OUTPUT_NUMBERS_INCONSISTENT_COUNT,
  ATTR_SPANWARDEN_OUTPUT_NUMBERS_UNSUPPORTED_COUNT,
  ATTR_SPANWARDEN_OUTPUT_REFUSAL,
  ATTR_SPANWARDEN_OUTPUT_REPETITION_SCORE,
  ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_INVALID_COUNT,
} from "../../names/attributes.ts";
import { isLengthLimit } from "../finish-reason.ts";

/** What the quality of a call is computed from: its observations and how it ended. */
export interface CallQualityInput {
  /** Numbers by attribute name; an absent one is unknown. */
  readonly measurements: Readonly<Record<string, number>>;
  /** Words by attribute name. */
  readonly labels: Readonly<Record<string, string>>;
  readonly failed: boolean;
  readonly finishReason?: string | undefined;
  readonly endReason?: EndReason | undefined;
  /** What is usual in the call's cell, where that is known. */
  readonly usual?: UsualAnswer | undefined;
}

export interface UsualAnswer {
  /** The format class of nearly all answers; absent where there is none. */
  readonly formatClass?: string | undefined;
  /** True where the cell often declines to answer, as a moderation cell may: a refusal is no defect then. */
  readonly refusalUsual?: boolean | undefined;
}

/** Repetition from here on is a loop, not style: tables and proofs stay below. */
const DEGENERATE_REPETITION = 0.85;
/** Soft defects together take away no more than this. */
const MOST_SOFT = 0.5;
/** A defect of an answer that the token limit cut. */
const CUT_AT_LIMIT = 0.25;

interface SoftDefect {
  readonly name: string;
  /** What is taken away per unit of the measurement above `from`, and at most. */
  readonly weight: number;
  readonly from: number;
  readonly most: number;
}

/**
 * Fixed weights; they are not fitted to data.
 *
 * | signal | from | weight per unit | at most |
 * |---|---|---|---|
 * | hedging, share of sentences | 0 | 0.6 | 0.5 |
 * | numbers that do not add up, each | 0 | 0.2 | 0.4 |
 * | repetition, share of 4-grams | 0.5 | 0.8 | 0.3 |
 * | invalid tool calls, each | 0 | 0.25 | 0.5 |
 * | unsupported numbers | - | 0 | 0: evidence too weak for a single call |
 * | grounding | - | 0 | 0: tells swapped facts from real ones where answers look facts up, not where they go beyond the context |
 */
const SOFT_DEFECTS: readonly SoftDefect[] = [
  { name: ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE, from: 0, weight: 0.6, most: 0.5 },
  { name: ATTR_SPANWARDEN_OUTPUT_NUMBERS_INCONSISTENT_COUNT, from: 0, weight: 0.2, most: 0.4 },
  { name: ATTR_SPANWARDEN_OUTPUT_REPETITION_SCORE, from: 0.5, weight: 0.8, most: 0.3 },
  { name: ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_INVALID_COUNT, from: 0, weight: 0.25, most: 0.5 },
  { name: ATTR_SPANWARDEN_OUTPUT_NUMBERS_UNSUPPORTED_COUNT, from: 0, weight: 0, most: 0 },
  { name: ATTR_SPANWARDEN_OUTPUT_GROUNDING_SCORE, from: 0, weight: 0, most: 0 },
];

/**
 * Quality of one call in [0, 1]: 0 on a hard defect, else 1 minus the soft defects, together at most 0.5. Signals that
 * are unknown are left out.
 *
 * `undefined` where nothing is known, for a failed call (outage's business), and for an answer that the app itself did
 * not read to its end.
 */
export function callQuality(input: CallQualityInput): number | undefined {
  const { failed, finishReason, endReason } = input;
  if (failed || endReason === "cancelled" || endReason === "abandoned") return undefined;
  if (endReason === "cut" || endReason === "error" || hasHardDefect(input)) return 0;
  if (!isJudged(input)) return undefined;
  const soft = SOFT_DEFECTS.reduce((sum, defect) => sum + softDefect(defect, input.measurements[defect.name]), 0);
  return 1 - Math.min(MOST_SOFT, soft + (isLengthLimit(finishReason) ? CUT_AT_LIMIT : 0));
}

function hasHardDefect({ measurements, labels, usual }: CallQualityInput): boolean {
  const formatClass = labels[ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS];
  if (formatClass === "empty" || measurements[ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT] === 0) return true;
  if ((measurements[ATTR_SPANWARDEN_OUTPUT_REPETITION_SCORE] ?? 0) >= DEGENERATE_REPETITION) return true;
  if (measurements[ATTR_SPANWARDEN_OUTPUT_REFUSAL] === 1 && usual?.refusalUsual !== true) return true;
  return usual?.formatClass !== undefined && formatClass !== undefined && formatClass !== usual.formatClass;
}

function isJudged({ measurements, labels }: CallQualityInput): boolean {
  if (labels[ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS] !== undefined) return true;
  if (measurements[ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT] !== undefined) return true;
  if (measurements[ATTR_SPANWARDEN_OUTPUT_REFUSAL] !== undefined) return true;
  return SOFT_DEFECTS.some(({ name, weight }) => weight > 0 && measurements[name] !== undefined);
}

function softDefect({ from, weight, most }: SoftDefect, value: number | undefined): number {
  return value === undefined ? 0 : Math.min(most, Math.max(0, value - from) * weight);
}
