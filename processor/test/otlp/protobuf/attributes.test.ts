import { describe, expect, it } from "vitest";

import { ProtobufAttributes } from "../../../src/otlp/protobuf/attributes.ts";
import { attributeReaderConformance, type Given, type GivenAttributes } from "../attribute-reader.conformance.ts";
import { double, encode, integer, message, raw, text, type Field } from "../wire.ts";

function anyValue(given: Given): Field[] {
  if ("string" in given) return [text(1, given.string)];
  if ("bool" in given) return [integer(2, Number(given.bool))];
  if ("int" in given) return [integer(3, given.int)];
  if ("double" in given) return [double(4, given.double)];
  if ("bytes" in given) return [raw(7, given.bytes)];
  if ("array" in given) return [message(5, ...given.array.map((item) => message(1, ...anyValue(item))))];
  return "map" in given ? [message(6, ...keyValues(given.map))] : [];
}

const keyValues = (attributes: GivenAttributes): Field[] =>
  attributes.map(([key, value]) => message(1, text(1, key), message(2, ...anyValue(value))));

function reader(...fields: readonly Field[]): ProtobufAttributes {
  // Other bytes around it: offsets are those of the whole request.
  const bytes = Buffer.concat([Buffer.from([0xff, 0xff]), encode(fields), Buffer.from([0xff])]).subarray(1);
  return new ProtobufAttributes(bytes, { start: 1, end: bytes.length - 1 }, 1);
}

attributeReaderConformance("ProtobufAttributes", (attributes) => reader(...keyValues(attributes)));

describe("ProtobufAttributes", () => {
  it("passes over fields it does not know, beside a value and within one", () => {
    const unknown: Field[] = [integer(99, 1), text(98, "x"), { number: 97, wire: 5, value: Buffer.alloc(4) }];
    const attributes = reader(message(1, ...unknown, text(1, "a"), ...unknown, message(2, ...unknown, integer(3, 7))));
    expect(attributes.get("a")).toBe(7);
  });

  it("takes the last of several values of one AnyValue, as protobuf prescribes for a oneof", () => {
    expect(reader(message(1, text(1, "a"), message(2, text(1, "x"), integer(3, 7)))).get("a")).toBe(7);
  });

  it("replaces what is not UTF-8 rather than fail", () => {
    expect(reader(message(1, text(1, "a"), message(2, raw(1, Buffer.from([0x61, 0xff]))))).get("a")).toBe("a\uFFFD");
  });

  it.each([
    ["a text longer than its value", [0x0a, 0x05]],
    ["wire type 6", [0x0e]],
    ["field number 0", [0x02, 0x00]],
    ["a varint without end", Array(12).fill(0xff)],
    ["a double that is cut", [0x21, 0x00]],
    ["a group that never ends", [0x1b, 0x08, 0x01]],
    ["a group that ends another", [0x1b, 0x24]],
  ])("refuses %s", (_, value: number[]) => {
    const attributes = reader(message(1, text(1, "a"), raw(2, Buffer.from(value))));
    expect(() => attributes.get("a")).toThrow(expect.objectContaining({ code: "OTLP_MALFORMED", retryable: false }));
  });
});
