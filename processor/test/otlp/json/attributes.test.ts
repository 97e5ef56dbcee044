import { describe, expect, it } from "vitest";

import { JsonAttributes, keyValues } from "../../../src/otlp/json/attributes.ts";
import { parseExact, stringifyExact } from "../../../src/otlp/json/exact-json.ts";
import { attributeReaderConformance, type Given, type GivenAttributes } from "../attribute-reader.conformance.ts";

type IntegerForm = (value: bigint) => string;

/** Numbers are written by hand: `JSON.stringify` knows no 64-bit ones. */
function anyValue(given: Given, integer: IntegerForm): string {
  if ("string" in given) return `{"stringValue":${JSON.stringify(given.string)}}`;
  if ("bool" in given) return `{"boolValue":${given.bool}}`;
  if ("int" in given) return `{"intValue":${integer(given.int)}}`;
  if ("double" in given) return `{"doubleValue":${doubleText(given.double)}}`;
  if ("bytes" in given) return `{"bytesValue":"${Buffer.from(given.bytes).toString("base64")}"}`;
  if ("array" in given)
    return `{"arrayValue":{"values":[${given.array.map((item) => anyValue(item, integer)).join()}]}}`;
  return "map" in given ? `{"kvlistValue":{"values":${attributesText(given.map, integer)}}}` : "{}";
}

function attributesText(attributes: GivenAttributes, integer: IntegerForm): string {
  const items = attributes.map(([key, value]) => `{"key":${JSON.stringify(key)},"value":${anyValue(value, integer)}}`);
  return `[${items.join()}]`;
}

const forms: readonly (readonly [string, IntegerForm])[] = [
  ["JsonAttributes with integers as strings", (value) => `"${value}"`],
  ["JsonAttributes with integers as numbers", String],
];
for (const [name, form] of forms) {
  attributeReaderConformance(name, (given) => new JsonAttributes(parseExact(attributesText(given, form))));
}

describe("JsonAttributes", () => {
  const read = (value: string): unknown => new JsonAttributes(parseExact(`[{"key":"a","value":${value}}]`)).get("a");

  it.each([
    ['{"intValue":"12x"}', undefined],
    ['{"intValue":1.5}', undefined],
    ['{"intValue":true}', undefined],
    [`{"intValue":${"9".repeat(10_000)}}`, undefined],
    ['{"intValue":1.0}', 1],
    ['{"doubleValue":12345678901234567890}', Number("12345678901234567890")],
    ['{"doubleValue":"NaN"}', Number.NaN],
    ['{"doubleValue":""}', undefined],
    ['{"stringValue":7}', undefined],
    ['{"boolValue":"true"}', undefined],
    ['{"arrayValue":{}}', []],
    ['{"arrayValue":7}', []],
    ['{"kvlistValue":null}', {}],
    ['{"futureValue":7}', undefined],
    ["null", undefined],
    ["7", undefined],
  ])("reads %s as what it is, or as unknown", (value, expected) => {
    expect(read(value)).toEqual(expected);
  });

  it.each([undefined, null, 7, "x", {}, [null, 7, [], { value: {} }, { key: 7 }]])("has nothing in %j", (list) => {
    expect(new JsonAttributes(list).get("a")).toBeUndefined();
  });
});

describe("keyValues", () => {
  it("writes what it would read", () => {
    const additions = { text: "x", yes: true, whole: 3, part: 0.5, large: 2 ** 60, never: Infinity, list: ["a", "b"] };
    const written = new JsonAttributes(parseExact(stringifyExact(keyValues(additions))));
    expect(Object.fromEntries(Object.keys(additions).map((key) => [key, written.get(key)]))).toEqual(additions);
  });
});

/** A template writes -0 as 0, and JSON has no word for infinity. */
function doubleText(value: number): string {
  if (Object.is(value, -0)) return "-0";
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}
