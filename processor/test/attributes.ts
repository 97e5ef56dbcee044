import type { AttributeReader, AttributeValue, LogRecord, SpanRecord } from "../src/otlp/records.ts";

/** Attributes over a plain object. */
export function attributes(values: Readonly<Record<string, AttributeValue | undefined>>): AttributeReader {
  return { get: (key) => (Object.hasOwn(values, key) ? values[key] : undefined), keys: () => Object.keys(values) };
}

type Values = Readonly<Record<string, AttributeValue | undefined>>;

/** 1.5 seconds in January 2026. */
export const START = 1_767_580_000_000;
export const END = START + 1_500;

export function span(values: Values, overrides: Partial<SpanRecord> = {}, resource: Values = {}): SpanRecord {
  return {
    resource: { attributes: attributes({ "service.name": "support", ...resource }) },
    scope: { name: "app", version: "1" },
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    parentSpanId: "",
    traceState: "",
    name: "chat gpt-4o",
    kind: 3,
    start: START,
    end: END,
    status: { code: 0, message: "" },
    attributes: attributes(values),
    events: [],
    ...overrides,
  };
}

export function logRecord(eventName: string, values: Values, overrides: Partial<LogRecord> = {}): LogRecord {
  return {
    resource: { attributes: attributes({ "service.name": "support" }) },
    scope: { name: "app", version: "1" },
    time: END,
    eventName,
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    severity: 9,
    attributes: attributes(values),
    body: undefined,
    ...overrides,
  };
}
