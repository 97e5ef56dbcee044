import { fromBinary, type Message } from "@bufbuild/protobuf";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { SpanwardenError } from "../../../src/errors.ts";
import { KeySet } from "../../../src/otlp/key-set.ts";
import { protobufLogs, protobufTraces } from "../../../src/otlp/protobuf/batch.ts";
import type {
  Additions,
  AttributeReader,
  AttributeValue,
  Batch,
  LogRecord,
  SpanRecord,
} from "../../../src/otlp/records.ts";
import type { MessageName } from "../../../src/otlp/schema.ts";
import { must } from "../../must.ts";
import { anyMessageOfTheFuture } from "../any-message.ts";
import { faultOf, type Fault } from "../fault.ts";
import { message, oracle } from "../oracle.ts";
import { plainRecord, plainSpan } from "../plain.ts";
import { runs } from "../property-runs.ts";

/** A message of the library's, with the fields that we read of any. */
interface Decoded {
  readonly [field: string]: unknown;
  readonly name: string;
  readonly version: string;
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly parentSpanId: Uint8Array;
  readonly traceState: string;
  readonly kind: number;
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
  readonly timeUnixNano: bigint;
  readonly observedTimeUnixNano: bigint;
  readonly status?: { readonly code: number; readonly message: string };
  readonly events: readonly Decoded[];
  readonly eventName: string;
  readonly severityNumber: number;
  readonly flags: number;
  readonly body?: unknown;
  readonly attributes: Message[];
  readonly resource?: Decoded;
  readonly scope?: Decoded;
}

type Item = SpanRecord | LogRecord;

interface Kind {
  readonly request: MessageName;
  readonly group: MessageName;
  readonly scoped: MessageName;
  readonly read: (bytes: Uint8Array) => Batch<Item>;
  /** Names of the three levels' lists. */
  readonly levels: readonly [string, string, string];
  /** All that we read of an item, by us and by the library. */
  readonly ours: (item: Item) => unknown;
  readonly theirs: (item: Decoded) => unknown;
}

const KINDS: readonly Kind[] = [
  {
    request: "ExportTraceServiceRequest",
    group: "ResourceSpans",
    scoped: "ScopeSpans",
    read: protobufTraces,
    levels: ["resourceSpans", "scopeSpans", "spans"],
    ours: (item) => {
      const { events, ...span } = { ...plainSpan(item as SpanRecord), events: (item as SpanRecord).events };
      return { ...span, events: events.map(({ name, time }) => ({ name, time })) };
    },
    theirs: (span) => ({
      ...ids(span),
      parentSpanId: hex(span.parentSpanId),
      traceState: span.traceState,
      name: span.name,
      kind: span.kind,
      start: milliseconds(span.startTimeUnixNano),
      end: milliseconds(span.endTimeUnixNano),
      status: { code: span.status?.code ?? 0, message: span.status?.message ?? "" },
      events: list(span.events).map((event) => ({
        name: event.name,
        time: milliseconds(event.timeUnixNano),
      })),
    }),
  },
  {
    request: "ExportLogsServiceRequest",
    group: "ResourceLogs",
    scoped: "ScopeLogs",
    read: protobufLogs,
    levels: ["resourceLogs", "scopeLogs", "logRecords"],
    ours: (item) => plainRecord(item as LogRecord),
    theirs: (record) => ({
      ...ids(record),
      time: milliseconds(record.timeUnixNano) || milliseconds(record.observedTimeUnixNano),
      eventName: record.eventName,
      severity: record.severityNumber,
      flags: record.flags,
      body: valueOf(record.body),
    }),
  },
];

const ADDED: Additions = { text: "größe", yes: true, whole: -3, part: 0.25, list: ["a", "b"] };
const ADDED_VALUES = [
  { case: "stringValue", value: "größe" },
  { case: "boolValue", value: true },
  { case: "intValue", value: -3n },
  { case: "doubleValue", value: 0.25 },
  {
    case: "arrayValue",
    value: message("ArrayValue", {
      values: ["a", "b"].map((value) => message("AnyValue", { value: { case: "stringValue", value } })),
    }),
  },
];

