import type { Additions } from "../records.ts";
import { varint } from "./message.ts";

const encoder = new TextEncoder();

/** Encodes additions as `KeyValue` fields of number `field`: strings, booleans, int64 or double, string arrays. */
export function keyValues(field: number, additions: Additions): Uint8Array {
  const entries = Object.entries(additions).map(([key, value]) =>
    delimited(field, Buffer.concat([delimited(1, encoder.encode(key)), delimited(2, anyValue(value))])),
  );
  return Buffer.concat(entries);
}

function anyValue(value: Additions[string]): Uint8Array {
  if (typeof value === "string") return delimited(1, encoder.encode(value));
  if (typeof value === "boolean") return Uint8Array.from([(2 << 3) | 0, Number(value)]);
  if (typeof value === "number") return Number.isSafeInteger(value) ? int64(value) : double(value);
  const items = value.map((item) => delimited(1, delimited(1, encoder.encode(item))));
  return delimited(5, Buffer.concat(items));
}

function int64(value: number): Uint8Array {
  const bytes = [(3 << 3) | 0];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

function double(value: number): Uint8Array {
  const bytes = Buffer.alloc(9);
  bytes[0] = (4 << 3) | 1;
  bytes.writeDoubleLE(value, 1);
  return bytes;
}

function delimited(field: number, contents: Uint8Array): Uint8Array {
  return Buffer.concat([varint((field << 3) | 2), varint(contents.length), contents]);
}
