import * as fc from "fast-check";
import { expect, it } from "vitest";

import { ProtobufReader } from "../../../src/otlp/protobuf/reader.ts";
import { milliseconds } from "../../../src/otlp/protobuf/span.ts";
import { varint } from "../wire.ts";

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

it("reads every int64 exactly", () => {
  fc.assert(
    fc.property(fc.bigInt(INT64), (value) => {
      const read = new ProtobufReader(varint(value)).int64();
      expect(BigInt(read)).toBe(value);
      expect(typeof read).toBe(Number.isSafeInteger(Number(value)) ? "number" : "bigint");
    }),
  );
});

it("reads every uint32, and drops the bits above as protobuf prescribes", () => {
  fc.assert(
    fc.property(fc.bigInt(INT64), (value) => {
      const reader = new ProtobufReader(varint(value));
      expect(reader.uint32()).toBe(Number(BigInt.asUintN(32, value)));
      expect(reader.done).toBe(true);
    }),
  );
});

it("reads a varint that is longer than it needs to be", () => {
  expect(new ProtobufReader(Uint8Array.of(0x81, 0x80, 0x80, 0x00)).int64()).toBe(1);
});

it("stays within its range though the bytes go on", () => {
  const reader = new ProtobufReader(Uint8Array.of(0x05, 0, 0, 0, 0, 0), { start: 0, end: 3 });
  expect(() => reader.range()).toThrow(/beyond its enclosing message/);
});

it("refuses groups that nest without end, rather than exhaust the stack", () => {
  const nested = Buffer.alloc(1_000_000, (1 << 3) | 3);
  const reader = new ProtobufReader(nested);
  expect(() => reader.skip(reader.tag())).toThrow(expect.objectContaining({ code: "OTLP_MALFORMED" }));
});

it.each([
  ["a length of more than 32 bits whose low ones would fit", [0x82, 0x80, 0x80, 0x80, 0x10], "range"],
  ["a length beyond 2^31", [0xff, 0xff, 0xff, 0xff, 0x0f], "range"],
  ["a length beyond 2^63", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], "range"],
  ["a field number of more than 29 bits", [0x8a, 0x80, 0x80, 0x80, 0x10], "tag"],
  ["field number 0", [0x02], "tag"],
  ["a tag without end", Array(11).fill(0x80), "tag"],
] as const)("refuses %s", (_, bytes, step) => {
  const reader = new ProtobufReader(Uint8Array.from([...bytes, 0, 0, 0]));
  expect(() => reader[step]()).toThrow(expect.objectContaining({ code: "OTLP_MALFORMED" }));
});

it("reads times exact to a microsecond", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n }), (nanoseconds) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(nanoseconds);
      expect(milliseconds(new ProtobufReader(bytes))).toBe(Number(nanoseconds / 1_000n) / 1_000);
    }),
  );
});
