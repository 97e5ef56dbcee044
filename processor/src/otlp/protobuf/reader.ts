import { SpanwardenError } from "../../errors.ts";

/** Wire types of protobuf. Groups (3, 4) are deprecated but legal, and are skipped. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, groupStart: 3, groupEnd: 4, fixed32: 5 } as const;

const MAX_GROUP_DEPTH = 32;

/** A range of bytes within a request: from `start` up to, not including, `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * A cursor over protobuf bytes. Every step checks its bounds; whatever does not fit throws OTLP_MALFORMED. It reads no
 * field that it is not asked for.
 */
export class ProtobufReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, range: Range = { start: 0, end: bytes.length }) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = range.start;
    this.#end = range.end;
  }

  get position(): number {
    return this.#at;
  }

  get done(): boolean {
    return this.#at >= this.#end;
  }

  /** The next field's tag: `number << 3 | wire type`. */
  tag(): number {
    const tag = this.uint32();
    if (tag >>> 3 === 0) throw malformed("field number 0", this.#at);
    return tag;
  }

  /** A varint of at most 32 bits; further bits are dropped, as protobuf prescribes for int32 fields. */
  uint32(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#byte();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw malformed("a varint of more than 10 bytes", this.#at);
  }

  /** A signed 64-bit varint, exact: a number where it is safe, else a bigint. */
  int64(): number | bigint {
    let low = 0;
    let high = 0;
    for (let i = 0; i < 10; i++) {
      const byte = this.#byte();
      const bits = byte & 0x7f;
      if (i < 4) low |= bits << (7 * i);
      else if (i === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (7 * i - 32);
      if (byte < 0x80) return join(low >>> 0, high | 0);
    }
    throw malformed("a varint of more than 10 bytes", this.#at);
  }

  fixed64(): bigint {
    this.#need(8);
    const value = this.#view.getBigUint64(this.#at, true);
    this.#at += 8;
    return value;
  }

  double(): number {
    this.#need(8);
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  /** The range of a length-delimited field. */
  range(): Range {
    const length = this.uint32();
    this.#need(length);
    const start = this.#at;
    this.#at += length;
    return { start, end: this.#at };
  }

  skip(tag: number, depth = 0): void {
    switch (tag & 7) {
      case WIRE.varint:
        this.uint32();
        return;
      case WIRE.fixed64:
        this.#need(8);
        this.#at += 8;
        return;
      case WIRE.bytes:
        this.range();
        return;
      case WIRE.fixed32:
        this.#need(4);
        this.#at += 4;
        return;
      case WIRE.groupStart:
        this.#skipGroup(tag >>> 3, depth);
        return;
      default:
        throw malformed(`wire type ${tag & 7}`, this.#at);
    }
  }

  #skipGroup(field: number, depth: number): void {
    if (depth >= MAX_GROUP_DEPTH) throw malformed("groups nested too deeply", this.#at);
    for (;;) {
      const tag = this.tag();
      if ((tag & 7) === WIRE.groupEnd) {
        if (tag >>> 3 !== field) throw malformed("a group that ends another", this.#at);
        return;
      }
      this.skip(tag, depth + 1);
    }
  }

  #byte(): number {
    if (this.#at >= this.#end) throw malformed("an end in the middle of a field", this.#at);
    return this.bytes[this.#at++] ?? 0;
  }

  #need(length: number): void {
    if (this.#end - this.#at < length) throw malformed("a length beyond its enclosing message", this.#at);
  }
}

function join(low: number, high: number): number | bigint {
  const value = high * 4_294_967_296 + low;
  return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low);
}

export function malformed(what: string, at: number): SpanwardenError {
  return new SpanwardenError("OTLP_MALFORMED", `protobuf: ${what} at byte ${at}`);
}
