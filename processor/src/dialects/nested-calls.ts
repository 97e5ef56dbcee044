import { ATTR_SERVICE_NAME } from "@spanwarden/conventions";

import type { LogRecord, SpanRecord } from "../otlp/records.ts";
import { textAt } from "./attribute-values.ts";
import { completedBy } from "./completed-by.ts";
import type { Recognised } from "./recognised.ts";

/** Why a call does not count: one inside it has its own span, or the one around it was counted before. */
export type Nested = "wraps" | "wrapped";

/** Spans remembered before the older half is forgotten: about 30 MB, and minutes at a thousand calls a second. */
const MOST_SPANS = 200_000;
/** Spans climbed from a call to those around it; traces are not deeper. */
const MOST_LEVELS = 64;

/** The calls of a batch, each once. */
export interface Counted<Item> {
  readonly calls: ReadonlyMap<Item, Recognised>;
  readonly nested: ReadonlyMap<Item, Nested>;
}

/**
 * Tells apart the spans that tell of one call of one service: an SDK's own span around the span of an instrumentation, or
 * around the provider client's. The innermost counts, for it was made where the call was; what it leaves out, content above
 * all, is taken from a span around it and nothing else.
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

  /** Those of a batch's calls that count, and why the others do not. */
  count<Item extends SpanRecord | LogRecord>(
    items: readonly Item[],
    recognised: ReadonlyMap<Item, Recognised>,
  ): Counted<Item> {
    if (recognised.size === 0) return { calls: recognised, nested: new Map() };
    const parents = new Map(items.flatMap(linkOf));
    const nested = new Map<Item, Nested>();
    const around = new Map<Item, readonly string[]>();
    for (const item of recognised.keys()) {
      const parent = parentOf(item);
      if (parent !== undefined && this.#counted.has(parent)) nested.set(item, "wrapped");
      else around.set(item, climbed(parent, parents));
    }
    for (const keys of around.values()) for (const key of keys) this.#around.add(key);
    const calls = new Map<Item, Recognised>();
    for (const [item, call] of recognised) {
      const key = keyOf(item, item.spanId);
      if (this.#around.has(key)) nested.set(item, "wraps");
      else if (!nested.has(item)) {
        calls.set(item, call);
        if (!call.pending && item.spanId !== "") this.#counted.add(key);
      }
    }
    return { calls: completed(calls, around, recognised), nested };
  }
}

/** Everything from a parent upwards lies around a call. */
function climbed(from: string | undefined, parents: ReadonlyMap<string, string | undefined>): readonly string[] {
  const keys: string[] = [];
  for (let at = from; at !== undefined && keys.length < MOST_LEVELS; at = parents.get(at)) keys.push(at);
  return keys;
}

/** Each call with what the spans around it tell, where they lie around no other. */
function completed<Item extends SpanRecord | LogRecord>(
  calls: ReadonlyMap<Item, Recognised>,
  around: ReadonlyMap<Item, readonly string[]>,
  recognised: ReadonlyMap<Item, Recognised>,
): ReadonlyMap<Item, Recognised> {
  if (calls.size === recognised.size) return calls;
  const outer = new Map([...recognised].map(([item, call]) => [keyOf(item, item.spanId), call]));
  const inside = new Map<string, number>();
  for (const item of calls.keys()) {
    for (const key of around.get(item) ?? []) inside.set(key, (inside.get(key) ?? 0) + 1);
  }
  return new Map(
    [...calls].map(([item, call]) => {
      const alone = (around.get(item) ?? []).filter((key) => inside.get(key) === 1);
      return [item, alone.reduce((inner, key) => completedBy(inner, outer.get(key)), call)];
    }),
  );
}

function keyOf(item: SpanRecord | LogRecord, spanId: string): string {
  return `${item.traceId}${spanId}${serviceOf(item)}`;
}

/** A resource that cannot be read takes no neighbour down; its own calls fail where they are evaluated. */
function serviceOf({ resource }: SpanRecord | LogRecord): string {
  try {
    return textAt(resource.attributes, ATTR_SERVICE_NAME) ?? "";
  } catch {
    return "";
  }
}

/** A span and the one around it; none where it cannot be read, which takes no neighbour down. */
function linkOf(item: SpanRecord | LogRecord): readonly (readonly [string, string | undefined])[] {
  try {
    return [[keyOf(item, item.spanId), parentOf(item)]];
  } catch {
    return [];
  }
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
