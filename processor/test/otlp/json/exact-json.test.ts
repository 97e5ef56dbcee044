import * as fc from "fast-check";
import { expect, it } from "vitest";

import { doubleOf, integerText, parseExact, stringifyExact } from "../../../src/otlp/json/exact-json.ts";

it("writes integers of any size as they were", () => {
  fc.assert(
    fc.property(fc.bigInt(), (value) => {
      expect(stringifyExact(parseExact(`[${value}]`))).toBe(`[${value}]`);
    }),
  );
});

it("keeps a number that no double holds", () => {
  expect(stringifyExact(parseExact('{"a":1e400,"b":-1e400}'))).toBe('{"a":1e400,"b":-1e400}');
  expect(doubleOf(parseExact("1e400"))).toBe(Infinity);
});

it("keeps any JSON value", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(stringifyExact(parseExact(JSON.stringify(value))))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

it.each([
  ["18446744073709551615", "18446744073709551615"],
  ["-9223372036854775808", "-9223372036854775808"],
  ['"1767580000123456789"', "1767580000123456789"],
  ["1767580000123456789", "1767580000123456789"],
  ["7", "7"],
  ["7.5", undefined],
  ["123456789012345678901", undefined],
  ['"7 "', undefined],
  ['""', undefined],
  ["null", undefined],
  ["{}", undefined],
])("reads the integer of %s as %s", (json, expected) => {
  expect(integerText(parseExact(json))).toBe(expected);
});
