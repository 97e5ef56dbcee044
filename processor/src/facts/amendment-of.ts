import { ATTR_DEPLOYMENT_ENVIRONMENT_NAME, ATTR_SERVICE_NAMESPACE } from "@spanwarden/conventions";

import { textAt } from "../dialects/attribute-values.ts";
import type { EvaluationResult } from "../dialects/evaluation-result.ts";
import type { Evaluation } from "../evaluate.ts";
import type { AttributeReader, LogRecord } from "../otlp/records.ts";
import type { ContentAmendment, ScoreAmendment } from "./amendment.ts";
import { digest, observedOf, responseDigest, serviceName } from "./fact-of-call.ts";

/** What the content of a call adds to it. Content ends here, as in `factOfCall`. */
export function contentAmendment(evaluation: Evaluation, record: LogRecord, arrival: number): ContentAmendment {
  const { call } = evaluation;
  const { id, finishReasons } = call.response;
  return {
    amends: "content",
    identity: `content:${record.traceId}:${record.spanId}`,
    ...headOf(record, id, arrival),
    signals: evaluation.signals,
    content: evaluation.content,
    finishReason: finishReasons?.[0],
    facets: {
      systemInstructions: call.prompt.systemInstructionsChecksum,
      toolDefinitions: call.prompt.toolDefinitionsChecksum,
    },
    ...observedOf(call.observations),
  };
}

/** What somebody's judgement adds to a call; the same record sent twice is one. `score` is from 0, the worst, to 1. */
export function scoreAmendment(
  result: EvaluationResult,
  score: number,
  record: LogRecord,
  arrival: number,
): ScoreAmendment {
  const { name, label, responseId } = result;
  const { id, type, version } = result.evaluator;
  const { traceId, spanId, time } = record;
  return {
    amends: "score",
    identity: `score:${digest([traceId, spanId, responseId, name, id, type, version, time, score])}`,
    ...headOf(record, responseId, arrival),
    evaluation: {
      name,
      score,
      label,
      evaluator: [id || type, version].filter((part) => part !== "").join(" "),
      evaluatorType: type,
    },
  };
}

type Head = Pick<ScoreAmendment, "at" | "arrival" | "traceId" | "spanId" | "response" | "source">;

function headOf({ time, traceId, spanId, resource }: LogRecord, responseId: string | undefined, arrival: number): Head {
  return {
    at: time > 0 ? Math.min(time, arrival) : arrival,
    arrival,
    traceId,
    spanId,
    response: responseId === undefined ? undefined : responseDigest(responseId),
    source: sourceOf(resource.attributes),
  };
}

function sourceOf(resource: AttributeReader): Head["source"] {
  return {
    namespace: textAt(resource, ATTR_SERVICE_NAMESPACE) ?? "",
    service: serviceName(resource),
    environment: textAt(resource, ATTR_DEPLOYMENT_ENVIRONMENT_NAME) ?? "",
  };
}
