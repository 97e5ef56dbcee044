import type { AttributeReader, Resource, Scope, SpanEventRecord, SpanRecord } from "../records.ts";
import { hex, ProtobufAttributes, text } from "./attributes.ts";
import type { ItemContext } from "./item-context.ts";
import { merged } from "./merge.ts";
import { ProtobufReader, type Range } from "./reader.ts";

const ATTRIBUTES = 9;

/** What a span's fields say, attributes aside; events and status are not yet looked into. */
interface Fields {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  traceState: string;
  name: string;
  kind: number;
  start: number;
  end: number;
  readonly status: Range[];
  readonly events: Range[];
}

/**
 * A span on the wire. Its attributes are looked up in its bytes; its other fields are read, all at once, when the first of
 * them is asked for. For a span that is no model call that is never.
 */
export class ProtobufSpan implements SpanRecord {
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

  get traceId(): string {
    return this.#read().traceId;
  }

  get spanId(): string {
    return this.#read().spanId;
  }

  get parentSpanId(): string {
    return this.#read().parentSpanId;
  }

  get traceState(): string {
    return this.#read().traceState;
  }

  get name(): string {
    return this.#read().name;
  }

  get kind(): number {
    return this.#read().kind;
  }

  get start(): number {
    return this.#read().start;
  }

  get end(): number {
    return this.#read().end;
  }

  get status(): SpanRecord["status"] {
    return spanStatus(this.#bytes, this.#read().status);
  }

  get events(): readonly SpanEventRecord[] {
    return this.#read().events.map((event) => spanEvent(this.#bytes, event));
  }

  #read(): Fields {
    return (this.#fields ??= fieldsOf(this.#bytes, this.#contents));
  }
}

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
function fieldsOf(bytes: Uint8Array, contents: Range): Fields {
  const reader = new ProtobufReader(bytes, contents);
  const texts = { traceId: "", spanId: "", parentSpanId: "", traceState: "", name: "" };
  const fields: Fields = { ...texts, kind: 0, start: 0, end: 0, status: [], events: [] };
  while (!reader.done) {
    const tag = reader.tag();
    switch (tag) {
      case (1 << 3) | 2:
        fields.traceId = hex(bytes, reader.range());
        break;
      case (2 << 3) | 2:
        fields.spanId = hex(bytes, reader.range());
        break;
      case (3 << 3) | 2:
        fields.traceState = text(bytes, reader.range());
        break;
      case (4 << 3) | 2:
        fields.parentSpanId = hex(bytes, reader.range());
        break;
      case (5 << 3) | 2:
        fields.name = text(bytes, reader.range());
        break;
      case (6 << 3) | 0:
        fields.kind = reader.int32();
        break;
      case (7 << 3) | 1:
        fields.start = milliseconds(reader);
        break;
      case (8 << 3) | 1:
        fields.end = milliseconds(reader);
        break;
      case (11 << 3) | 2:
        fields.events.push(reader.range());
        break;
      case (15 << 3) | 2:
        fields.status.push(reader.range());
        break;
      default:
        reader.skip(tag);
    }
  }
  return fields;
}

/** `Event`: 1 time_unix_nano (fixed64), 2 name, 3 attributes. */
function spanEvent(bytes: Uint8Array, contents: Range): SpanEventRecord {
  const reader = new ProtobufReader(bytes, contents);
  let time = 0;
  let name = "";
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === ((1 << 3) | 1)) time = milliseconds(reader);
    else if (tag === ((2 << 3) | 2)) name = text(bytes, reader.range());
    else reader.skip(tag);
  }
  return { name, time, attributes: new ProtobufAttributes(bytes, contents, 3) };
}

/** `Status`: 2 message, 3 code. */
function spanStatus(bytes: Uint8Array, ranges: readonly Range[]): SpanRecord["status"] {
  const status = merged(bytes, ranges);
  const reader = new ProtobufReader(status.bytes, status);
  let code = 0;
  let message = "";
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === ((2 << 3) | 2)) message = text(status.bytes, reader.range());
    else if (tag === ((3 << 3) | 0)) code = reader.int32();
    else reader.skip(tag);
  }
  return { code, message };
}

const HALF = 4_294_967_296;

/** A fixed64 of nanoseconds since the epoch, as milliseconds with their fraction; exact to a microsecond. */
export function milliseconds(reader: ProtobufReader): number {
  const low = reader.fixed32();
  const high = reader.fixed32();
  const microseconds = Math.floor(high / 1_000) * HALF + Math.floor(((high % 1_000) * HALF + low) / 1_000);
  return microseconds / 1_000;
}
