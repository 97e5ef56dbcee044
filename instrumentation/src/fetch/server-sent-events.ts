import type { StreamEvent } from "../codecs/codec.ts";

/** A line, and with it an event, may not grow beyond this many characters; a longer one is dropped and counted. */
const LONGEST_EVENT = 4 * 1_024 * 1_024;

/**
 * Reads server-sent events from bytes cut anywhere, also inside a character. Source: WHATWG HTML, "Server-sent events".
 */
export class ServerSentEvents {
  readonly #onEvent: (event: StreamEvent) => void;
  readonly #decoder = new TextDecoder();
  #rest = "";
  #afterReturn = false;
  #event = "";
  #data: string[] = [];
  #size = 0;
  #dropped = 0;

  constructor(onEvent: (event: StreamEvent) => void) {
    this.#onEvent = onEvent;
  }

  /** Events that were too long. */
  get dropped(): number {
    return this.#dropped;
  }

  push(bytes: Uint8Array): void {
    this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** What is left when the stream ends: providers do not always end the last event with an empty line. */
  end(): void {
    this.#take(`${this.#decoder.decode()}\n\n`);
  }

  #take(text: string): void {
    if (text === "") return;
    // What was cut may be the two halves of one line end.
    const lines = (this.#afterReturn && text.startsWith("\n") ? text.slice(1) : text).split(/\r\n|\n|\r/);
    this.#afterReturn = text.endsWith("\r");
    lines[0] = this.#rest + (lines[0] ?? "");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#line(line);
    if (this.#rest.length > LONGEST_EVENT) {
      // The event is too long, and what is still to come of the line a comment.
      this.#size = Number.POSITIVE_INFINITY;
      this.#rest = ":";
    }
  }

  #line(line: string): void {
    if (line === "") {
      this.#dispatch();
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "event") this.#event = value;
    if (field !== "data") return;
    this.#size += value.length;
    if (this.#size <= LONGEST_EVENT) this.#data.push(value);
    else this.#data = [];
  }

  #dispatch(): void {
    if (this.#size > LONGEST_EVENT) this.#dropped++;
    else if (this.#data.length > 0) this.#onEvent({ event: this.#event, data: this.#data.join("\n") });
    this.#event = "";
    this.#data = [];
    this.#size = 0;
  }
}
