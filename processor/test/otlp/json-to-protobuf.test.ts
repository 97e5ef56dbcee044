import { create, fromBinary, fromJson, toBinary, toJson, type Message } from "@bufbuild/protobuf";
import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from "@opentelemetry/otlp-transformer";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { jsonToProtobuf } from "../../src/otlp/json-to-protobuf.ts";
import type { SignalKind } from "../../src/otlp/outcome.ts";
import type { MessageName } from "../../src/otlp/schema.ts";
import { must } from "../must.ts";
import { anyMessage } from "./any-message.ts";
import { oracle } from "./oracle.ts";
import { sdkLogRecords, sdkMetrics, sdkSpans } from "./sdk-requests.ts";

const REQUESTS: Readonly<Record<SignalKind, MessageName>> = {
  traces: "ExportTraceServiceRequest",
  logs: "ExportLogsServiceRequest",
  metrics: "ExportMetricsServiceRequest",
};
const SIGNALS = Object.keys(REQUESTS) as SignalKind[];

const decoded = (signal: SignalKind, bytes: Uint8Array): Message =>
  fromBinary(oracle(REQUESTS[signal]), Uint8Array.from(bytes));
const converted = (signal: SignalKind, text: string): Message =>
  decoded(signal, jsonToProtobuf(signal, Buffer.from(text)));

/** As protobuf's JSON has it, but for the ids, which OTLP writes in hexadecimal. */
function otlpJson(signal: SignalKind, message: Message): unknown {
  return withHexIds(toJson(oracle(REQUESTS[signal]), message));
}

function withHexIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withHexIds);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) =>
      /^(?:trace|span|parentSpan)Id$/.test(key)
        ? [key, Buffer.from(child as string, "base64").toString("hex")]
        : [key, withHexIds(child)],
    ),
  );
}

describe.each(SIGNALS)("jsonToProtobuf of %s", (signal) => {
  it("keeps every field of any request", () => {
    fc.assert(
      fc.property(anyMessage(REQUESTS[signal]), (bytes) => {
        const message = decoded(signal, bytes);
        const text = JSON.stringify(otlpJson(signal, message));
        expect(converted(signal, text)).toEqual(message);
      }),
      { numRuns: 100 },
    );
  });

  it("may be empty", () => {
    expect(jsonToProtobuf(signal, Buffer.from("{}"))).toHaveLength(0);
  });
});

it("agrees with the SDK's two encoders", async () => {
  const [spans, records, metrics] = [[...sdkSpans()], [...sdkLogRecords()], await sdkMetrics()];
  const encoded = [
    ["traces", JsonTraceSerializer.serializeRequest(spans), ProtobufTraceSerializer.serializeRequest(spans)],
    ["logs", JsonLogsSerializer.serializeRequest(records), ProtobufLogsSerializer.serializeRequest(records)],
    ["metrics", JsonMetricsSerializer.serializeRequest(metrics), ProtobufMetricsSerializer.serializeRequest(metrics)],
  ] as const;
  for (const [signal, json, protobuf] of encoded)
    expect(decoded(signal, jsonToProtobuf(signal, must(json)))).toEqual(decoded(signal, must(protobuf)));
});

const span = (text: string): string => `{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"first"},${text}]}]}]}`;
const attribute = (value: string): string => span(`{"attributes":[{"key":"a","value":${value}}]}`);

it.each([
  ["keys as the schema has them", '{"trace_id":"0aFf","parent_span_id":"","start_time_unix_nano":"1"}'],
  ["enums by name", '{"traceId":"0aff","kind":"SPAN_KIND_UNSPECIFIED","startTimeUnixNano":"1"}'],
  ["integers as numbers", '{"traceId":"0aff","startTimeUnixNano":1}'],
  ["integers written with a fraction", '{"traceId":"0aff","startTimeUnixNano":1.0}'],
  ["null as absence", '{"traceId":"0aff","startTimeUnixNano":1,"attributes":null,"name":null,"status":null}'],
  ["keys that nobody knows", '{"traceId":"0aff","startTimeUnixNano":1,"future":{"deep":[1]},"__proto__":{"name":"x"}}'],
  ["names of enums that nobody knows", '{"traceId":"0aff","startTimeUnixNano":1,"kind":"SPAN_KIND_FUTURE"}'],
])("takes %s", (_, text) => {
  const expected = create(oracle("Span")) as unknown as Record<string, unknown>;
  Object.assign(expected, { traceId: Uint8Array.of(0x0a, 0xff), startTimeUnixNano: 1n });
  const [group] = (
    converted("traces", span(text)) as unknown as { resourceSpans: { scopeSpans: { spans: unknown[] }[] }[] }
  ).resourceSpans;
  expect(toBinary(oracle("Span"), must(group?.scopeSpans[0]?.spans[1]) as Message)).toEqual(
    toBinary(oracle("Span"), expected as unknown as Message),
  );
});

