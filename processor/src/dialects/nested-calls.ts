import { ATTR_SERVICE_NAME } from "@spanwarden/conventions";

import type { LogRecord, SpanRecord } from "../otlp/records.ts";
import { textAt } from "./attribute-values.ts";
import type { Recognised } from "./recognised.ts";

/** Why a call does not count: one inside it has its own span, or the one around it was counted before. */
export type Nested = "wraps" | "wrapped";

/** Spans remembered before the older half is forgotten: about 30 MB, and minutes at a thousand calls a second. */
const MOST_SPANS = 200_000;
/** Spans climbed from a call to those around it; traces are not deeper. */
const MOST_LEVELS = 64;

/**
 * Tells apart the spans that tell of one call of one service: an SDK's own span around the span of an instrumentation, or
 * around the provider client's. The innermost counts, for it was made where the call was.
 *
 * Within a batch the spans between are known; across batches only the parent is. What is forgotten counts again.
 */
export class NestedCalls {
  readonly #around: RecentKeys;
  readonly #counted: RecentKeys;

  constructor(mostSpans: number = MOST_SPANS) {
    this.#around = new RecentKeys(mostSpans);
    this.#counted = new RecentKeys(mostSpans);
  }

  /** Times that spans were forgotten because too many came. */
  get forgotten(): number {
    return this.#around.forgotten + this.#counted.forgotten;
  }

  /** The calls of a batch that do not count. The others are remembered. */
  without<Item extends SpanRecord | LogRecord>(
    items: readonly Item[],
    calls: ReadonlyMap<Item, Recognised>,
  ): ReadonlyMap<Item, Nested> {
    const nested = new Map<Item, Nested>();
    if (calls.size === 0) return nested;
    const parents = new Map(items.map((item) => [keyOf(item, item.spanId), parentOf(item)]));
    for (const item of calls.keys()) {
      const parent = parentOf(item);
      if (parent !== undefined && this.#counted.has(parent)) nested.set(item, "wrapped");
      else this.#climb(parent, parents);
    }
    for (const [item, { pending }] of calls) {
      const key = keyOf(item, item.spanId);
      if (this.#around.has(key)) nested.set(item, "wraps");
      else if (!nested.has(item) && !pending && item.spanId !== "") this.#counted.add(key);
    }
    return nested;
  }

  /** Everything from a parent upwards lies around a call. */
  #climb(from: string | undefined, parents: ReadonlyMap<string, string | undefined>): void {
    let at = from;
    for (let level = 0; level < MOST_LEVELS && at !== undefined && !this.#around.has(at); level++) {
      this.#around.add(at);
      at = parents.get(at);
    }
  }
}

function keyOf({ resource, traceId }: SpanRecord | LogRecord, spanId: string): string {
  return `${traceId}${spanId}${textAt(resource.attributes, ATTR_SERVICE_NAME) ?? ""}`;
}

/** A log record stands in its span, and says nothing of the one around it. */
function parentOf(item: SpanRecord | LogRecord): string | undefined {
  const parent = "parentSpanId" in item ? item.parentSpanId : "";
  return parent === "" || parent === item.spanId ? undefined : keyOf(item, parent);
}

/** A set in two generations: when the current one holds half of the bound, the one before is forgotten. */
class RecentKeys {
  readonly #most: number;
  #current = new Set<string>();
  #previous = new Set<string>();
  #forgotten = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get forgotten(): number {
    return this.#forgotten;
  }

  has(key: string): boolean {
    return this.#current.has(key) || this.#previous.has(key);
  }

  add(key: string): void {
    if (this.#current.size >= this.#most / 2) {
      if (this.#previous.size > 0) this.#forgotten++;
      this.#previous = this.#current;
      this.#current = new Set();
    }
    this.#current.add(key);
  }
}
