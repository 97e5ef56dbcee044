import type { KeySet } from "./key-set.ts";

/** A value of an OTLP attribute. 64-bit integers beyond 2^53 are `bigint`; bytes are `Uint8Array`. */
export type AttributeValue =
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue };

/**
 * All that a dialect sees of a span's, record's or resource's attributes. Where a key stands twice, the first one counts.
 * There are two implementations, over the wire and decoded; both pass `test/otlp/attribute-reader.conformance.ts`.
 */
export interface AttributeReader {
  get(key: string): AttributeValue | undefined;
  /** Every key once, in order. For people who ask what a dump holds: no dialect looks through them. */
  keys(): Iterable<string>;
  /**
   * False where none of the keys is there. It is asked of every span that comes in, so an implementation has it where it can
   * tell without decoding; it may say true too often, never false too often.
   */
  hasAny?(keys: KeySet): boolean;
}

export interface Resource {
  readonly attributes: AttributeReader;
}

export interface Scope {
  readonly name: string;
  readonly version: string;
}

/** A span as the stages after OTLP read it. Ids are lower-case hexadecimal, times milliseconds since the epoch. */
export interface SpanRecord {
  readonly resource: Resource;
  readonly scope: Scope;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root span. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly name: string;
  /** OTLP's `SpanKind`: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly start: number;
  readonly end: number;
  /** OTLP's `StatusCode`: 0 unset, 1 ok, 2 error. */
  readonly status: { readonly code: number; readonly message: string };
  readonly attributes: AttributeReader;
  readonly events: readonly SpanEventRecord[];
}

export interface SpanEventRecord {
  readonly name: string;
  readonly time: number;
  readonly attributes: AttributeReader;
}

/** A log record with an event name, or none. */
export interface LogRecord {
  readonly resource: Resource;
  readonly scope: Scope;
  readonly time: number;
  readonly eventName: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState?: undefined;
  /** W3C trace flags of the span it belongs to, 1 is sampled; 0 also where the emitter did not say. */
  readonly flags?: number | undefined;
  readonly severity: number;
  readonly attributes: AttributeReader;
  readonly body: AttributeValue | undefined;
}

/** Attributes to append to a forwarded span or record. */
export type Additions = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/**
 * An export request as it came, with what the processor reads of it. The fields of its items may be read from the wire when
 * they are asked for, and throw OTLP_MALFORMED then: an item whose inside is broken goes on as it came, unread.
 */
export interface Batch<Item> {
  readonly items: readonly Item[];
  readonly contentType: "application/x-protobuf" | "application/json";
  /**
   * The request to forward: the bytes that came where nothing is added, else with the additions appended to their items
   * and enclosing lengths rewritten. Nothing else changes: unknown fields, order and 64-bit values are kept.
   */
  encode(additions: ReadonlyMap<Item, Additions>): Uint8Array;
}
