const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const NEWLINE = 0x0a;
/** Between documents: white space, a byte order mark, and what an array of documents is written with. */
const BETWEEN: ReadonlySet<number> = new Set(Buffer.from("\ufeff \t\r\n,[]"));

/** How a line of an exporter begins: whatever came before it has ended. */
const LINE_START = Buffer.from('{"resource');

/** A document of a dump: its bytes, or why there are none. */
export type Document = { readonly bytes: Buffer } | { readonly problem: "too_large" | "not_json" | "cut_off" };

/**
 * Splits a stream into its JSON objects, however they are separated: lines, an array, one after the other, or one alone over
 * many lines. At most one object is held, and of none more than `limit` bytes. One that was cut off, by a writer that was
 * killed, takes none of the lines after it along.
 */
export async function* jsonDocuments(source: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Document> {
  const splitter = new Splitter(limit);
  for await (const chunk of source) yield* splitter.push(chunk);
  yield* splitter.end();
}

class Splitter {
  readonly #limit: number;
  #parts: Buffer[] = [];
  #size = 0;
  #depth = 0;
  #inText = false;
  #escaped = false;
  /** In the middle of a line that is no document. */
  #strayed = false;
  /** Bytes of LINE_START that this line within a document holds so far; -1 where it begins otherwise. */
  #begun = -1;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(chunk: Buffer): Document[] {
    const found: Document[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (this.#beginsLine(byte)) {
        this.#restart();
        found.push({ problem: "cut_off" });
        start = at + 1;
      } else if (this.#depth === 0) {
        if (byte !== OPEN) this.#stray(byte, found);
        else {
          this.#begun = -1;
          this.#strayed = false;
          this.#depth = 1;
          start = at;
        }
      } else if (this.#closes(byte)) {
        found.push(this.#take(chunk.subarray(start, at + 1)));
      }
    }
    if (this.#depth > 0) this.#keep(chunk.subarray(start));
    return found;
  }

  end(): Document[] {
    return this.#depth > 0 ? [{ problem: "cut_off" }] : [];
  }

  #stray(byte: number, found: Document[]): void {
    if (byte === NEWLINE) this.#strayed = false;
    else if (!this.#strayed && !BETWEEN.has(byte)) {
      this.#strayed = true;
      found.push({ problem: "not_json" });
    }
  }

  /** Whether this byte completes the beginning of an exporter's line, though a document is open. */
  #beginsLine(byte: number): boolean {
    if (this.#depth === 0) return false;
    if (byte === NEWLINE) this.#begun = 0;
    else if (this.#begun >= 0) this.#begun = byte === LINE_START[this.#begun] ? this.#begun + 1 : -1;
    return this.#begun === LINE_START.length;
  }

  #restart(): void {
    this.#begun = -1;
    this.#parts = [LINE_START];
    this.#size = LINE_START.length;
    this.#depth = 1;
    this.#inText = true;
    this.#escaped = false;
  }

  /** Takes one byte of a document; whether it was the last. */
  #closes(byte: number): boolean {
    if (this.#inText) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inText = false;
      return false;
    }
    if (byte === QUOTE) this.#inText = true;
    else if (byte === OPEN) this.#depth++;
    else if (byte === CLOSE) this.#depth--;
    return this.#depth === 0;
  }

  /** Of a document beyond the limit only the end is looked for. */
  #keep(part: Buffer): void {
    this.#size += part.length;
    if (this.#size > this.#limit) this.#parts = [];
    else this.#parts.push(part);
  }

  #take(last: Buffer): Document {
    this.#keep(last);
    const document: Document =
      this.#size > this.#limit ? { problem: "too_large" } : { bytes: Buffer.concat(this.#parts, this.#size) };
    this.#parts = [];
    this.#size = 0;
    return document;
  }
}
