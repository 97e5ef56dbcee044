import { expect, it } from "vitest";

import { SpanIndex } from "../../src/facts/span-index.ts";

const HOUR = 3_600_000;
const key = (n: number): string => n.toString(16).padStart(16, "0");
const small = { entries: 8, values: 2, age: 24 * HOUR };

function filled(count: number, bounds?: ConstructorParameters<typeof SpanIndex<string>>[0]): SpanIndex<string> {
  const index = new SpanIndex<string>(bounds);
  for (let n = 0; n < count; n++) {
    const name = `cell ${n % 2}`;
    index.put(key(n), name, { value: name, at: 1_000 + n, complete: n % 3 === 0 }, 0);
  }
  return index;
}

it("finds what was put, and nothing else, however many there are", () => {
  const index = filled(50_000);
  for (let n = 0; n < 50_000; n += 7) {
    expect(index.get(key(n), 0)).toEqual({ value: `cell ${n % 2}`, at: 1_000 + n, complete: n % 3 === 0 });
  }
  expect(index.get(key(50_000), 0)).toBeUndefined();
});

it("tells keys apart that differ in either half", () => {
  const index = new SpanIndex<string>();
  index.put("0000000100000000", "a", { value: "a", at: 1, complete: false }, 0);
  index.put("0000000000000001", "b", { value: "b", at: 2, complete: false }, 0);
  expect([index.get("0000000100000000", 0)?.value, index.get("0000000000000001", 0)?.value]).toEqual(["a", "b"]);
  expect(index.get("0000000100000001", 0)).toBeUndefined();
});

it("gives no call for an id that two calls bear", () => {
  const index = filled(1);
  index.put(key(0), "cell 0", { value: "cell 0", at: 5_000, complete: false }, 0);
  expect(index.get(key(0), 0)).toBeUndefined();
});

it("keeps the later half of its bound at least, and never more than the bound", () => {
  const index = filled(11, small);
  const known = Array.from({ length: 11 }, (_, n) => n).filter((n) => index.get(key(n), 0) !== undefined);
  expect(known).toEqual([4, 5, 6, 7, 8, 9, 10]);
});

it("forgets after a day", () => {
  const index = filled(1, small);
  index.put(key(1), "cell 1", { value: "cell 1", at: 1, complete: false }, 13 * HOUR);
  expect(index.get(key(0), 23 * HOUR)).toBeDefined();
  expect(index.get(key(0), 24 * HOUR)).toBeUndefined();
  expect(index.get(key(1), 24 * HOUR)).toBeDefined();
});

it("counts calls for whose cell there was no room", () => {
  const index = filled(2, small);
  index.put(key(2), "cell 2", { value: "cell 2", at: 1, complete: false }, 0);
  expect([index.get(key(2), 0), index.overflow]).toEqual([undefined, 1]);
});
