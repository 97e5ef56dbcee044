import { expect, it } from "vitest";

import { appendVia, viaIds, viaOf } from "../../src/otlp/via.ts";

it.each([
  [undefined, []],
  ["", []],
  ["a", ["a"]],
  [" a , b,c ", ["a", "b", "c"]],
  ["a,\r\nx: y,<b>,c", ["a", "c"]],
])("ids in %j", (value, ids) => {
  expect(viaIds(value)).toEqual(ids);
});

it("grows by one id, and never beyond a bound", () => {
  expect([appendVia(undefined, "a"), appendVia("a, b", "c")]).toEqual(["a", "a,b,c"]);
  let value: string | undefined;
  for (let i = 0; i < 100; i++) value = appendVia(value, `id-${i}`);
  expect(viaIds(value)).toEqual(Array.from({ length: 16 }, (_, i) => `id-${84 + i}`));
});

it("is read from a header that stands once or more often", () => {
  expect(viaOf({ "spanwarden-via": "a" })).toBe("a");
  expect(viaOf({ "spanwarden-via": ["a", "b"] })).toBe("a,b");
  expect(viaOf({})).toBeUndefined();
});