describe.each(KINDS)("$request, read by @bufbuild/protobuf and by us", (kind) => {
  const decode = (bytes: Uint8Array): Decoded =>
    fromBinary(oracle(kind.request), Uint8Array.from(bytes)) as unknown as Decoded;
  const anyRequest = anyMessageOfTheFuture(kind.request);

  it("says the same in every field", () => {
    fc.assert(
      fc.property(anyRequest, (bytes) => {
        expect(faultOf(kind.request, bytes)).toBeUndefined();
        expectSame(kind, kind.read(bytes), decode(bytes));
      }),
      { numRuns: runs(150) },
    );
  });

  it("leaves as it came where nothing is added, and else with the additions alone, unknown fields included", () => {
    fc.assert(
      fc.property(anyRequest, fc.integer({ min: 0, max: 7 }), (bytes, mask) => {
        const batch = kind.read(bytes);
        expect(batch.encode(new Map())).toBe(bytes);
        const isChosen = (index: number): boolean => ((mask >> (index % 3)) & 1) === 1;
        const chosen = batch.items.filter((_item, index) => isChosen(index));
        const expected = decode(bytes);
        for (const [index, { item }] of decodedItems(kind, expected).entries())
          if (isChosen(index)) item.attributes.push(...addedAttributes());
        expect(decode(batch.encode(new Map(chosen.map((item) => [item, ADDED]))))).toEqual(expected);
      }),
      { numRuns: runs(150) },
    );
  });

  it("is refused where the library refuses it, or differs for a reason with a name", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(anyRequest.chain(damaged), (bytes) => {
        const fault = faultOf(kind.request, bytes);
        const theirs = decodable(() => decode(bytes));
        const ours = unlessMalformed(() => kind.read(bytes));
        if (fault === undefined) {
          expectSame(kind, must(ours), must(theirs));
          return;
        }
        seen.add(fault.reason);
        expect(theirs === undefined || LIBRARY_TAKES.includes(fault.reason)).toBe(true);
        // What is wrong in the levels that hold the items is told at once; elsewhere when it is asked for, if ever.
        const isFraming = [kind.request, kind.group, kind.scoped].includes(fault.within);
        expect(ours !== undefined && isFraming && !WE_TAKE.includes(fault.reason)).toBe(false);
        expect(ours?.encode(new Map()) ?? bytes).toBe(bytes);
        for (const item of ours?.items ?? [])
          unlessMalformed(() => [kind.ours(item), item.attributes.get("a"), item.resource.attributes.get("a")]);
      }),
      { numRuns: runs(500) },
    );
    expect(seen.size).toBeGreaterThan(3);
  });
});

/** Faults that the library does not see, or makes up for in its own way. */
const LIBRARY_TAKES: readonly Fault["reason"][] = [
  // It cuts lengths to 32 bits, and holds a field against the end of the request, not of the message around it.
  "length",
  "varint",
  "group",
  // Whatever the wire type, it reads the bytes as what the schema wants; to us such a field is unknown.
  "of another type",
  "wire type",
];

it.each([
  ["a length cut to 32 bits", "length", [0x0a, 0x80, 0x80, 0x80, 0x80, 0x10]],
  ["a field that goes beyond its message", "length", [0x0a, 0x02, 0x12, 0x02, 0x12, 0x00]],
] as const)("@bufbuild/protobuf takes %s, and we do not", (_, reason, given) => {
  const bytes = Uint8Array.from(given);
  expect(faultOf("ExportTraceServiceRequest", bytes)?.reason).toBe(reason);
  expect(fromBinary(oracle("ExportTraceServiceRequest"), bytes)).toBeDefined();
  expect(() => protobufTraces(bytes)).toThrow(expect.objectContaining({ code: "OTLP_MALFORMED" }));
});

/** What we do not refuse: the first is passed over like an unknown field, of the second the wrong bytes are replaced. */
const WE_TAKE: readonly Fault["reason"][] = ["of another type", "not UTF-8"];

