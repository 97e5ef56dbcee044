import type { KeySet } from "../key-set.ts";
import type { AttributeReader, AttributeValue } from "../records.ts";
import { scanKeys } from "./key-scan.ts";
import { merged, type Slice } from "./merge.ts";
import { malformed, ProtobufReader, type Range } from "./reader.ts";

const MAX_VALUE_DEPTH = 64;

/** `KeyValue`: 1 key (string), 2 value (AnyValue). Other fields (3, a string-table index of profiles) are skipped. */
const KEY = (1 << 3) | 2;
const VALUE = (2 << 3) | 2;

/** The repeated `KeyValue` field of a message: keys are found in its bytes on first use, values decoded when asked for. */
export class ProtobufAttributes implements AttributeReader {
  readonly #bytes: Uint8Array;
  readonly #message: Range;
  readonly #tag: number;
  #index: Map<string, Slice | undefined> | undefined;

  /** `message`: the contents of the message whose field `number` they are. */
  constructor(bytes: Uint8Array, message: Range, number: number) {
    this.#bytes = bytes;
    this.#message = message;
    this.#tag = (number << 3) | 2;
  }

  get(key: string): AttributeValue | undefined {
    this.#index ??= this.#keys();
    const value = this.#index.get(key);
    return value === undefined ? undefined : anyValue(value.bytes, value, 0);
  }

  keys(): Iterable<string> {
    this.#index ??= this.#keys();
    return this.#index.keys();
  }

  hasAny(keys: KeySet): boolean {
    return scanKeys(this.#bytes, this.#message, this.#tag, keys) ?? this.#searchKeys(keys);
  }

  /** As `scanKeys`, of whatever bytes. */
  #searchKeys(keys: KeySet): boolean {
    const reader = new ProtobufReader(this.#bytes, this.#message);
    while (!reader.done) {
      const tag = reader.tag();
      if (tag !== this.#tag) {
        reader.skip(tag);
        continue;
      }
      const pair = new ProtobufReader(this.#bytes, reader.range());
      while (!pair.done) {
        const field = pair.tag();
        if (field !== KEY) {
          pair.skip(field);
          continue;
        }
        const { start, end } = pair.range();
        if (keys.has(this.#bytes, start, end)) return true;
      }
    }
    return false;
  }

  #keys(): Map<string, Slice | undefined> {
    const index = new Map<string, Slice | undefined>();
    const reader = new ProtobufReader(this.#bytes, this.#message);
    while (!reader.done) {
      const tag = reader.tag();
      if (tag !== this.#tag) {
        reader.skip(tag);
        continue;
      }
      const { key, value } = keyValue(this.#bytes, reader.range());
      if (!index.has(key)) index.set(key, value);
    }
    return index;
  }
}

function keyValue(bytes: Uint8Array, range: Range): { key: string; value: Slice | undefined } {
  const reader = new ProtobufReader(bytes, range);
  const values: Range[] = [];
  let key = "";
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === KEY) key = text(bytes, reader.range());
    else if (tag === VALUE) values.push(reader.range());
    else reader.skip(tag);
  }
  return { key, value: merged(bytes, values) };
}

const STRING = (1 << 3) | 2;
const BOOL = (2 << 3) | 0;
const INT = (3 << 3) | 0;
const DOUBLE = (4 << 3) | 1;
const ARRAY = (5 << 3) | 2;
const KVLIST = (6 << 3) | 2;
const BYTES = (7 << 3) | 2;

/**
 * `AnyValue`: 1 string, 2 bool, 3 int64, 4 double, 5 array (1 values), 6 kvlist (1 KeyValue), 7 bytes; others are skipped.
 * It is a oneof: the last field counts, and lists that follow upon each other are one.
 */
export function anyValue(bytes: Uint8Array, range: Range, depth: number): AttributeValue | undefined {
  if (depth > MAX_VALUE_DEPTH) throw malformed("values nested too deeply", range.start);
  const reader = new ProtobufReader(bytes, range);
  let value: AttributeValue | undefined;
  let last = 0;
  let lists: Range[] = [];
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === ARRAY || tag === KVLIST) {
      if (tag !== last) lists = [];
      lists.push(reader.range());
    } else if (isScalar(tag)) {
      value = scalar(reader, tag);
    } else {
      reader.skip(tag);
      continue;
    }
    last = tag;
  }
  if (last !== ARRAY && last !== KVLIST) return value;
  const contents = merged(bytes, lists);
  if (contents === undefined) return undefined;
  return last === ARRAY ? list(contents, depth) : keyValueList(contents, depth);
}

function isScalar(tag: number): boolean {
  return tag === STRING || tag === BOOL || tag === INT || tag === DOUBLE || tag === BYTES;
}

function scalar(reader: ProtobufReader, tag: number): AttributeValue {
  switch (tag) {
    case STRING:
      return text(reader.bytes, reader.range());
    case BOOL:
      return reader.int64() !== 0;
    case INT:
      return reader.int64();
    case DOUBLE:
      return reader.double();
    default: {
      const { start, end } = reader.range();
      return reader.bytes.subarray(start, end);
    }
  }
}

function list(contents: Slice, depth: number): AttributeValue[] {
  return elements(contents)
    .map((item) => anyValue(contents.bytes, item, depth + 1))
    .filter((item) => item !== undefined);
}

function keyValueList(contents: Slice, depth: number): Record<string, AttributeValue> {
  const entries = elements(contents).flatMap((item) => {
    const { key, value } = keyValue(contents.bytes, item);
    const decoded = value && anyValue(value.bytes, value, depth + 1);
    return decoded === undefined ? [] : [[key, decoded] as const];
  });
  // First wins: later duplicates must not overwrite it.
  return Object.fromEntries(entries.toReversed());
}

/** Ranges of the repeated field 1. */
function elements(contents: Slice): Range[] {
  const reader = new ProtobufReader(contents.bytes, contents);
  const found: Range[] = [];
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === KEY) found.push(reader.range());
    else reader.skip(tag);
  }
  return found;
}

/** What is no UTF-8 is replaced; a byte order mark at the start is part of the text. */
export function text(bytes: Uint8Array, { start, end }: Range): string {
  return asBuffer(bytes).toString("utf8", start, end);
}

export function hex(bytes: Uint8Array, { start, end }: Range): string {
  return asBuffer(bytes).toString("hex", start, end);
}

/** The same bytes; `Buffer` decodes a range without a view of its own. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
