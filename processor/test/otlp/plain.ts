import type { LogRecord, SpanRecord } from "../../src/otlp/records.ts";

/** What a span says of itself, attributes, events and resource aside: records on the wire have getters, not fields. */
export function plainSpan(span: SpanRecord): Omit<SpanRecord, "attributes" | "events" | "resource"> {
  const { scope, traceId, spanId, parentSpanId, traceState, name, kind, start, end, status } = span;
  return { scope, traceId, spanId, parentSpanId, traceState, name, kind, start, end, status };
}

/** As `plainSpan`, of a log record. */
export function plainRecord(record: LogRecord): Omit<LogRecord, "attributes" | "resource" | "traceState"> {
  const { scope, time, eventName, traceId, spanId, flags, severity, body } = record;
  return { scope, time, eventName, traceId, spanId, flags, severity, body };
}
