import { SpanwardenError } from "../../errors.ts";

/** Wire types of protobuf. Groups (3, 4) are deprecated but legal, and are skipped. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, groupStart: 3, groupEnd: 4, fixed32: 5 } as const;

const MAX_GROUP_DEPTH = 32;
const LONGEST_VARINT = 10;

/** A range of bytes within a request: from `start` up to, not including, `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * A cursor over protobuf bytes. Every step checks its bounds; whatever does not fit throws OTLP_MALFORMED. It reads no
 * field that it is not asked for, and allocates nothing.
 */
export class ProtobufReader {
  readonly bytes: Uint8Array;
  readonly #end: number;
  #view: DataView | undefined;
  #at: number;

  constructor(bytes: Uint8Array, range: Range = { start: 0, end: bytes.length }) {
    this.bytes = bytes;
    this.#at = range.start;
    this.#end = range.end;
  }

  get position(): number {
    return this.#at;
  }

  get done(): boolean {
    return this.#at >= this.#end;
  }

  /** The next field's tag: `number << 3 | wire type`. Nearly all of them are one byte. */
  tag(): number {
    const at = this.#at;
    if (at < this.#end) {
      const tag = this.bytes[at] as number;
      if (tag >= 8 && tag < 0x80) {
        this.#at = at + 1;
        return tag;
      }
    }
    return this.#longTag();
  }

  /** A varint of which 32 bits count; further ones are dropped, as protobuf prescribes for 32-bit fields. */
  uint32(): number {
    const value = this.int64();
    return typeof value === "number" ? value >>> 0 : Number(BigInt.asUintN(32, value));
  }

  /** As `uint32`, signed: enums. */
  int32(): number {
    return this.uint32() | 0;
  }

  /** A signed 64-bit varint, exact: a number where it is safe, else a bigint. */
  int64(): number | bigint {
    let low = 0;
    let high = 0;
    for (let i = 0; i < LONGEST_VARINT; i++) {
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

  /** Four bytes; a fixed64 is two of them, the lower half first. */
  fixed32(): number {
    this.#need(4);
    const value = this.#data().getUint32(this.#at, true);
    this.#at += 4;
    return value;
  }

  double(): number {
    this.#need(8);
    const value = this.#data().getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  /** The length of a length-delimited field, which lies within what is read; the position is its first byte. */
  #length(): number {
    const at = this.#at;
    if (at < this.#end) {
      const length = this.bytes[at] as number;
      if (length < 0x80 && length < this.#end - at) {
        this.#at = at + 1;
        return length;
      }
    }
    return this.#longLength();
  }

  /** The range of a length-delimited field. */
  range(): Range {
    const length = this.#length();
    const start = this.#at;
    this.#at += length;
    return { start, end: this.#at };
  }

  skip(tag: number, depth = 0): void {
    switch (tag & 7) {
      case WIRE.varint:
        this.#skipVarint();
        return;
      case WIRE.fixed64:
        this.#need(8);
        this.#at += 8;
        return;
      case WIRE.bytes: {
        const length = this.#length();
        this.#at += length;
        return;
      }
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

  #longTag(): number {
    const at = this.#at;
    const tag = this.#varint();
    if (tag < 8 || tag > 0xffff_ffff) throw malformed("a field number out of range", at);
    return tag;
  }

  #longLength(): number {
    const at = this.#at;
    const length = this.#varint();
    if (length > this.#end - this.#at) throw malformed("a length beyond its enclosing message", at);
    return length;
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

  #skipVarint(): void {
    for (let i = 0; i < LONGEST_VARINT; i++) if (this.#byte() < 0x80) return;
    throw malformed("a varint of more than 10 bytes", this.#at);
  }

  /** An unsigned varint as a double: exact up to 2^53, and beyond it still too large for whatever it may be. */
  #varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < LONGEST_VARINT; i++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
    throw malformed("a varint of more than 10 bytes", this.#at);
  }

  #byte(): number {
    if (this.#at >= this.#end) throw malformed("an end in the middle of a field", this.#at);
    return this.bytes[this.#at++] as number;
  }

  #need(length: number): void {
    if (this.#end - this.#at < length) throw malformed("a length beyond its enclosing message", this.#at);
  }

  #data(): DataView {
    return (this.#view ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength));
  }
}

function join(low: number, high: number): number | bigint {
  const value = high * 4_294_967_296 + low;
  return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low);
}

export function malformed(what: string, at: number): SpanwardenError {
  return new SpanwardenError("OTLP_MALFORMED", `protobuf: ${what} at byte ${at}`);
}
