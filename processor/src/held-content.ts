import type { MessageEvent } from "./dialects/message-events.ts";
import type { EarlierContent } from "./evaluate.ts";

interface Held {
  /** Messages whose answer is still to come. */
  readonly events: Map<string, MessageEvent>;
  /** Signals of the whole content, once the answer was there: the content itself is let go. */
  readonly read: EarlierContent | undefined;
  /** Characters, or what the signals take. */
  readonly size: number;
  /** Arrival of the first message, milliseconds since the epoch. */
  readonly since: number;
}

interface Bounds {
  readonly spans: number;
  /** Of all of them together. */
  readonly characters: number;
  /** Milliseconds. */
  readonly age: number;
}

const BOUNDS: Bounds = { spans: 10_000, characters: 32 * 1_024 * 1_024, age: 5 * 60_000 };
/** What a message takes beside its text, in characters. */
const MESSAGE_SIZE = 200;
/** About what the observations of one call take. */
const READ_SIZE = 2_048;

/**
 * Content that came apart from its call, by span: messages until their answer is there, then what was read of them until
 * the span has come. In memory only, never on disk. Bounds: 10,000 spans, 32 Mi characters, 5 minutes; beyond them the
 * oldest are dropped, and counted where their answer had not come yet.
 */
export class HeldContent {
  readonly #bounds: Bounds;
  /** The oldest first. */
  readonly #held = new Map<string, Held>();
  #characters = 0;
  #dropped = 0;

  constructor(bounds: Bounds = BOUNDS) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#held.size;
  }

  /** Spans whose messages were dropped before the answer came. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Holds a message. `identity` tells it from the others of its span: a message that is sent again is held once. */
  hold(span: string, identity: string, event: MessageEvent, now: number): void {
    const held = this.#held.get(span);
    if (held?.events.has(identity) === true || held?.read !== undefined) return;
    const events = (held?.events ?? new Map<string, MessageEvent>()).set(identity, event);
    const size = (held?.size ?? 0) + JSON.stringify(event, plain).length + MESSAGE_SIZE;
    this.#put(span, { events, read: undefined, size, since: held?.since ?? now }, now);
  }

  /** The messages of a span so far, in the order in which they came. */
  messages(span: string): readonly MessageEvent[] {
    return [...(this.#held.get(span)?.events.values() ?? [])];
  }

  /** Keeps what was read of a span's content, and lets the content go. */
  keep(span: string, { call, content }: EarlierContent, now: number): void {
    const nothing = { state: "absent", systemInstructions: [], input: [], output: [], tools: [] } as const;
    const read = { call: { ...call, content: nothing }, content };
    this.#put(span, { events: new Map(), read, size: READ_SIZE, since: now }, now);
  }

  read(span: string): EarlierContent | undefined {
    return this.#held.get(span)?.read;
  }

  /** Drops what is too old. */
  advance(now: number): void {
    for (const [span, { since }] of this.#held) {
      if (now - since < this.#bounds.age) return;
      this.#drop(span);
    }
  }

  #put(span: string, held: Held, now: number): void {
    this.advance(now);
    const before = this.#held.get(span);
    this.#characters += held.size - (before?.size ?? 0);
    // In order of age, whatever it was before.
    if (before !== undefined && before.since !== held.since) this.#held.delete(span);
    this.#held.set(span, held);
    for (const [oldest] of this.#held) {
      if (this.#held.size <= this.#bounds.spans && this.#characters <= this.#bounds.characters) return;
      this.#drop(oldest);
    }
  }

  #drop(span: string): void {
    const held = this.#held.get(span);
    if (held === undefined) return;
    this.#characters -= held.size;
    if (held.read === undefined) this.#dropped++;
    this.#held.delete(span);
  }
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
