import { context, diag, logs, SeverityNumber, trace, type AnyValue, type SpanContext } from "@opentelemetry/api";
import {
  ATTR_GEN_AI_EVALUATION_EXPLANATION,
  ATTR_GEN_AI_EVALUATION_NAME,
  ATTR_GEN_AI_EVALUATION_SCORE_LABEL,
  ATTR_GEN_AI_EVALUATION_SCORE_VALUE,
  ATTR_GEN_AI_RESPONSE_ID,
  ATTR_SPANWARDEN_CALLER_USER,
  ATTR_SPANWARDEN_EVALUATOR_TYPE,
  EVENT_GEN_AI_EVALUATION_RESULT,
  hashedId,
} from "@spanwarden/conventions";

import type { Resolved } from "./config.ts";
import { callContext } from "./context/call-context.ts";
import { seam } from "./fetch/instrument-fetch.ts";
import { guarded } from "./guard.ts";
import { SCOPE } from "./scope.ts";

/** What a person says of one answer. */
export interface Feedback {
  /** The provider's id of the answer (`chatcmpl-…`, `msg_…`), or the context of the call's span; one of them is needed. */
  readonly responseId?: string | undefined;
  readonly spanContext?: SpanContext | undefined;
  /** What was judged: `helpful`, `thumbs`, `unsafe`. */
  readonly name: string;
  /** On the evaluation's own scale, which the processor's `evaluations` names. Score or label is needed. */
  readonly score?: number | undefined;
  /** `pass` and `fail` are understood without configuration. */
  readonly label?: string | undefined;
  /** In the person's own words: leaves only where content is captured. */
  readonly comment?: string | undefined;
}

/**
 * Says what a person thinks of an answer, in `gen_ai.evaluation.result`: thumbs, a mark, or that it was unsafe. The
 * processor joins it to the call. The user is the one that `withCaller` named, hashed. Never throws: feedback that says too
 * little is told to OpenTelemetry's diagnostics, and nothing is emitted.
 */
export function recordFeedback(feedback: Feedback): void {
  guarded(() => tell(feedback, seam.config));
}

function tell(feedback: Feedback, config: Resolved): void {
  const wrong = lackOf(feedback);
  if (wrong !== undefined) {
    diag.warn(`recordFeedback: ${wrong}; nothing is recorded`);
    return;
  }
  const { responseId, spanContext, name, score, label, comment } = feedback;
  const given: Readonly<Record<string, AnyValue>> = {
    [ATTR_GEN_AI_EVALUATION_NAME]: name,
    [ATTR_GEN_AI_EVALUATION_SCORE_VALUE]: score,
    [ATTR_GEN_AI_EVALUATION_SCORE_LABEL]: label,
    [ATTR_GEN_AI_EVALUATION_EXPLANATION]: config.captureContent ? comment : undefined,
    [ATTR_GEN_AI_RESPONSE_ID]: responseId,
    [ATTR_SPANWARDEN_EVALUATOR_TYPE]: "human",
    [ATTR_SPANWARDEN_CALLER_USER]: hashedId(callContext().caller?.user, config.checksum),
  };
  logs.getLogger(SCOPE.name, SCOPE.version, { schemaUrl: SCOPE.schemaUrl }).emit({
    eventName: EVENT_GEN_AI_EVALUATION_RESULT,
    severityNumber: SeverityNumber.INFO,
    attributes: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    // The span of the request that brings the feedback is not the one that is judged.
    context:
      spanContext === undefined
        ? trace.deleteSpan(context.active())
        : trace.setSpanContext(context.active(), spanContext),
  });
}

function lackOf({ responseId, spanContext, name, score, label }: Feedback): string | undefined {
  if (name === "") return "name: expected what was judged, such as helpful";
  if (score === undefined ? label === undefined : !Number.isFinite(score))
    return "expected a score, a number, or a label";
  if (responseId === undefined && spanContext === undefined)
    return "expected responseId or spanContext, of the answer that was judged";
  return undefined;
}
