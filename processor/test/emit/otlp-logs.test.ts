import { describe, expect, it } from "vitest";

import type { EventRecord } from "../../src/emit/event-record.ts";
import { encodeLogs } from "../../src/emit/otlp-logs.ts";

const SOURCE = { instanceId: "i-1", version: "0.1.0", schemaUrl: "https://example.test/schemas/1" };

type Field = bigint | Uint8Array;

/** Fields of a protobuf message by number, each as often as it stands there. */
function fields(bytes: Uint8Array): Map<number, Field[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Map<number, Field[]>();
  let pos = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[pos++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const read = (wire: bigint): Field => {
    if (wire === 0n) return varint();
    const length = wire === 2n ? Number(varint()) : wire === 1n ? 8 : 4;
    pos += length;
    if (wire === 1n) return view.getBigUint64(pos - 8, true);
    return bytes.subarray(pos - length, pos);
  };
  while (pos < bytes.length) {
    const tag = varint();
    const value = read(tag & 7n);
    found.set(Number(tag >> 3n), [...(found.get(Number(tag >> 3n)) ?? []), value]);
  }
  return found;
}

const message = (from: Map<number, Field[]>, number: number, nth = 0): Map<number, Field[]> =>
  fields(from.get(number)?.[nth] as Uint8Array);
const text = (from: Map<number, Field[]>, number: number): string =>
  Buffer.from((from.get(number)?.[0] as Uint8Array | undefined) ?? []).toString();
const hex = (from: Map<number, Field[]>, number: number): string =>
  Buffer.from((from.get(number)?.[0] as Uint8Array | undefined) ?? []).toString("hex");

function attributes(from: Map<number, Field[]>, number: number): Record<string, unknown> {
  return Object.fromEntries(
    (from.get(number) ?? []).map((field) => {
      const pair = fields(field as Uint8Array);
      return [text(pair, 1), anyValue(message(pair, 2))];
    }),
  );
}

function anyValue(value: Map<number, Field[]>): unknown {
  if (value.has(1)) return text(value, 1);
  if (value.has(2)) return value.get(2)?.[0] === 1n;
  if (value.has(3)) return Number(value.get(3)?.[0]);
  if (value.has(4)) {
    const bits = new DataView(new ArrayBuffer(8));
    bits.setBigUint64(0, value.get(4)?.[0] as bigint);
    return bits.getFloat64(0);
  }
  return (message(value, 5).get(1) ?? []).map((item) => anyValue(fields(item as Uint8Array)));
}

function event(overrides: Partial<EventRecord> = {}): EventRecord {
  return {
    id: "1",
    eventName: "spanwarden.incident.start",
    severityNumber: 17,
    time: 1_767_580_000_123,
    traceId: "0123456789abcdef0123456789abcdef",
    spanId: "0123456789abcdef",
    attributes: { a: "text", b: 7, c: 0.25, d: true, e: ["x", "y"], f: [3, 23] },
    ...overrides,
  };
}

describe("encodeLogs", () => {
  const request = fields(encodeLogs([event(), event({ eventName: "second" })], SOURCE, 1_767_580_001_000));
  const resourceLogs = message(request, 1);
  const scopeLogs = message(resourceLogs, 2);
  const record = message(scopeLogs, 2);

  it("speaks for spanwarden's own resource and schema, once a request", () => {
    expect([request.get(1)?.length, resourceLogs.get(2)?.length, scopeLogs.get(2)?.length]).toEqual([1, 1, 2]);
    expect(attributes(message(resourceLogs, 1), 1)).toEqual({
      "service.name": "spanwarden",
      "service.instance.id": "i-1",
      "service.version": "0.1.0",
    });
    expect(text(resourceLogs, 3)).toBe(SOURCE.schemaUrl);
    expect(text(message(scopeLogs, 1), 1)).toBe("@spanwarden/processor");
    expect(text(scopeLogs, 3)).toBe(SOURCE.schemaUrl);
  });

  it("writes name, severity, ids and times to the nanosecond", () => {
    expect(text(record, 12)).toBe("spanwarden.incident.start");
    expect(record.get(2)).toEqual([17n]);
    expect(record.get(1)).toEqual([1_767_580_000_123_000_000n]);
    expect(record.get(11)).toEqual([1_767_580_001_000_000_000n]);
    expect([hex(record, 9), hex(record, 10)]).toEqual(["0123456789abcdef0123456789abcdef", "0123456789abcdef"]);
    expect(record.has(5)).toBe(false);
  });

  it("writes every kind of attribute", () => {
    expect(attributes(record, 6)).toEqual({ a: "text", b: 7, c: 0.25, d: true, e: ["x", "y"], f: [3, 23] });
  });

  it.each([
    ["no ids", { traceId: undefined, spanId: undefined }, "", ""],
    ["a trace id alone", { spanId: undefined }, "0123456789abcdef0123456789abcdef", ""],
    ["an odd trace id", { traceId: "xyz" }, "", ""],
    ["an odd span id", { spanId: "abc" }, "0123456789abcdef0123456789abcdef", ""],
  ])("leaves out ids that are not valid: %s", (_, ids, traceId, spanId) => {
    const encoded = fields(encodeLogs([event(ids)], SOURCE, 0));
    const only = message(message(message(encoded, 1), 2), 2);
    expect([hex(only, 9), hex(only, 10)]).toEqual([traceId, spanId]);
  });

  it("encodes nothing as an empty request", () => {
    expect(encodeLogs([], SOURCE, 0)).toHaveLength(0);
  });
});
