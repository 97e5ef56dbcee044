import type { AttributeReader, AttributeValue, LogRecord, Resource, Scope } from "../records.ts";
import { anyValue, hex, ProtobufAttributes, text } from "./attributes.ts";
import type { ItemContext } from "./item-context.ts";
import { merged } from "./merge.ts";
import { ProtobufReader, type Range } from "./reader.ts";
import { milliseconds } from "./span.ts";

const ATTRIBUTES = 6;

/** What a record's fields say, attributes aside; the body is not yet looked into. */
interface Fields {
  time: number;
  observed: number;
  severity: number;
  flags: number;
  traceId: string;
  spanId: string;
  eventName: string;
  readonly body: Range[];
}

/** A log record on the wire; see `ProtobufSpan`. */
export class ProtobufLogRecord implements LogRecord {
  static readonly attributesField = ATTRIBUTES;
  readonly attributes: AttributeReader;
  readonly #bytes: Uint8Array;
  readonly #contents: Range;
  readonly #context: ItemContext;
  #fields: Fields | undefined;

  constructor(bytes: Uint8Array, contents: Range, context: ItemContext) {
    this.attributes = new ProtobufAttributes(bytes, contents, ATTRIBUTES);
    this.#bytes = bytes;
    this.#contents = contents;
    this.#context = context;
  }

  get resource(): Resource {
    return this.#context.resource;
  }

  get scope(): Scope {
    return this.#context.scope;
  }

  /** The observed one where the record has none of its own, as the log data model says. */
  get time(): number {
    const { time, observed } = this.#read();
    return time || observed;
  }

  get eventName(): string {
    return this.#read().eventName;
  }

  get traceId(): string {
    return this.#read().traceId;
  }

  get spanId(): string {
    return this.#read().spanId;
  }

  get severity(): number {
    return this.#read().severity;
  }

  get flags(): number {
    return this.#read().flags;
  }

  get body(): AttributeValue | undefined {
    const { body } = this.#read();
    if (body.length === 0) return undefined;
    const value = merged(this.#bytes, body);
    return anyValue(value.bytes, value, 0);
  }

  #read(): Fields {
    return (this.#fields ??= fieldsOf(this.#bytes, this.#contents));
  }
}

/**
 * | field | name | type |
 * |---|---|---|
 * | 1, 11 | time_unix_nano, observed_time_unix_nano | fixed64 |
 * | 2 | severity_number | enum |
 * | 5 | body | AnyValue |
 * | 6 | attributes | KeyValue, repeated |
 * | 8 | flags | fixed32 |
 * | 9, 10 | trace_id, span_id | bytes |
 * | 12 | event_name | string |
 */
function fieldsOf(bytes: Uint8Array, contents: Range): Fields {
  const reader = new ProtobufReader(bytes, contents);
  const fields: Fields = {
    time: 0,
    observed: 0,
    severity: 0,
    flags: 0,
    traceId: "",
    spanId: "",
    eventName: "",
    body: [],
  };
  while (!reader.done) {
    const tag = reader.tag();
    switch (tag) {
      case (1 << 3) | 1:
        fields.time = milliseconds(reader);
        break;
      case (11 << 3) | 1:
        fields.observed = milliseconds(reader);
        break;
      case (2 << 3) | 0:
        fields.severity = reader.int32();
        break;
      case (5 << 3) | 2:
        fields.body.push(reader.range());
        break;
      case (8 << 3) | 5:
        fields.flags = reader.fixed32();
        break;
      case (9 << 3) | 2:
        fields.traceId = hex(bytes, reader.range());
        break;
      case (10 << 3) | 2:
        fields.spanId = hex(bytes, reader.range());
        break;
      case (12 << 3) | 2:
        fields.eventName = text(bytes, reader.range());
        break;
      default:
        reader.skip(tag);
    }
  }
  return fields;
}
