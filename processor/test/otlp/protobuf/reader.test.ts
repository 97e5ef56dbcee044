import * as fc from "fast-check";
import { expect, it } from "vitest";

import { ProtobufReader } from "../../../src/otlp/protobuf/reader.ts";
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
