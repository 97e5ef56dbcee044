import type { Additions, Batch, LogRecord, Resource, Scope, SpanRecord } from "../records.ts";
import { ProtobufAttributes, text } from "./attributes.ts";
import { keyValues } from "./key-values.ts";
import { logRecord } from "./log-record.ts";
import { eachMessage, splice, type Message } from "./message.ts";
import { ProtobufReader, type Range } from "./reader.ts";
import { span } from "./span.ts";

/** Reads one item (a span, a log record) out of its bytes. */
type ItemReader<Item> = (bytes: Uint8Array, contents: Range, resource: Resource, scope: Scope) => Item;

/** `ExportTraceServiceRequest`. Throws OTLP_MALFORMED. */
export function protobufTraces(bytes: Uint8Array): Batch<SpanRecord> {
  return new ProtobufBatch(bytes, span, SPAN_ATTRIBUTES);
}

/** `ExportLogsServiceRequest`. Throws OTLP_MALFORMED. */
export function protobufLogs(bytes: Uint8Array): Batch<LogRecord> {
  return new ProtobufBatch(bytes, logRecord, LOG_RECORD_ATTRIBUTES);
}

const SPAN_ATTRIBUTES = 9;
const LOG_RECORD_ATTRIBUTES = 6;

/**
 * The three levels are alike for all signals:
 * request 1 -> ResourceSpans / ResourceLogs { 1 resource, 2 scopes, 3 schema_url }
 *         2 -> ScopeSpans / ScopeLogs { 1 scope, 2 items, 3 schema_url }
 */
class ProtobufBatch<Item> implements Batch<Item> {
  readonly contentType = "application/x-protobuf";
  readonly items: readonly Item[];
  readonly #bytes: Uint8Array;
  readonly #root: Message;
  readonly #messages = new Map<Item, Message>();
  readonly #attributesField: number;

  constructor(bytes: Uint8Array, read: ItemReader<Item>, attributesField: number) {
    this.#bytes = bytes;
    this.#attributesField = attributesField;
    this.#root = { start: 0, tagEnd: 0, contents: { start: 0, end: bytes.length }, children: [] };
    eachMessage(bytes, this.#root.contents, (field, group) => {
      if (field !== 1) return;
      this.#root.children.push(group);
      this.#readGroup(group, read);
    });
    this.items = [...this.#messages.keys()];
  }

  encode(additions: ReadonlyMap<Item, Additions>): Uint8Array {
    const tails = new Map<Message, Uint8Array>();
    for (const [item, added] of additions) {
      const message = this.#messages.get(item);
      if (message !== undefined) tails.set(message, keyValues(this.#attributesField, added));
    }
    return tails.size === 0 ? this.#bytes : splice(this.#bytes, this.#root, tails);
  }

  #readGroup(group: Message, read: ItemReader<Item>): void {
    let resource: Resource = { attributes: new ProtobufAttributes(this.#bytes, []) };
    eachMessage(this.#bytes, group.contents, (field, message) => {
      if (field === 1) resource = { attributes: attributesAt(this.#bytes, message.contents, 1) };
      else if (field === 2) group.children.push(message);
    });
    for (const scoped of group.children) this.#readScoped(scoped, resource, read);
  }

  #readScoped(scoped: Message, resource: Resource, read: ItemReader<Item>): void {
    let scope: Scope = { name: "", version: "" };
    eachMessage(this.#bytes, scoped.contents, (field, message) => {
      if (field === 1) scope = scopeAt(this.#bytes, message.contents);
      else if (field === 2) scoped.children.push(message);
    });
    for (const item of scoped.children) {
      this.#messages.set(read(this.#bytes, item.contents, resource, scope), item);
    }
  }
}

/** The repeated `KeyValue` field of a message. */
function attributesAt(bytes: Uint8Array, contents: Range, attributesField: number): ProtobufAttributes {
  const ranges: Range[] = [];
  eachMessage(bytes, contents, (field, message) => {
    if (field === attributesField) ranges.push(message.contents);
  });
  return new ProtobufAttributes(bytes, ranges);
}

/** `InstrumentationScope`: 1 name, 2 version. */
function scopeAt(bytes: Uint8Array, contents: Range): Scope {
  const reader = new ProtobufReader(bytes, contents);
  let name = "";
  let version = "";
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === ((1 << 3) | 2)) name = text(bytes, reader.range());
    else if (tag === ((2 << 3) | 2)) version = text(bytes, reader.range());
    else reader.skip(tag);
  }
  return { name, version };
}