/** A few bytes changed, put in, taken out, or all cut off behind some place. */
function damaged(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const byte = fc.oneof(fc.constantFrom(0x00, 0x0a, 0x0b, 0x0c, 0x0d, 0x12, 0x7f, 0x80, 0xff), fc.nat(0xff));
  const change = fc.record({
    at: fc.nat(bytes.length),
    how: fc.constantFrom("replace", "insert", "remove", "cut"),
    with: fc.array(byte, { minLength: 1, maxLength: 3 }),
  });
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    let result = [...bytes];
    for (const { at, how, with: put } of changes) {
      if (how === "replace") result.splice(at, put.length, ...put);
      else if (how === "insert") result.splice(at, 0, ...put);
      else if (how === "remove") result.splice(at, put.length);
      else result = result.slice(0, at);
    }
    return Uint8Array.from(result);
  });
}

function expectSame(kind: Kind, batch: Batch<Item>, request: Decoded): void {
  const theirs = decodedItems(kind, request);
  expect(batch.items).toHaveLength(theirs.length);
  for (const [index, item] of batch.items.entries()) {
    const other = must(theirs[index]);
    const scope = { name: other.scope?.name ?? "", version: other.scope?.version ?? "" };
    expect(kind.ours(item)).toEqual({ ...(kind.theirs(other.item) as object), scope });
    expectSameAttributes(item.attributes, other.item.attributes);
    expectSameAttributes(item.resource.attributes, other.resource?.attributes);
    for (const [n, event] of list(other.item.events).entries())
      expectSameAttributes(must((item as SpanRecord).events[n]).attributes, event.attributes);
  }
}

function expectSameAttributes(ours: AttributeReader, theirs: unknown): void {
  const first = new Map<string, unknown>();
  for (const { key, value } of list(theirs) as unknown as { key: string; value: unknown }[])
    if (!first.has(key)) first.set(key, value);
  for (const [key, value] of first) {
    expect(ours.get(key)).toEqual(valueOf(value));
    // An attribute without a key has the empty one, which no dialect looks for.
    if (key !== "") expect(ours.hasAny?.(new KeySet([key]))).toBe(true);
  }
  for (const key of ["a", "b", "gen_ai.operation.name"].filter((each) => !first.has(each)))
    expect(ours.get(key)).toBeUndefined();
}

interface DecodedItem {
  readonly item: Decoded;
  readonly scope: Decoded | undefined;
  readonly resource: Decoded | undefined;
}

function decodedItems({ levels: [groups, scoped, items] }: Kind, request: Decoded): DecodedItem[] {
  return list(request[groups]).flatMap((group) =>
    list(group[scoped]).flatMap((scope) =>
      list(scope[items]).map((item) => ({ item, scope: scope.scope, resource: group.resource })),
    ),
  );
}

function addedAttributes(): Message[] {
  return Object.keys(ADDED).map((key, index) =>
    message("KeyValue", {
      key,
      value: message("AnyValue", { value: ADDED_VALUES[index] }),
    }),
  );
}

function list(value: unknown): Decoded[] {
  return (value ?? []) as Decoded[];
}

function ids(item: Decoded): object {
  return { traceId: hex(item.traceId), spanId: hex(item.spanId) };
}

function hex(bytes: unknown): string {
  return Buffer.from(bytes as Uint8Array).toString("hex");
}

function milliseconds(nanoseconds: unknown): number {
  return Number((nanoseconds as bigint) / 1_000n) / 1_000;
}

/** The library's `AnyValue` as our contract has it. */
function valueOf(any: unknown): AttributeValue | undefined {
  const { case: kind, value } = (any as { value?: { case?: string; value?: unknown } } | undefined)?.value ?? {};
  switch (kind) {
    case "arrayValue":
      return list((value as Decoded)["values"])
        .map(valueOf)
        .filter((item) => item !== undefined);
    case "kvlistValue": {
      const entries = list((value as Decoded)["values"]).flatMap((pair) => {
        const decoded = valueOf(pair["value"]);
        return decoded === undefined ? [] : [[pair["key"] as string, decoded] as const];
      });
      return Object.fromEntries(entries.toReversed());
    }
    case "intValue": {
      const integer = value as bigint;
      return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
    }
    case "bytesValue":
      return Buffer.from(value as Uint8Array);
    case undefined:
    default:
      return value as AttributeValue | undefined;
  }
}

function decodable<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** Of ours, nothing else may come out. */
function unlessMalformed<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof SpanwardenError && error.code === "OTLP_MALFORMED") return undefined;
    throw error;
  }
}
