/** Reads what `ByteWriter` wrote. Throws RangeError where the bytes end too early. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 49; scale *= 0x80) {
      const byte = this.#bytes.readUInt8(this.#at++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new RangeError("varint too long");
  }

  delimited(): Buffer {
    const length = this.varint();
    if (length > this.#bytes.length - this.#at) throw new RangeError("length beyond the end");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
