import {
  ATTR_SPANWARDEN_CALL_DURATION,
  ATTR_SPANWARDEN_PROCESSOR_ID,
  EVENT_GEN_AI_CLIENT_INFERENCE_OPERATION_DETAILS,
  EVENT_SPANWARDEN_CALL_PENDING,
} from "@spanwarden/conventions";

import type { AttributeReader, LogRecord, SpanEventRecord, SpanRecord } from "../otlp/records.ts";
import { numberAt, textAt } from "./attribute-values.ts";
import { translated, type Dialect } from "./dialect.ts";
import { earlierOpenTelemetry } from "./earlier-opentelemetry.ts";
import { openInference } from "./openinference.ts";
import { openLlmetry } from "./openllmetry.ts";
import { openTelemetryCall, type Ending } from "./opentelemetry.ts";
import type { Recognised } from "./recognised.ts";
import { emittedSignals, withSpanwarden } from "./spanwarden.ts";
import { vercelAi } from "./vercel-ai.ts";

const STATUS_ERROR = 2;

/** The model call that a span tells of; `undefined` for every other span. */
export function recogniseSpan(span: SpanRecord): Recognised | undefined {
  const duration = span.end >= span.start ? (span.end - span.start) / 1_000 : undefined;
  const failed = span.status.code === STATUS_ERROR;
  const call = recognise(span.attributes, span.events, { failed, message: span.status.message, duration });
  return call && { ...call, at: span.end };
}

/** The model call that a log record tells of: one whose span was not sampled, or one that still waits for an answer. */
export function recogniseLog(record: LogRecord): Recognised | undefined {
  const pending = record.eventName === EVENT_SPANWARDEN_CALL_PENDING;
  if (!pending && record.eventName !== EVENT_GEN_AI_CLIENT_INFERENCE_OPERATION_DETAILS) return undefined;
  const duration = numberAt(record.attributes, ATTR_SPANWARDEN_CALL_DURATION);
  const recognised = recognise(record.attributes, [], { failed: false, message: "", duration });
  return recognised && { ...recognised, pending, at: record.time };
}

/** In the order in which they are asked; a span that speaks several is read once, by the first. */
const DIALECTS: readonly Dialect[] = [earlierOpenTelemetry, openInference, vercelAi, openLlmetry];

function recognise(
  given: AttributeReader,
  events: readonly SpanEventRecord[],
  ending: Ending,
): Omit<Recognised, "at"> | undefined {
  const dialect = DIALECTS.find(({ mark }) => given.get(mark) !== undefined);
  if (dialect === undefined) return undefined;
  const attributes = translated(given, dialect);
  const plain = openTelemetryCall(attributes, ending);
  if (plain === undefined) return undefined;
  const emitted = emittedSignals(attributes);
  const call = withSpanwarden(plain, attributes, events);
  const processorId = textAt(attributes, ATTR_SPANWARDEN_PROCESSOR_ID);
  return { dialect: emitted === undefined ? dialect.name : "spanwarden", call, pending: false, emitted, processorId };
}
