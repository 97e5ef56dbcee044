import * as fc from "fast-check";

import {
  ENUMS,
  MESSAGES,
  type EnumName,
  type MessageName,
  type ScalarName,
  type SchemaField,
} from "../../src/otlp/schema.ts";
import { double, encode, fixed64, integer, raw, text, type Field } from "./wire.ts";

/** Fields that the schema does not know, of every wire type. */
const unknownField: fc.Arbitrary<Field> = fc
  .record({ number: fc.integer({ min: 100, max: 536_870_911 }), seed: fc.uint8Array({ maxLength: 20 }) })
  .chain(({ number, seed }) =>
    fc.constantFrom<Field>(
      integer(number, BigInt(seed.length) * 2n ** 60n),
      fixed64(number, 5n),
      raw(number, seed),
      { number, wire: 5, value: Buffer.alloc(4, 1) },
      group(number, [integer(1, 1), group(2, [raw(3, seed)])]),
    ),
  );

function group(number: number, fields: readonly Field[]): Field {
  return { number, wire: 3, value: encode([...fields, { number, wire: 4 as 3, value: Buffer.alloc(0) }]) };
}

/** Messages within each other; deeper ones are empty. */
const DEPTH = 9;

/** Any valid message of OTLP, as its bytes. */
export function anyMessage(name: MessageName): fc.Arbitrary<Uint8Array> {
  return anyFields(name, fc.constant([]), 0).map(bytesOf);
}

/** As `anyMessage`, with fields between its own, at every level, that the schema does not know. */
export function anyMessageOfTheFuture(name: MessageName): fc.Arbitrary<Uint8Array> {
  const unknown = fc.oneof(
    { weight: 3, arbitrary: fc.constant<Field[]>([]) },
    fc.array(unknownField, { maxLength: 2 }),
  );
  return anyFields(name, unknown, 0).map(bytesOf);
}

function bytesOf(fields: readonly Field[]): Uint8Array {
  return Uint8Array.from(encode(fields));
}

/** In any order, each of them there, there several times, or not. */
function anyFields(name: MessageName, unknown: fc.Arbitrary<Field[]>, depth: number): fc.Arbitrary<Field[]> {
  const known = (depth >= DEPTH ? [] : MESSAGES[name]).map((field) => anyField(field, unknown, depth));
  return fc.tuple(fc.tuple(...known), unknown).chain(([fields, more]) => {
    const all = [...fields.flat(), ...more];
    return fc.shuffledSubarray(all, { minLength: all.length });
  });
}

function anyField(field: SchemaField, unknown: fc.Arbitrary<Field[]>, depth: number): fc.Arbitrary<Field[]> {
  const [, , , note] = field;
  const one = lazily(() => anyValue(field, unknown, depth));
  if (note === "repeated") return fc.array(one, { maxLength: 2, size: "max" });
  // Once in a while a field stands twice that should stand once: messages merge, of others the last one counts.
  const times = fc.oneof({ weight: 9, arbitrary: fc.nat(1) }, fc.constant(2));
  return times.chain((length) => fc.array(one, { minLength: length, maxLength: length }));
}

function anyValue([number, , type]: SchemaField, unknown: fc.Arbitrary<Field[]>, depth: number): fc.Arbitrary<Field> {
  if (Object.hasOwn(MESSAGES, type))
    return anyFields(type as MessageName, unknown, depth + 1).map((value) => ({ number, wire: 2, value }));
  if (Object.hasOwn(ENUMS, type))
    return fc.nat(ENUMS[type as EnumName].length - 1).map((code) => integer(number, code));
  return SCALARS[type as ScalarName](number);
}

/** Arbitraries of recursive messages are made when they are drawn from. */
function lazily<T>(make: () => fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.constant(undefined).chain(make);
}

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const uint32 = fc.nat({ max: 0xffff_ffff });
const id = fc.constantFrom(0, 8, 16, 16).chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
// Few keys, so that some stand twice; texts around 127 bytes, where the varint of a length grows.
const anyText = fc.oneof(
  fc.constantFrom("a", "b", "gen_ai.operation.name", "\uFEFFc"),
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.integer({ min: 110, max: 135 }).map((length) => "x".repeat(length)),
);

const SCALARS: Readonly<Record<ScalarName, (number: number) => fc.Arbitrary<Field>>> = {
  bool: (number) => fc.boolean().map((value) => integer(number, Number(value))),
  string: (number) => anyText.map((value) => text(number, value)),
  bytes: (number) => fc.uint8Array({ maxLength: 8 }).map((value) => raw(number, value)),
  id: (number) => id.map((value) => raw(number, value)),
  double: (number) => fc.double().map((value) => double(number, value)),
  uint32: (number) => uint32.map((value) => integer(number, value)),
  sint32: (number) => uint32.map((value) => integer(number, value)),
  fixed32: (number) => fc.uint8Array({ minLength: 4, maxLength: 4 }).map((value) => ({ number, wire: 5, value })),
  int64: (number) => int64.map((value) => integer(number, value)),
  uint64: (number) => uint64.map((value) => integer(number, value)),
  fixed64: (number) => uint64.map((value) => fixed64(number, value)),
  sfixed64: (number) => uint64.map((value) => fixed64(number, value)),
};
