const FIRST_CAPACITY = 1_024;
/** Bytes of the longest varint. */
const LONGEST_VARINT = 10;
/** Characters up to which the varint of their number is one byte. */
const SHORT = 0x7f;

/** Writes protobuf into one growing buffer: a field is its `tag`, then its value. */
export class ProtobufWriter {
  #bytes = Buffer.allocUnsafe(FIRST_CAPACITY);
  #length = 0;

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** What was written. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  tag(field: number, wire: number): void {
    this.varint(((field << 3) | wire) >>> 0);
  }

  /** An unsigned integer that a double holds. */
  varint(value: number): void {
    this.#reserve(LONGEST_VARINT);
    this.#length = writeVarint(this.#bytes, this.#length, value);
  }

  /** Two's complement in 64 bits, as int64 and uint64 are written. */
  varint64(value: bigint): void {
    this.#reserve(LONGEST_VARINT);
    let rest = BigInt.asUintN(64, value);
    for (; rest > 0x7fn; rest >>= 7n) this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
    this.#bytes[this.#length++] = Number(rest);
  }

  fixed32(value: number): void {
    this.#reserve(4);
    this.#length = this.#bytes.writeUInt32LE(value, this.#length);
  }

  fixed64(value: bigint): void {
    this.#reserve(8);
    this.#length = this.#bytes.writeBigUInt64LE(BigInt.asUintN(64, value), this.#length);
  }

  double(value: number): void {
    this.#reserve(8);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
  }

  text(value: string): void {
    if (value.length <= SHORT && this.#shortAscii(value)) return;
    const length = Buffer.byteLength(value);
    this.varint(length);
    this.#reserve(length);
    this.#length += this.#bytes.write(value, this.#length);
  }

  bytes(value: Uint8Array): void {
    this.varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** What `write` writes, after its length: a byte to begin with; the contents move where it takes more. */
  delimited(write: () => void): void {
    this.#reserve(1);
    const start = ++this.#length;
    write();
    const length = this.#length - start;
    const more = varintSize(length) - 1;
    this.#reserve(more);
    if (more > 0) this.#bytes.copyWithin(start + more, start, this.#length);
    this.#length = start - 1;
    this.varint(length);
    this.#length += length;
  }

  /** Most keys and values: written here in less time than a call into Node takes. False, and nothing written, for others. */
  #shortAscii(value: string): boolean {
    this.#reserve(1 + value.length);
    let at = this.#length;
    this.#bytes[at++] = value.length;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) return false;
      this.#bytes[at++] = code;
    }
    this.#length = at;
    return true;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

/** Bytes that the varint of a length takes. */
export function varintSize(length: number): number {
  let size = 1;
  for (let rest = length; rest > 0x7f; rest = Math.floor(rest / 0x80)) size++;
  return size;
}

/** Writes a varint at a place that has room for it; returns where it ends. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let end = at;
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes[end++] = (rest % 0x80) | 0x80;
  bytes[end++] = rest;
  return end;
}

/** An unsigned integer that a double holds, as a varint. */
export function varint(value: number): Uint8Array {
  const bytes = new Uint8Array(varintSize(value));
  writeVarint(bytes, 0, value);
  return bytes;
}
