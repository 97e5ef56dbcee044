/** Appends to a buffer of fixed size. Throws RangeError where that is full. */
export class ByteWriter {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  varint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.#byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.#byte(rest);
  }

  /** Length, then the bytes. */
  delimited(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  #byte(value: number): void {
    this.#at = this.#bytes.writeUInt8(value, this.#at);
  }
}
