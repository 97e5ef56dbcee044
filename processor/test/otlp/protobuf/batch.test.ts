import { ProtobufLogsSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { recogniseSpan } from "../../../src/dialects/recognise.ts";
import { SpanwardenError } from "../../../src/errors.ts";
import { protobufLogs, protobufTraces } from "../../../src/otlp/protobuf/batch.ts";
import type { Additions, Batch, LogRecord, SpanRecord } from "../../../src/otlp/records.ts";
import { must } from "../../must.ts";
import { sdkLogRecords, sdkSpans } from "../sdk-requests.ts";
import { attribute, double, encode, fixed64, integer, message, raw, text, type Field } from "../wire.ts";

/** A field of a number that OTLP does not use, of any wire type. */
const unknown: fc.Arbitrary<Field> = fc
  .record({ number: fc.integer({ min: 100, max: 536_870_911 }), seed: fc.uint8Array({ maxLength: 20 }) })
  .chain(({ number, seed }) =>
    fc.constantFrom<Field>(
      integer(number, BigInt(seed.length) * 2n ** 60n),
      fixed64(number, 5n),
      raw(number, seed),
      { number, wire: 5, value: Buffer.alloc(4, 1) },
      { number, wire: 3, value: encode([integer(1, 1), { number, wire: 4 as 3, value: Buffer.alloc(0) }]) },
    ),
  );

const extras = fc.array(unknown, { maxLength: 3 });

/** Fields in any order, with unknown ones between them. */
function shuffled(fields: readonly Field[]): fc.Arbitrary<Field[]> {
  return extras.chain((more) => {
    const all = [...fields, ...more];
    return fc.shuffledSubarray(all, { minLength: all.length });
  });
}

// Texts around 127 and 16383 bytes, where the varint of an enclosing length grows.
const word = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.integer({ min: 60, max: 130 }).map((length) => "x".repeat(length)),
  fc.integer({ min: 16_250, max: 16_390 }).map((length) => "x".repeat(length)),
);

const item = (attributes: number): fc.Arbitrary<Field> =>
  fc
    .array(word, { maxLength: 3 })
    .chain((words) => shuffled(words.map((value) => attribute(attributes, "k", value))))
    .map((fields) => message(2, ...fields));

const request = (attributes: number): fc.Arbitrary<Field[]> => {
  const scoped = fc
    .array(item(attributes), { maxLength: 3 })
    .chain((items) => shuffled([message(1, text(1, "scope")), ...items]))
    .map((fields) => message(2, ...fields));
  const group = fc
    .array(scoped, { maxLength: 3 })
    .chain((scopes) => shuffled([message(1, attribute(1, "service.name", "s")), ...scopes]))
    .map((fields) => message(1, ...fields));
  return fc.array(group, { maxLength: 3 }).chain(shuffled);
};

const ADDED: Additions = { text: "größe", yes: true, whole: -3, part: 0.25, list: ["a", "b"] };
const addedFields = (number: number): Field[] => {
  const value = (key: string, ...any: Field[]): Field => message(number, text(1, key), message(2, ...any));
  return [
    value("text", text(1, "größe")),
    value("yes", integer(2, 1)),
    value("whole", integer(3, -3n)),
    value("part", double(4, 0.25)),
    value("list", message(5, message(1, text(1, "a")), message(1, text(1, "b")))),
  ];
};

/** The request with additions in the items that `chosen` picks, by their order; made without the code under test. */
function withAdditions(fields: readonly Field[], attributes: number, chosen: (index: number) => boolean): Field[] {
  let index = 0;
  const at = (field: Field, level: number): Field => {
    const { number, value } = field;
    if (value instanceof Uint8Array || number !== (level === 0 ? 1 : 2)) return field;
    if (level < 2) return { ...field, value: value.map((child) => at(child, level + 1)) };
    return chosen(index++) ? { ...field, value: [...value, ...addedFields(attributes)] } : field;
  };
  return fields.map((field) => at(field, 0));
}