it("takes null in a list of values as one in which nothing is set", () => {
  const value = '{"arrayValue":{"values":[null,{"intValue":"7"}]}}';
  const same = '{"arrayValue":{"values":[{},{"intValue":"7"}]}}';
  expect(converted("traces", attribute(value))).toEqual(converted("traces", attribute(same)));
});

it("keeps 64-bit integers exact, as string or as number", () => {
  for (const value of ["9007199254740993", "-9223372036854775808", "9223372036854775807"]) {
    for (const written of [value, `"${value}"`]) {
      const text = JSON.stringify(
        toJson(oracle(REQUESTS.traces), converted("traces", attribute(`{"intValue":${written}}`))),
      );
      expect(text).toContain(`"intValue":"${value}"`);
    }
  }
});

it.each([
  [span('{"startTimeUnixNano":-1}'), "startTimeUnixNano: expected an unsigned 64-bit integer"],
  [span('{"startTimeUnixNano":18446744073709551616}'), "startTimeUnixNano: expected an unsigned 64-bit integer"],
  [span('{"startTimeUnixNano":1.5}'), "startTimeUnixNano: expected an unsigned 64-bit integer"],
  [span('{"traceId":"W48="}'), "traceId: expected hexadecimal digits, two a byte"],
  [span('{"traceId":"abc"}'), "traceId: expected hexadecimal digits, two a byte"],
  [span('{"name":7}'), "name: expected a string"],
  [span('{"kind":{}}'), "kind: expected a number or a name of SpanKind"],
  [span('{"kind":2147483648}'), "kind: expected a number or a name of SpanKind"],
  [span('{"flags":4294967296}'), "flags: expected an unsigned 32-bit integer"],
  [span('{"attributes":{}}'), "attributes: expected an array"],
  [span('{"attributes":[null]}'), "attributes[0]: expected an object"],
  [span('{"status":12345678901234567890}'), "status: expected an object"],
  [attribute('{"boolValue":"true"}'), "attributes[0].value.boolValue: expected true or false"],
  [attribute('{"doubleValue":"x"}'), "attributes[0].value.doubleValue: expected a number"],
  [attribute('{"doubleValue":"0x10"}'), "attributes[0].value.doubleValue: expected a number"],
  [attribute('{"doubleValue":1e400}'), "attributes[0].value.doubleValue: expected a number"],
  [attribute('{"bytesValue":"?"}'), "attributes[0].value.bytesValue: expected base64"],
])("refuses %s and says where", (text, message) => {
  const path = `JSON: resourceSpans[0].scopeSpans[0].spans[1].${message}`;
  expect(() => jsonToProtobuf("traces", Buffer.from(text))).toThrow(
    expect.objectContaining({ code: "OTLP_MALFORMED", retryable: false, message: path }),
  );
});

it.each(["", "[]", "7", "12345678901234567890", "{", '{"resourceSpans":7}', '{"resourceSpans":[7]}'])(
  "refuses %s",
  (text) => {
    expect(() => jsonToProtobuf("traces", Buffer.from(text))).toThrow(
      expect.objectContaining({ code: "OTLP_MALFORMED" }),
    );
  },
);

it.each([99, 10_000])("refuses %i lists within each other", (depth) => {
  const deep = '{"arrayValue":{"values":['.repeat(depth) + "]}}".repeat(depth);
  expect(() => jsonToProtobuf("traces", Buffer.from(attribute(deep)))).toThrow(
    expect.objectContaining({ code: "OTLP_MALFORMED" }),
  );
});

it("takes what protobuf's own JSON reader takes, ids aside", () => {
  const name = "ExportMetricsServiceRequest";
  const text =
    '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","sum":{"isMonotonic":true,"aggregationTemporality":"AGGREGATION_TEMPORALITY_DELTA","dataPoints":[{"asInt":"-5","asDouble":null,"flags":1}]}}]}]}]}';
  expect(converted("metrics", text)).toEqual(fromJson(oracle(name), JSON.parse(text) as never));
});
