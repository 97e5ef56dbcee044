import {
  JsonLogsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufTraceSerializer,
} from "@opentelemetry/otlp-transformer";
import { describe, expect, it } from "vitest";

import { jsonLogs, jsonTraces } from "../../src/otlp/json/batch.ts";
import { protobufLogs, protobufTraces } from "../../src/otlp/protobuf/batch.ts";
import { END, PARENT_ID, sdkLogRecords, sdkSpans, START, TRACE_ID } from "./sdk-requests.ts";
import { must } from "../must.ts";
import { plainRecord, plainSpan } from "./plain.ts";

const milliseconds = ([seconds, nanoseconds]: readonly [number, number]): number =>
  seconds * 1_000 + Math.floor(nanoseconds / 1_000) / 1_000;

describe.each([
  ["protobuf", ProtobufTraceSerializer, protobufTraces],
  ["JSON", JsonTraceSerializer, jsonTraces],
] as const)("spans of the OpenTelemetry SDK in %s", (_, serializer, read) => {
  const spans = sdkSpans();
  const request = serializer.serializeRequest([...spans]) ?? new Uint8Array();

  it("are read", () => {
    const [span, root] = read(request).items;
    const { attributes, events, resource } = must(span);
    expect(plainSpan(must(span))).toEqual({
      scope: { name: "app", version: "4.5" },
      traceId: TRACE_ID,
      spanId: spans[0]?.spanContext().spanId,
      parentSpanId: PARENT_ID,
      traceState: "ot=th:8",
      name: "chat gpt-4o",
      kind: 3,
      start: milliseconds(START),
      end: milliseconds(END),
      status: { code: 2, message: "overloaded" },
    });
    const read6 = ["gen_ai.operation.name", "count", "share", "yes", "list"].map((key) => attributes.get(key));
    expect(read6).toEqual(["chat", 7, 0.5, true, ["a", "b"]]);
    expect(resource.attributes.get("service.name")).toBe("support");
    expect(events.map(({ name, time }) => [name, time])).toEqual([["attempt", milliseconds(START)]]);
    expect(events[0]?.attributes.get("http.response.status_code")).toBe(503);
    expect([root?.name, root?.parentSpanId, root?.scope]).toEqual(["GET /", "", { name: "other", version: "" }]);
  });

  it("leave as they came where nothing is added", () => {
    expect(read(request).encode(new Map())).toBe(request);
  });
});

describe.each([
  ["protobuf", ProtobufLogsSerializer, protobufLogs],
  ["JSON", JsonLogsSerializer, jsonLogs],
] as const)("log records of the OpenTelemetry SDK in %s", (_, serializer, read) => {
  const request = serializer.serializeRequest([...sdkLogRecords()]) ?? new Uint8Array();

  it("are read", () => {
    const [record] = read(request).items;
    const { attributes, resource } = must(record);
    expect(plainRecord(must(record))).toEqual({
      flags: 1,
      scope: { name: "app", version: "4.5" },
      traceId: TRACE_ID,
      spanId: PARENT_ID,
      time: milliseconds(END),
      eventName: "call",
      severity: 13,
      body: { text: "hello", numbers: [1, 2.5] },
    });
    expect(attributes.get("messages")).toEqual([{ role: "user", parts: [{ n: 1 }] }]);
    expect(resource.attributes.get("service.version")).toBe("1.2.3");
  });

  it("leave as they came where nothing is added", () => {
    expect(read(request).encode(new Map())).toBe(request);
  });
});
