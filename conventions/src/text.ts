/**
 * A piece of content: all that a signal or the matcher sees of a prompt or an answer.
 *
 * There are two ways to hold one, decoded in memory and as a byte range of the wire; both pass the same conformance
 * suite (`test/text.conformance.ts`), so that no signal needs to know which it was given.
 */
export interface Text {
  /** UTF-8. */
  readonly bytes: Uint8Array;
  /** True where `bytes` is the inside of a JSON string literal whose escapes (`\n`, `\u0040`) are not yet resolved. */
  readonly escaped: boolean;
  /** True where the emitter cut the text. What is missing is unknown, not absent. */
  readonly truncated: boolean;
  /** The text with escapes resolved; decoded on first use and kept. */
  text(): string;
}

const encoder = new TextEncoder();

class DecodedText implements Text {
  readonly escaped = false;
  readonly truncated: boolean;
  readonly #text: string;
  #bytes: Uint8Array | undefined;

  constructor(text: string, truncated: boolean) {
    this.#text = text;
    this.truncated = truncated;
  }

  get bytes(): Uint8Array {
    return (this.#bytes ??= encoder.encode(this.#text));
  }

  text(): string {
    return this.#text;
  }
}

/** A `Text` over a string that is already in memory; its bytes are made on first use. */
export function decodedText(text: string, truncated = false): Text {
  return new DecodedText(text, truncated);
}