const kinds = [
  ["spans", 9, protobufTraces as (bytes: Uint8Array) => Batch<SpanRecord | LogRecord>],
  ["log records", 6, protobufLogs as (bytes: Uint8Array) => Batch<SpanRecord | LogRecord>],
] as const;

describe.each(kinds)("a protobuf batch of %s", (_, attributes, read) => {
  it("leaves byte for byte as it came where nothing is added", () => {
    fc.assert(
      fc.property(request(attributes), (fields) => {
        const bytes = encode(fields);
        expect(read(bytes).encode(new Map())).toBe(bytes);
      }),
      { numRuns: 30 },
    );
  });

  it("differs from what came in the additions and the lengths around them alone", () => {
    fc.assert(
      fc.property(request(attributes), fc.integer({ min: 0, max: 7 }), (fields, mask) => {
        const chosen = (index: number): boolean => ((mask >> (index % 3)) & 1) === 1;
        const batch = read(encode(fields));
        const additions = new Map(batch.items.filter((_item, index) => chosen(index)).map((each) => [each, ADDED]));
        const sent = Buffer.from(batch.encode(additions));
        expect(sent.equals(encode(withAdditions(fields, attributes, chosen)))).toBe(true);
        const again = read(sent);
        expect(again.items.map((each) => each.attributes.get("text"))).toEqual(
          batch.items.map((_item, index) => (chosen(index) ? "größe" : undefined)),
        );
      }),
      { numRuns: 150 },
    );
  });

  it("encodes the same additions to the same bytes twice", () => {
    const batch = read(encode([message(1, message(2, message(2), message(2)))]));
    const additions = new Map(batch.items.map((each) => [each, ADDED]));
    expect(batch.encode(additions)).toEqual(batch.encode(additions));
  });

  it("takes no notice of additions to items of another batch", () => {
    const bytes = encode([message(1, message(2, message(2)))]);
    const other = read(bytes).items.map((each) => [each, ADDED] as const);
    expect(read(bytes).encode(new Map(other))).toBe(bytes);
  });

  it("has the resource and the scope of its items wherever they stand", () => {
    const late = [
      message(2, message(2), message(1, text(1, "scope"), text(2, "1"))),
      message(1, attribute(1, "service.name", "s")),
    ];
    const [only] = read(encode([message(1, ...late)])).items;
    expect(only?.scope).toEqual({ name: "scope", version: "1" });
    expect(only?.resource.attributes.get("service.name")).toBe("s");
  });

  it("is one with another that follows upon it: batches merge without being read", () => {
    fc.assert(
      fc.property(request(attributes), request(attributes), (one, other) => {
        const both = read(Buffer.concat([encode(one), encode(other)]));
        const apart = [...read(encode(one)).items, ...read(encode(other)).items];
        const texts = (items: readonly (SpanRecord | LogRecord)[]): unknown =>
          items.map((each) => [each.scope, each.attributes.get("k"), each.resource.attributes.get("service.name")]);
        expect(texts(both.items)).toEqual(texts(apart));
      }),
      { numRuns: 30 },
    );
  });

  it("may be empty", () => {
    expect(read(new Uint8Array()).items).toEqual([]);
  });
});

