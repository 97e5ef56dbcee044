import { Readable } from "node:stream";

import { readDump, type DumpItem } from "../../src/inspect/read-dump.ts";

/** Texts and whole numbers. */
export type Attributes = Readonly<Record<string, string | number>>;

/** A request with one span for each of these attributes, as OTLP/JSON. */
export function request(...spans: readonly Attributes[]): Record<string, unknown> {
  return {
    resourceSpans: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] },
        scopeSpans: [{ scope: { name: "app" }, spans: spans.map(span) }],
      },
    ],
  };
}

let made = 0;

function span(attributes: Attributes): Record<string, unknown> {
  made++;
  return {
    traceId: made.toString(16).padStart(32, "a"),
    spanId: made.toString(16).padStart(16, "b"),
    startTimeUnixNano: "1767580000000000000",
    endTimeUnixNano: "1767580001000000000",
    attributes: Object.entries(attributes).map(([key, value]) => ({
      key,
      value: typeof value === "number" ? { intValue: value } : { stringValue: value },
    })),
  };
}

/** A stream of these bytes in pieces of `size`. */
export function stream(bytes: Buffer | string, size = 1_000): AsyncIterable<Buffer> {
  const whole = Buffer.from(bytes);
  const count = Math.ceil(whole.length / size);
  return Readable.from(Array.from({ length: count }, (_, n) => whole.subarray(n * size, (n + 1) * size)));
}

/** Each item of a dump in short: its kind with its number of items, or its problem. */
export async function summary(bytes: Buffer | string, size?: number): Promise<readonly string[]> {
  const items: string[] = [];
  for await (const item of readDump(stream(bytes, size))) items.push(shortly(item));
  return items;
}

function shortly(item: DumpItem): string {
  if (item.kind === "problem") return item.problem;
  return "items" in item ? `${item.kind} ${item.items.length}` : item.kind;
}
