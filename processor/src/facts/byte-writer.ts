/** Appends to a buffer of fixed size; what no longer fits is refused, never written in part. */
export class ByteWriter {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.alloc(capacity);
  }

  /** Runs `write`; takes back everything it wrote, and says so by `false`, where that went beyond the capacity. */
  fits(write: () => void): boolean {
    const before = this.#at;
    write();
    if (this.#at <= this.#bytes.length) return true;
    this.#at = before;
    return false;
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
    if (this.#at + bytes.length <= this.#bytes.length) this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  #byte(value: number): void {
    if (this.#at < this.#bytes.length) this.#bytes[this.#at] = value;
    this.#at++;
  }
}
