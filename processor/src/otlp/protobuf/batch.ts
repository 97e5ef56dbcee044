import type { Additions, Batch, LogRecord, SpanRecord } from "../records.ts";
import { asBuffer, ProtobufAttributes } from "./attributes.ts";
import { writeKeyValues } from "./key-values.ts";
import { ItemContext } from "./item-context.ts";
import { ProtobufLogRecord } from "./log-record.ts";
import { merged } from "./merge.ts";
import { ProtobufReader, type Range } from "./reader.ts";
import { ProtobufSpan } from "./span.ts";
import { splice, type Frame, type Tail } from "./splice.ts";
import { ProtobufWriter } from "./writer.ts";

/** A span or a log record on the wire. */
interface ItemClass<Item> {
  /** Number of its `KeyValue` field. */
  readonly attributesField: number;
  new (bytes: Uint8Array, contents: Range, context: ItemContext): Item;
}

/** `ExportTraceServiceRequest`. Throws OTLP_MALFORMED. */
export function protobufTraces(bytes: Uint8Array): Batch<SpanRecord> {
  return new ProtobufBatch<SpanRecord>(bytes, ProtobufSpan);
}

/** `ExportLogsServiceRequest`. Throws OTLP_MALFORMED. */
export function protobufLogs(bytes: Uint8Array): Batch<LogRecord> {
  return new ProtobufBatch<LogRecord>(bytes, ProtobufLogRecord);
}

const RESOURCE_ATTRIBUTES = 1;
const FIRST = (1 << 3) | 2;
const SECOND = (2 << 3) | 2;

/**
 * The three levels are alike for all signals:
 * request 1 -> ResourceSpans / ResourceLogs { 1 resource, 2 scopes, 3 schema_url }
 *         2 -> ScopeSpans / ScopeLogs { 1 scope, 2 items, 3 schema_url }
 *
 * These levels are read now, and have to be right. What is inside an item, a resource or a scope is read when somebody asks;
 * what is wrong in there throws then, and does its neighbours no harm.
 */
class ProtobufBatch<Item> implements Batch<Item> {
  readonly contentType = "application/x-protobuf";
  readonly items: Item[] = [];
  readonly #given: Uint8Array;
  readonly #bytes: Buffer;
  readonly #kind: ItemClass<Item>;
  /** Where each of the items lies. */
  readonly #frames: Frame[] = [];

  constructor(bytes: Uint8Array, kind: ItemClass<Item>) {
    this.#given = bytes;
    this.#bytes = asBuffer(bytes);
    this.#kind = kind;
    const { first: groups } = framesIn(this.#bytes, { start: 0, end: bytes.length }, undefined);
    for (const group of groups) this.#readGroup(group);
  }

  encode(additions: ReadonlyMap<Item, Additions>): Uint8Array {
    if (additions.size === 0) return this.#given;
    const writer = new ProtobufWriter();
    const tails: Tail[] = [];
    for (const [index, item] of this.items.entries()) {
      const added = additions.get(item);
      const frame = this.#frames[index];
      if (added === undefined || frame === undefined) continue;
      const start = writer.length;
      writeKeyValues(writer, this.#kind.attributesField, added);
      if (writer.length > start) tails.push({ frame, start, end: writer.length });
    }
    return tails.length === 0 ? this.#given : splice(this.#bytes, tails, writer.finish());
  }

  #readGroup(group: Frame): void {
    const { first, second } = framesIn(this.#bytes, group, group);
    const { bytes, ...contents } = merged(this.#bytes, first);
    const resource = { attributes: new ProtobufAttributes(bytes, contents, RESOURCE_ATTRIBUTES) };
    for (const scoped of second) {
      const inner = framesIn(this.#bytes, scoped, scoped);
      const context = new ItemContext(resource, merged(this.#bytes, inner.first));
      for (const frame of inner.second) {
        this.#frames.push(frame);
        this.items.push(new this.#kind(this.#bytes, frame, context));
      }
    }
  }
}

/** Fields 1 and 2 of a message, each of which is a message. */
function framesIn(bytes: Uint8Array, contents: Range, parent: Frame | undefined): { first: Frame[]; second: Frame[] } {
  const first: Frame[] = [];
  const second: Frame[] = [];
  const reader = new ProtobufReader(bytes, contents);
  while (!reader.done) {
    const tag = reader.tag();
    if (tag !== FIRST && tag !== SECOND) {
      reader.skip(tag);
      continue;
    }
    const lengthAt = reader.position;
    const { start, end } = reader.range();
    (tag === FIRST ? first : second).push({ lengthAt, start, end, parent });
  }
  return { first, second };
}
