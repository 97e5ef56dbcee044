import { createHash, createHmac } from "node:crypto";

import { checksum, hashedId } from "@spanwarden/conventions";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

const SHA256 = { mode: "sha256" } as const;
const KEYED = { mode: "hmac-sha256", key: "k" } as const;

it("is the algorithm and 64 hexadecimal digits over the canonical JSON", () => {
  const hex = createHash("sha256").update('{"a":1,"b":"€"}').digest("hex");
  expect(checksum({ b: "€", a: 1 }, SHA256)).toBe(`sha256:${hex}`);
  const keyed = createHmac("sha256", "k").update('{"a":1,"b":"€"}').digest("hex");
  expect(checksum({ b: "€", a: 1 }, KEYED)).toBe(`hmac-sha256:${keyed}`);
});

it("is the same for a text however long, read piece by piece or at once", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: -2, max: 2 }),
      fc.constantFrom("a", "€", "😀"),
      (n, more, unit) => {
        const list = [unit.repeat(Math.max(0, n * 16_384 + more)), unit, unit.repeat(100)];
        const canonical = JSON.stringify(list);
        expect(checksum(list, SHA256)).toBe(`sha256:${createHash("sha256").update(canonical).digest("hex")}`);
        expect(checksum(list, KEYED)).toBe(`hmac-sha256:${createHmac("sha256", "k").update(canonical).digest("hex")}`);
      },
    ),
  );
});

it("sees white space inside a text, and none between the parts of a value", () => {
  expect(checksum("a  b", SHA256)).not.toBe(checksum("a b", SHA256));
  expect(checksum(JSON.parse('{ "a" : 1 }'), SHA256)).toBe(checksum({ a: 1 }, SHA256));
});

describe("nothing to say", () => {
  it.each([
    ["off", { mode: "off" as const }],
    ["keyed without a key", { mode: "hmac-sha256" as const }],
    ["keyed with an empty key", { mode: "hmac-sha256" as const, key: "" }],
    ["keyed with empty bytes", { mode: "hmac-sha256" as const, key: new Uint8Array() }],
  ])("%s", (_, options) => {
    expect(checksum("x", options)).toBeUndefined();
    expect(hashedId("user-1", options)).toBeUndefined();
  });

  it.each([undefined, Number.NaN, 1n, [new Date(0)]])("of %s", (value) => {
    expect(checksum(value, SHA256)).toBeUndefined();
  });
});

it("makes of an id the checksum of its text", () => {
  expect(hashedId("user-1", KEYED)).toBe(`hmac-sha256:${createHmac("sha256", "k").update('"user-1"').digest("hex")}`);
  expect(hashedId(undefined, KEYED)).toBeUndefined();
});

it("takes a key as text or as its bytes", () => {
  expect(checksum(1, { mode: "hmac-sha256", key: new TextEncoder().encode("k") })).toBe(checksum(1, KEYED));
});