describe("an item that is broken inside a frame that is whole", () => {
  const whole = message(2, attribute(9, "gen_ai.operation.name", "chat"), text(5, "whole"));
  const broken = [
    ["cut within an attribute", raw(2, Buffer.from([0x4a, 0x09, 0x0a]))],
    [
      "cut within its name",
      raw(2, Buffer.from([...encode([attribute(9, "gen_ai.operation.name", "chat")]), 0x2a, 0x05])),
    ],
    [
      "with a value that is cut",
      message(2, message(9, text(1, "gen_ai.operation.name"), raw(2, Buffer.from([0x0a, 0x05])))),
    ],
    ["with a group that never ends", raw(2, Buffer.from([0x53]))],
    ["that is no protobuf", raw(2, Buffer.alloc(40, 0xff))],
  ] as const;

  it.each(broken)("does its neighbours no harm, and goes on as it came: %s", (_, bad) => {
    const spans = (...items: readonly Field[]): Buffer => encode([message(1, message(2, ...items))]);
    const batch = protobufTraces(spans(whole, bad, whole));
    const [first, second, third] = batch.items.map((span) => {
      try {
        return recogniseSpan(span)?.call.operation;
      } catch (error) {
        return (error as SpanwardenError).code;
      }
    });
    expect([first, second, third]).toEqual(["chat", "OTLP_MALFORMED", "chat"]);
    const added = new Map([batch.items[0], batch.items[2]].map((span) => [must(span), ADDED]));
    const enriched = { ...whole, value: [...(whole.value as Field[]), ...addedFields(9)] };
    expect(Buffer.from(batch.encode(added))).toEqual(spans(enriched, bad, enriched));
  });

  it("may be a resource or a scope: what is wrong is told when they are asked for", () => {
    const bad = raw(1, Buffer.from([0x0a, 0x05]));
    const [span] = protobufTraces(encode([message(1, bad, message(2, bad, whole))])).items;
    expect(span?.name).toBe("whole");
    expect(() => span?.resource.attributes.get("service.name")).toThrow(/beyond its enclosing message/);
    expect(() => span?.scope).toThrow(/beyond its enclosing message/);
  });
});

const requests = [
  ["spans", ProtobufTraceSerializer.serializeRequest([...sdkSpans()]), protobufTraces],
  ["log records", ProtobufLogsSerializer.serializeRequest([...sdkLogRecords()]), protobufLogs],
] as const;

/** Reads all that the stages after OTLP may read, and adds to every item. */
function use(bytes: Uint8Array, read: (bytes: Uint8Array) => Batch<SpanRecord | LogRecord>): "read" | "malformed" {
  try {
    const batch = read(bytes);
    for (const each of batch.items) {
      for (const key of ["gen_ai.operation.name", "messages", "list"]) each.attributes.get(key);
      each.resource.attributes.get("service.name");
      for (const field of ["scope", "traceId", "status", "events", "time", "body"]) Reflect.get(each, field);
    }
    // What is sent on can be read again.
    read(batch.encode(new Map(batch.items.map((each) => [each, ADDED]))));
    return "read";
  } catch (error) {
    if (error instanceof SpanwardenError && error.code === "OTLP_MALFORMED") return "malformed";
    throw error;
  }
}

describe.each(requests)("damaged %s", (_, whole = new Uint8Array(), read) => {
  const reader = read as (bytes: Uint8Array) => Batch<SpanRecord | LogRecord>;

  it("are read or refused wherever they are cut", () => {
    const outcomes = Array.from(whole, (_byte, length) => use(whole.subarray(0, length), reader));
    expect(new Set(outcomes)).toEqual(new Set(["read", "malformed"]));
  });

  it("are read or refused whatever bytes are changed", () => {
    const change = fc.record({ at: fc.nat(whole.length - 1), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
        const bytes = Uint8Array.from(whole);
        for (const { at, to } of changes) bytes[at] = to;
        expect(["read", "malformed"]).toContain(use(bytes, reader));
      }),
      { numRuns: 2_000, seed: 7 },
    );
  });

  it("are read or refused when they are no OTLP at all", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(["read", "malformed"]).toContain(use(bytes, reader));
      }),
      { numRuns: 2_000, seed: 7 },
    );
  });

  it("are refused when they nest without end", () => {
    const deep = Array.from({ length: 200 }).reduce<Field>((inner) => message(5, message(1, inner)), integer(3, 1));
    const attributes = [9, 6].map((number) => message(number, text(1, "list"), message(2, deep)));
    expect(use(encode([message(1, message(2, message(2, ...attributes)))]), reader)).toBe("malformed");
  });
});
