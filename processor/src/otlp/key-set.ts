/** Keys of which any one is looked for: as bytes, so that the keys of a span need not become strings. */
export class KeySet {
  readonly #byLength: readonly (readonly Uint8Array[] | undefined)[];

  constructor(keys: Iterable<string>) {
    const byLength: Uint8Array[][] = [];
    for (const key of new Set(keys)) {
      const bytes = Buffer.from(key);
      (byLength[bytes.length] ??= []).push(bytes);
    }
    this.#byLength = byLength;
  }

  /** Whether the key from `start` up to `end` is one of them. */
  has(bytes: Uint8Array, start: number, end: number): boolean {
    const candidates = this.#byLength[end - start];
    if (candidates === undefined) return false;
    for (const candidate of candidates) {
      let i = 0;
      while (i < candidate.length && candidate[i] === bytes[start + i]) i++;
      if (i === candidate.length) return true;
    }
    return false;
  }
}
