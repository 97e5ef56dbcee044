import type { AttributeReader, AttributeValue } from "../records.ts";
import { malformed, ProtobufReader, type Range } from "./reader.ts";

const MAX_VALUE_DEPTH = 64;
/** A byte order mark at the start of a text is part of it. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** `KeyValue`: 1 key (string), 2 value (AnyValue). Other fields (3, a string-table index of profiles) are skipped. */
const KEY = (1 << 3) | 2;
const VALUE = (2 << 3) | 2;

/** Attributes of an OTLP message: keys are found in the bytes on first use, values decoded when asked for. */
export class ProtobufAttributes implements AttributeReader {
  readonly #bytes: Uint8Array;
  readonly #ranges: readonly Range[];
  #index: Map<string, Range | undefined> | undefined;

  /** `ranges`: the contents of each `KeyValue`, in order. */
  constructor(bytes: Uint8Array, ranges: readonly Range[]) {
    this.#bytes = bytes;
    this.#ranges = ranges;
  }

  get(key: string): AttributeValue | undefined {
    this.#index ??= this.#keys();
    const range = this.#index.get(key);
    return range === undefined ? undefined : anyValue(this.#bytes, range, 0);
  }

  keys(): Iterable<string> {
    this.#index ??= this.#keys();
    return this.#index.keys();
  }

  #keys(): Map<string, Range | undefined> {
    const index = new Map<string, Range | undefined>();
    for (const range of this.#ranges) {
      const { key, value } = keyValue(this.#bytes, range);
      if (!index.has(key)) index.set(key, value);
    }
    return index;
  }
}

function keyValue(bytes: Uint8Array, range: Range): { key: string; value: Range | undefined } {
  const reader = new ProtobufReader(bytes, range);
  let key = "";
  let value: Range | undefined;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === KEY) key = text(bytes, reader.range());
    else if (tag === VALUE) value = reader.range();
    else reader.skip(tag);
  }
  return { key, value };
}

/**
 * `AnyValue`: 1 string, 2 bool, 3 int64, 4 double, 5 array (1 values), 6 kvlist (1 KeyValue), 7 bytes. Others are
 * skipped; the last one of several counts.
 */
export function anyValue(bytes: Uint8Array, range: Range, depth: number): AttributeValue | undefined {
  if (depth > MAX_VALUE_DEPTH) throw malformed("values nested too deeply", range.start);
  const reader = new ProtobufReader(bytes, range);
  let value: AttributeValue | undefined;
  while (!reader.done) {
    const tag = reader.tag();
    switch (tag) {
      case (1 << 3) | 2:
        value = text(bytes, reader.range());
        break;
      case (2 << 3) | 0:
        value = reader.uint32() !== 0;
        break;
      case (3 << 3) | 0:
        value = reader.int64();
        break;
      case (4 << 3) | 1:
        value = reader.double();
        break;
      case (5 << 3) | 2:
        value = elements(bytes, reader.range())
          .map((item) => anyValue(bytes, item, depth + 1))
          .filter((item) => item !== undefined);
        break;
      case (6 << 3) | 2:
        value = keyValueList(bytes, reader.range(), depth);
        break;
      case (7 << 3) | 2: {
        const { start, end } = reader.range();
        value = bytes.subarray(start, end);
        break;
      }
      default:
        reader.skip(tag);
    }
  }
  return value;
}

function keyValueList(bytes: Uint8Array, range: Range, depth: number): Record<string, AttributeValue> {
  const entries = elements(bytes, range).flatMap((item) => {
    const { key, value } = keyValue(bytes, item);
    const decoded = value && anyValue(bytes, value, depth + 1);
    return decoded === undefined ? [] : [[key, decoded] as const];
  });
  // First wins: later duplicates must not overwrite it.
  return Object.fromEntries(entries.toReversed());
}

/** Ranges of the repeated field 1. */
function elements(bytes: Uint8Array, range: Range): Range[] {
  const reader = new ProtobufReader(bytes, range);
  const found: Range[] = [];
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === KEY) found.push(reader.range());
    else reader.skip(tag);
  }
  return found;
}

export function text(bytes: Uint8Array, { start, end }: Range): string {
  return utf8.decode(bytes.subarray(start, end));
}

export function hex(bytes: Uint8Array, { start, end }: Range): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("hex");
}
