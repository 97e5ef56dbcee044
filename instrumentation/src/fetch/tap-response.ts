import { guarded } from "../guard.ts";
import type { AnswerReader, Ended, Readers } from "./answer-reader.ts";
import { endedBy } from "./ended-by.ts";
import { tapStream } from "./tap-stream.ts";

/** What each method that reads the body in one piece gives us to read; nothing, where that would be work. */
const WHOLE: Readonly<Record<string, (value: unknown) => unknown>> = {
  json: (value) => value,
  text: (value) => value,
  arrayBuffer: (value) => Buffer.from(value as ArrayBuffer).toString(),
  bytes: (value) => Buffer.from(value as Uint8Array).toString(),
  blob: () => undefined,
  formData: () => undefined,
};

/** One answer and its clones. */
interface Tap {
  readonly readers: Readers;
  /** Branches that may still be read. */
  readonly open: Set<Ending>;
  /** The app's own, by which it may leave the answer. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Lets readers see what the app reads of `response`, on the very object that `fetch` returned: its identity, url, headers
 * and errors stay. Nothing is read that the app does not read, and what it cancels is cancelled. False, and nothing is
 * touched, where the response is not of the platform's make.
 */
export function tapResponse(response: Response, readers: Readers, signal: AbortSignal | undefined): boolean {
  return tap(response, { readers, open: new Set(), signal });
}

function tap(response: Response, { readers, open, signal }: Tap): boolean {
  const original = bodyBelow(response);
  if (original === undefined || Object.isFrozen(response)) return false;
  const ending = new Ending(readers(), open);
  if (original() === null) {
    ending.finish({ end: "done" });
    return true;
  }
  dropped.register(response, ending, ending);
  let tapped: ReadableStream<Uint8Array> | undefined;
  const body = (): ReadableStream<Uint8Array> => {
    if (tapped === undefined) {
      tapped = tapStream(original as () => ReadableStream<Uint8Array>, ending, signal);
      // From here on the stream is what the app holds.
      dropped.unregister(ending);
      dropped.register(tapped, ending, ending);
    }
    return tapped;
  };
  // The stream below is not locked while ours is, and would not notice.
  const isLocked = (): boolean => tapped?.locked === true;
  define(response, "body", { get: body });
  for (const [name, readable] of Object.entries(WHOLE)) overrideWhole(response, name, readable);
  const { clone } = response;
  define(response, "clone", {
    writable: true,
    value: () => {
      if (isLocked()) throw new TypeError("Response.clone: Body has already been consumed.");
      const copy = Reflect.apply(clone, response, []);
      guarded(() => tap(copy, { readers, open, signal }));
      return copy;
    },
  });
  return true;

  function overrideWhole(target: Response, name: string, readable: (value: unknown) => unknown): void {
    const read: unknown = Reflect.get(target, name);
    if (typeof read !== "function") return;
    const value = async function (this: unknown): Promise<unknown> {
      // Called on something else, it fails as ever.
      if (this !== target) return await Reflect.apply(read, this, []);
      if (isLocked()) throw new TypeError("Body is unusable: Body has already been read");
      // A second reading fails, and says nothing of the first.
      if (target.bodyUsed) return await Reflect.apply(read, target, []);
      try {
        const whole: unknown = await Reflect.apply(read, target, []);
        ending.value(() => readable(whole));
        ending.finish({ end: "done" });
        return whole;
      } catch (error) {
        ending.finish(endedBy(error, signal));
        throw error;
      }
    };
    define(target, name, { writable: true, value });
  }
}

/** The end of one branch: only the last one's, or that of one that was read to its end, is the answer's. */
class Ending {
  readonly #reader: AnswerReader;
  readonly #open: Set<Ending>;
  #finished = false;

  constructor(reader: AnswerReader, open: Set<Ending>) {
    this.#reader = reader;
    this.#open = open;
    open.add(this);
  }

  bytes(chunk: Uint8Array): void {
    guarded(() => this.#reader.bytes(chunk));
  }

  value(read: () => unknown): void {
    guarded(() => {
      const value = read();
      if (value !== undefined) this.#reader.value(value);
    });
  }

  finish(ended: Ended): void {
    if (this.#finished) return;
    this.#finished = true;
    dropped.unregister(this);
    if (!this.#open.delete(this) || (ended.end !== "done" && this.#open.size > 0)) return;
    this.#open.clear();
    guarded(() => this.#reader.finish(ended));
  }
}

/**
 * Ends answers that the app dropped unread. It keeps what ends them, which for that reason must never refer to the
 * response or its stream, in a closure's scope neither.
 */
const dropped = new FinalizationRegistry<Ending>((ending) => ending.finish({ end: "abandoned" }));

function define(response: Response, name: string, property: PropertyDescriptor): void {
  Object.defineProperty(response, name, { configurable: true, enumerable: false, ...property });
}

/** Looks up the stream below our own getter, which a clone replaces; `undefined` where there is no web stream to follow. */
function bodyBelow(response: Response): (() => ReadableStream<Uint8Array> | null) | undefined {
  if (Object.hasOwn(response, "body")) return undefined;
  const below = Object.getPrototypeOf(response) as object;
  const body = (): ReadableStream<Uint8Array> | null =>
    Reflect.get(below, "body", response) as ReadableStream<Uint8Array> | null;
  const stream = body();
  return stream === null || stream instanceof ReadableStream ? body : undefined;
}
