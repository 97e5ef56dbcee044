import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { DIALECTS } from "../../../src/dialects/dialects.ts";
import { recogniseSpan } from "../../../src/dialects/recognise.ts";
import { KeySet } from "../../../src/otlp/key-set.ts";
import { ProtobufAttributes } from "../../../src/otlp/protobuf/attributes.ts";
import { protobufTraces } from "../../../src/otlp/protobuf/batch.ts";
import { scanKeys } from "../../../src/otlp/protobuf/key-scan.ts";
import type { AttributeReader } from "../../../src/otlp/records.ts";
import { span as plainSpanOf } from "../../attributes.ts";
import { must } from "../../must.ts";
import { runs } from "../property-runs.ts";
import { attribute, encode, fixed64, integer, message, raw, text, type Field } from "../wire.ts";

const SPAN_ATTRIBUTES = 9;
const TAG = (SPAN_ATTRIBUTES << 3) | 2;
const KEYS = new KeySet(["gen_ai.operation.name", "ai.operationId"]);

const key = fc.constantFrom(
  "gen_ai.operation.name",
  "gen_ai.operation.namf",
  "ai.operationId",
  "server.address",
  "",
  "x".repeat(200),
);

/** A varint that may be longer than it has to be. */
const padded = (value: number): fc.Arbitrary<Buffer> =>
  fc.nat(3).map((extra) => {
    const more = extra + (value > 0x3fff ? 2 : Number(value > 0x7f));
    const bytes = [...Array(more).keys()].map((n) => ((value >>> (7 * n)) & 0x7f) | 0x80);
    return Buffer.from([...bytes, value >>> (7 * more)]);
  });

/** As `encode` writes them, or in ways that no SDK does: padded lengths, a key behind its value, two keys, none. */
const pair: fc.Arbitrary<Buffer> = fc
  .tuple(fc.array(key, { minLength: 0, maxLength: 2 }), fc.nat(300), fc.boolean())
  .chain(([keys, size, isValueFirst]) => {
    const names = keys.map((name) => text(1, name));
    const value = message(2, text(1, "v".repeat(size)));
    const contents = encode(isValueFirst ? [value, ...names] : [...names, value]);
    return fc.oneof(
      { weight: 5, arbitrary: fc.constant(encode([raw(SPAN_ATTRIBUTES, contents)])) },
      padded(contents.length).map((length) => Buffer.concat([Buffer.from([TAG]), length, contents])),
    );
  });

const other = fc.constantFrom<Field>(
  raw(1, Buffer.alloc(16, 0x4a)),
  integer(6, 3n),
  integer(6, -1n),
  fixed64(7, 0x4a4a4a4an),
  { number: 16, wire: 5, value: Buffer.alloc(4, 0x4a) },
  { number: 99, wire: 3, value: encode([integer(1, 1), { number: 99, wire: 4 as 3, value: Buffer.alloc(0) }]) },
  raw(11, Buffer.alloc(20_000, 0x4a)),
);

const span: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: pair },
      other.map((field) => encode([field])),
    ),
    { maxLength: 8 },
  )
  .map((parts) => Buffer.concat(parts));

const damaged = span.chain((bytes) =>
  fc
    .array(fc.record({ at: fc.nat(Math.max(0, bytes.length - 1)), to: fc.nat(0xff) }), { maxLength: 2 })
    .chain((changes) =>
      fc.nat(bytes.length).map((end) => {
        const changed = Buffer.from(bytes.subarray(0, changes.length === 0 ? end : bytes.length));
        for (const { at, to } of changes) changed[at] = to;
        return changed;
      }),
    ),
);

function holdsOne(attributes: AttributeReader): boolean | "malformed" {
  try {
    return ["gen_ai.operation.name", "ai.operationId"].some((name) => attributes.get(name) !== undefined);
  } catch {
    return "malformed";
  }
}

describe("scanKeys", () => {
  const scanned = (bytes: Buffer): boolean | undefined =>
    // Other attributes behind the span: it must not read on.
    scanKeys(
      Buffer.concat([bytes, encode([attribute(SPAN_ATTRIBUTES, "ai.operationId", "x")])]),
      { start: 0, end: bytes.length },
      TAG,
      KEYS,
    );

  it("says no of nothing in which a key can be found, and of nothing that is malformed", () => {
    fc.assert(
      fc.property(fc.oneof(span, damaged), (bytes) => {
        const found = holdsOne(new ProtobufAttributes(bytes, { start: 0, end: bytes.length }, SPAN_ATTRIBUTES));
        expect(scanned(bytes) === false ? found : false).toBe(false);
      }),
      { numRuns: runs(3_000) },
    );
  });

  it("says no of what SDKs write without one of the keys", () => {
    const fields = ["server.address", "http.route", "gen_ai.operation.namf"].map((name) =>
      attribute(9, name, "v".repeat(300)),
    );
    const flags: Field = { number: 16, wire: 5, value: Buffer.alloc(4) };
    expect(scanned(encode([raw(1, Buffer.alloc(16)), integer(6, 3), fixed64(7, 1n), ...fields, flags]))).toBe(false);
  });

  it("says yes of what SDKs write with one of them", () => {
    expect(scanned(encode([attribute(9, "a", "b"), attribute(9, "gen_ai.operation.name", "chat")]))).toBe(true);
  });
});

it("takes no notice of a key within a value, nor of one in another field", () => {
  const nested = message(9, text(1, "a"), message(2, message(6, attribute(1, "ai.operationId", "x"))));
  const bytes = encode([
    nested,
    message(11, attribute(3, "ai.operationId", "x")),
    message(13, attribute(4, "ai.operationId", "x")),
  ]);
  expect(new ProtobufAttributes(bytes, { start: 0, end: bytes.length }, 9).hasAny(KEYS)).toBe(false);
});

it("never keeps a span from the dialects that one of them recognises", () => {
  const value = fc.constantFrom(
    "chat",
    "LLM",
    "ai.generateText.doGenerate",
    "completion",
    "openai",
    "invoke_agent",
    "generation",
    "",
  );
  const marks = DIALECTS.flatMap((dialect) => dialect.marks);
  const name = fc.constantFrom(
    ...new Set(marks.flatMap((mark) => ("attribute" in mark ? mark.attribute : []))),
    "gen_ai.operation.name",
    "gen_ai.system",
    "http.route",
    "spanwarden.signals.version",
  );
  const scope = fc.constantFrom("", "app", ...marks.flatMap((mark) => ("scope" in mark ? mark.scope : [])));
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 5 }), scope, (given, scopeName) => {
      const fields = given.map(([k, v]) => attribute(SPAN_ATTRIBUTES, k, v));
      const scoped = message(2, message(1, text(1, scopeName)), message(2, ...fields));
      const [item] = protobufTraces(encode([message(1, scoped)])).items;
      const { attributes } = must(item);
      const plain = { get: (each: string) => attributes.get(each), keys: () => attributes.keys() };
      const unfiltered = recogniseSpan(plainSpanOf({}, { attributes: plain, scope: { name: scopeName, version: "" } }));
      expect(recogniseSpan(must(item))?.dialect).toBe(unfiltered?.dialect);
    }),
    { numRuns: runs(300) },
  );
});
