import type { Meter } from "@opentelemetry/api";

/** What code wires into every stage. What a user writes is `Config`. */
export interface Settings {
  readonly clock: Clock;
  readonly logger: Logger;
  /** For the processor's own telemetry. */
  readonly meter: Meter;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly fetch: typeof globalThis.fetch;
}

/** The only source of time; a fake one drives every test. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `run` every `milliseconds` until the returned function is called. */
  every(milliseconds: number, run: () => void): () => void;
  /** Calls `run` once after `milliseconds` unless the returned function is called before. */
  after(milliseconds: number, run: () => void): () => void;
}

/** Structured: a fixed sentence and fields. Fields never hold content. */
export interface Logger {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

export type Fields = Readonly<Record<string, unknown>>;
