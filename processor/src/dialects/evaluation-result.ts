import {
  ATTR_GEN_AI_EVALUATION_NAME,
  ATTR_GEN_AI_EVALUATION_SCORE_LABEL,
  ATTR_GEN_AI_EVALUATION_SCORE_VALUE,
  ATTR_GEN_AI_RESPONSE_ID,
  ATTR_SPANWARDEN_EVALUATOR_ID,
  ATTR_SPANWARDEN_EVALUATOR_TYPE,
  ATTR_SPANWARDEN_EVALUATOR_VERSION,
} from "@spanwarden/conventions";

import type { AttributeReader } from "../otlp/records.ts";
import { numberAt, textAt } from "./attribute-values.ts";
import { from } from "./dialect.ts";

/** What a judge, a person or a test said of one answer: `gen_ai.evaluation.result`. */
export interface EvaluationResult {
  readonly name: string;
  /** On the evaluation's own scale. */
  readonly value?: number | undefined;
  readonly label?: string | undefined;
  readonly evaluator: Evaluator;
  /** Of the answer that was judged, where it is known only by this. */
  readonly responseId?: string | undefined;
}

/** Who judged. Scores of different evaluators or versions share no baseline. Empty is unknown. */
interface Evaluator {
  readonly id: string;
  readonly type: string;
  readonly version: string;
}

/** The evaluator id of what this project itself emits; it must not be taken for somebody's judgement when it comes back. */
export const OWN_EVALUATOR = "spanwarden";

/** `undefined` where the record lacks the evaluation's name, or both score and label, as a failed evaluation does. */
export function evaluationResult(attributes: AttributeReader): EvaluationResult | undefined {
  const name = textAt(attributes, ATTR_GEN_AI_EVALUATION_NAME);
  const value = numberAt(attributes, ATTR_GEN_AI_EVALUATION_SCORE_VALUE);
  const label = textAt(attributes, ATTR_GEN_AI_EVALUATION_SCORE_LABEL);
  if (name === undefined || (value === undefined && label === undefined)) return undefined;
  const evaluator = {
    id: first(attributes, ATTR_SPANWARDEN_EVALUATOR_ID, "gen_ai.evaluation.evaluator.id"),
    type: first(attributes, ATTR_SPANWARDEN_EVALUATOR_TYPE, "gen_ai.evaluation.evaluator.type"),
    version: first(attributes, ATTR_SPANWARDEN_EVALUATOR_VERSION, "gen_ai.evaluation.evaluator.version"),
  };
  return { name, value, label, evaluator, responseId: textAt(attributes, ATTR_GEN_AI_RESPONSE_ID) };
}

function first(attributes: AttributeReader, ...keys: readonly string[]): string {
  const value = from(...keys).read(attributes);
  return typeof value === "string" ? value : "";
}
