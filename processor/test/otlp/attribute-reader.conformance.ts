import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { AttributeReader, AttributeValue } from "../../src/otlp/records.ts";

/** An attribute's value as OTLP has it, before any encoding. */
export type Given =
  | { readonly string: string }
  | { readonly bool: boolean }
  | { readonly int: bigint }
  | { readonly double: number }
  | { readonly bytes: Uint8Array }
  | { readonly array: readonly Given[] }
  | { readonly map: readonly (readonly [string, Given])[] }
  /** An `AnyValue` in which nothing is set. */
  | { readonly none: true };

export type GivenAttributes = readonly (readonly [string, Given])[];

const MAX_INT64 = 2n ** 63n - 1n;

const scalars: readonly (readonly [string, Given, AttributeValue])[] = [
  ["text", { string: "größe 😀" }, "größe 😀"],
  ["empty text", { string: "" }, ""],
  ["text that begins with a byte order mark", { string: "\uFEFFa" }, "\uFEFFa"],
  ["true", { bool: true }, true],
  ["false", { bool: false }, false],
  ["zero", { int: 0n }, 0],
  ["a negative integer", { int: -1n }, -1],
  ["the largest safe integer", { int: 2n ** 53n - 1n }, Number.MAX_SAFE_INTEGER],
  ["an integer that no double holds", { int: 2n ** 53n + 1n }, 2n ** 53n + 1n],
  ["the largest int64", { int: MAX_INT64 }, MAX_INT64],
  ["the smallest int64", { int: -MAX_INT64 - 1n }, -MAX_INT64 - 1n],
  ["a double", { double: 0.1 }, 0.1],
  ["a double without fraction", { double: 3 }, 3],
  ["a large double", { double: 2 ** 63.5 }, 2 ** 63.5],
  ["a tiny double", { double: 5e-324 }, 5e-324],
  ["infinity", { double: -Infinity }, -Infinity],
  ["no number", { double: Number.NaN }, Number.NaN],
  ["an empty list", { array: [] }, []],
  ["a mixed list", { array: [{ string: "a" }, { int: 1n }, { array: [{ bool: true }] }] }, ["a", 1, [true]]],
  ["an empty map", { map: [] }, {}],
  ["a map", { map: [["a", { map: [["b", { int: MAX_INT64 }]] }]] }, { a: { b: MAX_INT64 } }],
  [
    "a map whose keys stand twice",
    {
      map: [
        ["a", { int: 1n }],
        ["a", { int: 2n }],
      ],
    },
    { a: 1 },
  ],
];

const MAX_DEPTH = 64;

const arbitrary = fc.letrec<{ value: Given }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.record({ string: fc.string({ unit: "grapheme" }) }),
    fc.record({ bool: fc.boolean() }),
    fc.record({ int: fc.bigInt({ min: -MAX_INT64 - 1n, max: MAX_INT64 }) }),
    fc.record({ double: fc.double() }),
    fc.record({ array: fc.array(tie("value"), { maxLength: 4 }) }),
    fc.record({ map: fc.array(fc.tuple(fc.string(), tie("value")), { maxLength: 4 }) }),
  ),
})).value;

/** What every implementation of `AttributeReader` must do; `read` encodes the attributes and opens a reader on them. */
export function attributeReaderConformance(name: string, read: (attributes: GivenAttributes) => AttributeReader): void {
  describe(`${name} conforms to AttributeReader`, () => {
    it.each(scalars)("reads %s", (_, given, expected) => {
      expect(read([["key", given]]).get("key")).toEqual(expected);
    });

    it("reads bytes", () => {
      const value = read([["key", { bytes: Uint8Array.of(0, 255, 7) }]]).get("key");
      expect(value).toBeInstanceOf(Uint8Array);
      expect([...(value as Uint8Array)]).toEqual([0, 255, 7]);
    });

    it("does not know a key that is not there, nor one of Object's own", () => {
      const reader = read([["a", { int: 1n }]]);
      expect(["b", "", "A", "constructor", "__proto__"].map((key) => reader.get(key))).toEqual(
        Array(5).fill(undefined),
      );
    });

    it("names every key once, in order, those without a value too", () => {
      const reader = read([
        ["b", { int: 1n }],
        ["a", { none: true }],
        ["b", { int: 2n }],
      ]);
      expect([...reader.keys()]).toEqual(["b", "a"]);
    });

    it("takes a key's first value where it stands twice", () => {
      const reader = read([
        ["a", { int: 1n }],
        ["a", { int: 2n }],
      ]);
      expect(reader.get("a")).toBe(1);
    });

    it("has no value where none is set, and leaves such items out of lists and maps", () => {
      const none: Given = { none: true };
      const reader = read([
        ["a", none],
        ["list", { array: [none, { int: 1n }] }],
        [
          "map",
          {
            map: [
              ["x", none],
              ["y", { int: 1n }],
            ],
          },
        ],
      ]);
      expect([reader.get("a"), reader.get("list"), reader.get("map")]).toEqual([undefined, [1], { y: 1 }]);
    });

    it("gives the same value each time", () => {
      const reader = read([["a", { array: [{ string: "x" }] }]]);
      expect(reader.get("a")).toEqual(reader.get("a"));
    });

    it("keeps a key that is called __proto__ a key", () => {
      const value = read([["a", { map: [["__proto__", { string: "x" }]] }]]).get("a");
      expect(Object.keys(value as object)).toEqual(["__proto__"]);
    });

    it("reads nesting up to a bound and refuses what is deeper, rather than exhaust the stack", () => {
      const nested = (depth: number): Given =>
        Array.from({ length: depth }).reduce<Given>((inner) => ({ array: [inner] }), { int: 1n });
      expect(read([["a", nested(MAX_DEPTH)]]).get("a")).toBeDefined();
      const tooDeep = read([
        ["a", nested(MAX_DEPTH + 1)],
        ["b", { int: 1n }],
      ]);
      expect(() => tooDeep.get("a")).toThrow(expect.objectContaining({ code: "OTLP_MALFORMED" }));
      expect(tooDeep.get("b")).toBe(1);
    });

    it("reads any attributes", () => {
      fc.assert(
        fc.property(fc.array(fc.tuple(fc.string(), arbitrary), { maxLength: 8 }), (attributes) => {
          const reader = read(attributes);
          for (const [key] of attributes) {
            const first = attributes.find(([other]) => other === key)?.[1];
            expect(reader.get(key)).toEqual(first && valueOf(first));
          }
        }),
        { numRuns: 200 },
      );
    });
  });
}

function valueOf(given: Given): AttributeValue | undefined {
  if ("string" in given) return given.string;
  if ("bool" in given) return given.bool;
  if ("int" in given) return Number.isSafeInteger(Number(given.int)) ? Number(given.int) : given.int;
  if ("double" in given) return given.double;
  if ("bytes" in given) return given.bytes;
  if ("array" in given) return given.array.map((item) => valueOf(item) ?? "");
  if ("map" in given)
    return Object.fromEntries(given.map.toReversed().map(([key, value]) => [key, valueOf(value) ?? ""]));
  return undefined;
}
