import type { ContentType } from "./answer.ts";
import { jsonLogs, jsonTraces } from "./json/batch.ts";
import type { ReceiveOutcome, SignalKind } from "./outcome.ts";
import { protobufLogs, protobufTraces } from "./protobuf/batch.ts";
import type { Batch, LogRecord, SpanRecord } from "./records.ts";

/** Who takes what the receivers receive. `via`: the value of the request's `spanwarden-via`. */
export interface Handlers {
  traces(batch: Batch<SpanRecord>, via?: string): Promise<ReceiveOutcome>;
  logs(batch: Batch<LogRecord>, via?: string): Promise<ReceiveOutcome>;
  /** Nothing of metrics is read. */
  metrics(body: Uint8Array, type: ContentType, via?: string): Promise<ReceiveOutcome>;
  /** A request was refused for want of room or time: what was in it is not heard. */
  refused?(): void;
}

/** Reads a request and hands it on. Throws OTLP_MALFORMED. */
export async function handOn(
  handlers: Handlers,
  signal: SignalKind,
  bytes: Uint8Array,
  type: ContentType,
  via?: string,
): Promise<ReceiveOutcome> {
  const isJson = type === "application/json";
  switch (signal) {
    case "traces":
      return await handlers.traces(isJson ? jsonTraces(bytes) : protobufTraces(bytes), via);
    case "logs":
      return await handlers.logs(isJson ? jsonLogs(bytes) : protobufLogs(bytes), via);
    case "metrics":
      return await handlers.metrics(bytes, type, via);
  }
}
