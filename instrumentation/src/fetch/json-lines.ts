import type { StreamEvent } from "../codecs/codec.ts";

/** A line may not grow beyond this many characters; a longer one is dropped and counted. */
const LONGEST_LINE = 4 * 1_024 * 1_024;

/** Reads lines of JSON from bytes cut anywhere, also inside a character: `application/x-ndjson`. */
export class JsonLines {
  readonly #onEvent: (event: StreamEvent) => void;
  readonly #decoder = new TextDecoder();
  #rest = "";
  #overlong = false;
  #dropped = 0;

  constructor(onEvent: (event: StreamEvent) => void) {
    this.#onEvent = onEvent;
  }

  /** Lines that were too long. */
  get dropped(): number {
    return this.#dropped;
  }

  push(bytes: Uint8Array): void {
    this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The last line need not have an end. */
  end(): void {
    this.#take(`${this.#decoder.decode()}\n`);
  }

  #take(text: string): void {
    const lines = text.split("\n");
    lines[0] = this.#rest + (lines[0] ?? "");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#line(line);
    if (this.#rest.length <= LONGEST_LINE) return;
    this.#overlong = true;
    this.#rest = "";
  }

  #line(line: string): void {
    const isWhole = !this.#overlong && line.length <= LONGEST_LINE;
    this.#overlong = false;
    if (!isWhole) this.#dropped++;
    else if (line.trim() !== "") this.#onEvent({ event: "", data: line });
  }
}
