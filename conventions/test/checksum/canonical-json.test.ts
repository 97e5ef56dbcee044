import { canonicalJson } from "@spanwarden/conventions";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("the examples of RFC 8785", () => {
  it("section 3.2.2: serialization of primitive data types", () => {
    const value: unknown = JSON.parse(
      String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
    );
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it("section 3.2.3: sorting of object properties", () => {
    const value = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    const sorted = Object.values(JSON.parse(canonicalJson(value) ?? "") as object);
    expect(canonicalJson(value)?.startsWith('{"\\r":"Carriage Return","1":"One",')).toBe(true);
    expect(sorted.filter((name) => name !== "One")).toEqual([
      "Carriage Return",
      "Control",
      "Latin Small Letter O With Diaeresis",
      "Euro Sign",
      "Emoji: Grinning Face",
      "Hebrew Letter Dalet With Dagesh",
    ]);
  });

  it.each([
    ["0000000000000000", "0"],
    ["8000000000000000", "0"],
    ["0000000000000001", "5e-324"],
    ["8000000000000001", "-5e-324"],
    ["7fefffffffffffff", "1.7976931348623157e+308"],
    ["ffefffffffffffff", "-1.7976931348623157e+308"],
    ["4340000000000000", "9007199254740992"],
    ["c340000000000000", "-9007199254740992"],
    ["4430000000000000", "295147905179352830000"],
    ["44b52d02c7e14af5", "9.999999999999997e+22"],
    ["44b52d02c7e14af6", "1e+23"],
    ["44b52d02c7e14af7", "1.0000000000000001e+23"],
    ["444b1ae4d6e2ef4e", "999999999999999700000"],
    ["444b1ae4d6e2ef4f", "999999999999999900000"],
    ["444b1ae4d6e2ef50", "1e+21"],
    ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
    ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["41b3de4355555553", "333333333.3333332"],
    ["41b3de4355555554", "333333333.33333325"],
    ["41b3de4355555555", "333333333.3333333"],
    ["41b3de4355555556", "333333333.3333334"],
    ["41b3de4355555557", "333333333.33333343"],
    ["becbf647612f3696", "-0.0000033333333333333333"],
    ["43143ff3c1cb0959", "1424953923781206.2"],
  ])("appendix B: the number %s is %s", (hex, expected) => {
    expect(canonicalJson(Buffer.from(hex, "hex").readDoubleBE())).toBe(expected);
  });

  it.each(["7fffffffffffffff", "7ff0000000000000"])("appendix B: the number %s is none", (hex) => {
    expect(canonicalJson(Buffer.from(hex, "hex").readDoubleBE())).toBeUndefined();
  });
});

describe("values", () => {
  const json = fc.jsonValue({ maxDepth: 5 });

  it("come back from their canonical text, and give it again", () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value) ?? "no text";
        // JSON.stringify writes -0 as 0, as the RFC has it.
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it("have one text whatever the order of their keys", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it("leave out what is undefined, and replace lone surrogates", () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
    expect(canonicalJson({ a: undefined })).toBe("{}");
    expect(canonicalJson("\ud800")).toBe('"\ufffd"');
  });

  it.each([
    ["a function", () => 1],
    ["a bigint", 1n],
    ["an infinity", [Number.POSITIVE_INFINITY]],
    ["a date", { at: new Date(0) }],
    ["a map", new Map()],
    ["a hole in a list", [undefined]],
    ["a cycle", cyclic()],
    ["too many levels", nested(300)],
  ])("that are no JSON have none: %s", (_, value) => {
    expect(canonicalJson(value)).toBeUndefined();
  });

  it("may be 256 levels deep", () => {
    expect(canonicalJson(nested(256))).toBe("[".repeat(256) + "]".repeat(256));
  });

  it("of any kind never make it throw", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(["string", "undefined"]).toContain(typeof canonicalJson(value));
      }),
    );
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, reversed(item)] as const);
  return Object.fromEntries(entries.toReversed());
}

function cyclic(): unknown {
  const list: unknown[] = [];
  list.push(list);
  return list;
}

function nested(levels: number): unknown {
  let value: unknown[] = [];
  for (let level = 1; level < levels; level++) value = [value];
  return value;
}
