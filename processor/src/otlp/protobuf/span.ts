import type { Resource, Scope, SpanEventRecord, SpanRecord } from "../records.ts";
import { hex, ProtobufAttributes, text } from "./attributes.ts";
import { ProtobufReader, type Range } from "./reader.ts";

/**
 * | field | name | type |
 * |---|---|---|
 * | 1, 2, 4 | trace_id, span_id, parent_span_id | bytes |
 * | 3, 5 | trace_state, name | string |
 * | 6 | kind | enum |
 * | 7, 8 | start_time_unix_nano, end_time_unix_nano | fixed64 |
 * | 9 | attributes | KeyValue, repeated |
 * | 11 | events | Event, repeated |
 * | 15 | status | Status |
 */
export function span(bytes: Uint8Array, contents: Range, resource: Resource, scope: Scope): SpanRecord {
  const reader = new ProtobufReader(bytes, contents);
  const attributes: Range[] = [];
  const events: SpanEventRecord[] = [];
  let [traceId, spanId, parentSpanId, traceState, name] = ["", "", "", "", ""];
  let [kind, start, end] = [0, 0, 0];
  let status: SpanRecord["status"] = { code: 0, message: "" };
  while (!reader.done) {
    const tag = reader.tag();
    switch (tag) {
      case (1 << 3) | 2:
        traceId = hex(bytes, reader.range());
        break;
      case (2 << 3) | 2:
        spanId = hex(bytes, reader.range());
        break;
      case (3 << 3) | 2:
        traceState = text(bytes, reader.range());
        break;
      case (4 << 3) | 2:
        parentSpanId = hex(bytes, reader.range());
        break;
      case (5 << 3) | 2:
        name = text(bytes, reader.range());
        break;
      case (6 << 3) | 0:
        kind = reader.uint32();
        break;
      case (7 << 3) | 1:
        start = milliseconds(reader.fixed64());
        break;
      case (8 << 3) | 1:
        end = milliseconds(reader.fixed64());
        break;
      case (9 << 3) | 2:
        attributes.push(reader.range());
        break;
      case (11 << 3) | 2:
        events.push(spanEvent(bytes, reader.range()));
        break;
      case (15 << 3) | 2:
        status = spanStatus(bytes, reader.range());
        break;
      default:
        reader.skip(tag);
    }
  }
  const ids = { traceId, spanId, parentSpanId, traceState };
  const rest = { name, kind, start, end, status, attributes: new ProtobufAttributes(bytes, attributes), events };
  return { resource, scope, ...ids, ...rest };
}

/** `Event`: 1 time_unix_nano (fixed64), 2 name, 3 attributes. */
function spanEvent(bytes: Uint8Array, contents: Range): SpanEventRecord {
  const reader = new ProtobufReader(bytes, contents);
  const attributes: Range[] = [];
  let time = 0;
  let name = "";
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === ((1 << 3) | 1)) time = milliseconds(reader.fixed64());
    else if (tag === ((2 << 3) | 2)) name = text(bytes, reader.range());
    else if (tag === ((3 << 3) | 2)) attributes.push(reader.range());
    else reader.skip(tag);
  }
  return { name, time, attributes: new ProtobufAttributes(bytes, attributes) };
}

/** `Status`: 2 message, 3 code. */
function spanStatus(bytes: Uint8Array, contents: Range): SpanRecord["status"] {
  const reader = new ProtobufReader(bytes, contents);
  let code = 0;
  let message = "";
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === ((2 << 3) | 2)) message = text(bytes, reader.range());
    else if (tag === ((3 << 3) | 0)) code = reader.uint32();
    else reader.skip(tag);
  }
  return { code, message };
}

/** Nanoseconds since the epoch to milliseconds, with their fraction; exact to a microsecond. */
export function milliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds / 1_000n) / 1_000;
}
