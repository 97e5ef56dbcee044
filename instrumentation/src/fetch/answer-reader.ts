import type { CallFailure, EndReason } from "@spanwarden/conventions";

import type { Codec, ResponseReading, StreamReading } from "../codecs/codec.ts";
import { parseJson } from "../codecs/json.ts";
import type { JsonLines } from "./json-lines.ts";
import type { ServerSentEvents } from "./server-sent-events.ts";

/** Bytes of one answer that are read; the rest of a longer one is passed on unread, and said to be cut. */
const MOST_BYTES = 8 * 1_024 * 1_024;

/** What became of an answer once nothing more will come of it. */
export interface Answer {
  readonly end: EndReason;
  readonly reading?: ResponseReading | undefined;
  readonly failure?: CallFailure | undefined;
  /** The answer was longer than is read, or broke off. */
  readonly truncated: boolean;
}

/** How the bytes of an answer ended. */
export interface Ended {
  readonly end: EndReason;
  /** Of the error that the app saw. */
  readonly failure?: CallFailure | undefined;
}

/** Understands one HTTP answer while the app reads it. */
export interface AnswerReader {
  /** Bytes in the order in which they came. */
  bytes(chunk: Uint8Array): void;
  /** The whole body, parsed or as text, where the app asked for it at once. Read now: the app may change it later. */
  value(body: unknown): void;
  /** Called once, whatever the app does with the body. */
  finish(ended: Ended): void;
}

/** Whom an answer is told to. */
interface Listener {
  /** A piece of the answer came. */
  chunk(): void;
  finish(answer: Answer): void;
}

/** Makes a reader for an answer, and for each of its clones. What it makes holds no response: that may be collected. */
export type Readers = () => AnswerReader;

/** A stream of server-sent events, or of lines of JSON. */
export function streamReaders(
  codec: Codec,
  call: Listener,
  Framing: typeof ServerSentEvents | typeof JsonLines,
): Readers {
  return () => {
    const stream = codec.readStream();
    const events = new Framing((event) => {
      const { finished } = stream;
      stream.push(event);
      // The first piece may be the last one, too.
      if (stream.started && !finished) call.chunk();
    });
    let size = 0;
    let told = false;
    return {
      bytes(chunk) {
        size += chunk.length;
        if (size > MOST_BYTES) return;
        events.push(chunk);
        if (stream.ended) this.finish({ end: "done" });
      },
      value(body) {
        if (typeof body === "string") this.bytes(Buffer.from(body));
      },
      finish({ end, failure }) {
        if (told) return;
        told = true;
        events.end();
        const reading = stream.result();
        const unread = size > MOST_BYTES || events.dropped > 0;
        const reason = endOf(end, stream, reading, unread);
        const broken = reason === "cut" || reason === "error";
        const truncated = unread || reason !== "done";
        call.finish({ end: reason, reading, failure: reading.failure ?? (broken ? failure : undefined), truncated });
      },
    };
  };
}

/**
 * A stream that the app leaves after its last event was read to its end; one that ends before it was cut, unless that
 * event may be in what was not read.
 */
function endOf(end: EndReason, stream: StreamReading, { failure }: ResponseReading, unread: boolean): EndReason {
  if (failure !== undefined) return "error";
  if (stream.finished) return "done";
  if (unread) return end;
  return end === "done" ? "cut" : end;
}

/** A body in one piece, of an answer with a 2xx status. */
export function wholeReaders(codec: Codec, call: Pick<Listener, "finish">): Readers {
  return () => {
    const body = new Body();
    let reading: ResponseReading | undefined;
    return {
      bytes: (chunk) => body.push(chunk),
      value(value) {
        reading = codec.readResponse(parsed(value));
      },
      finish({ end, failure }) {
        if (end === "done" && body.text !== undefined) this.value(body.text);
        const told = reading?.failure ?? (end === "done" ? undefined : failure);
        call.finish({
          end: told === undefined ? end : end === "cut" ? "cut" : "error",
          reading,
          failure: told,
          truncated: body.overflowed,
        });
      },
    };
  };
}

/** The body of any other answer. `read`: the app read it, as it does with the error that it is about to see. */
export function failureReaders(
  codec: Codec,
  status: number,
  tell: (failure: CallFailure, read: boolean) => void,
): Readers {
  return () => {
    const body = new Body();
    let failure: CallFailure | undefined;
    return {
      bytes: (chunk) => body.push(chunk),
      value(value) {
        failure = codec.readFailure(status, parsed(value));
      },
      finish({ end }) {
        if (end === "done" && body.text !== undefined) this.value(body.text);
        tell(failure ?? codec.readFailure(status, undefined), end === "done");
      },
    };
  };
}

/** Bytes of a body that is read as a stream; `text` is undefined where there are none, or more than are kept. */
class Body {
  readonly #chunks: Uint8Array[] = [];
  #size = 0;

  get overflowed(): boolean {
    return this.#size > MOST_BYTES;
  }

  get text(): string | undefined {
    return this.#size === 0 || this.overflowed ? undefined : Buffer.concat(this.#chunks).toString();
  }

  push(chunk: Uint8Array): void {
    this.#size += chunk.length;
    // A copy, which `slice` of a `Buffer` is not.
    if (!this.overflowed) this.#chunks.push(new Uint8Array(chunk));
    else this.#chunks.length = 0;
  }
}

function parsed(body: unknown): unknown {
  return typeof body === "string" ? (parseJson(body) ?? body) : body;
}
