import type { AttributeValue, LogRecord, Resource, Scope } from "../records.ts";
import { anyValue, hex, ProtobufAttributes, text } from "./attributes.ts";
import { ProtobufReader, type Range } from "./reader.ts";
import { milliseconds } from "./span.ts";

/**
 * | field | name | type |
 * |---|---|---|
 * | 1, 11 | time_unix_nano, observed_time_unix_nano | fixed64 |
 * | 2 | severity_number | enum |
 * | 5 | body | AnyValue |
 * | 6 | attributes | KeyValue, repeated |
 * | 9, 10 | trace_id, span_id | bytes |
 * | 12 | event_name | string |
 *
 * The time is the observed one where the record has none of its own, as the log data model says.
 */
export function logRecord(bytes: Uint8Array, contents: Range, resource: Resource, scope: Scope): LogRecord {
  const reader = new ProtobufReader(bytes, contents);
  const attributes: Range[] = [];
  let [time, observed, severity] = [0, 0, 0];
  let [traceId, spanId, eventName] = ["", "", ""];
  let body: AttributeValue | undefined;
  while (!reader.done) {
    const tag = reader.tag();
    switch (tag) {
      case (1 << 3) | 1:
        time = milliseconds(reader.fixed64());
        break;
      case (11 << 3) | 1:
        observed = milliseconds(reader.fixed64());
        break;
      case (2 << 3) | 0:
        severity = reader.uint32();
        break;
      case (5 << 3) | 2:
        body = anyValue(bytes, reader.range(), 0);
        break;
      case (6 << 3) | 2:
        attributes.push(reader.range());
        break;
      case (9 << 3) | 2:
        traceId = hex(bytes, reader.range());
        break;
      case (10 << 3) | 2:
        spanId = hex(bytes, reader.range());
        break;
      case (12 << 3) | 2:
        eventName = text(bytes, reader.range());
        break;
      default:
        reader.skip(tag);
    }
  }
  const read = new ProtobufAttributes(bytes, attributes);
  return { resource, scope, time: time || observed, eventName, traceId, spanId, severity, attributes: read, body };
}
