import { expect, it } from "vitest";

import { Identities } from "../../src/facts/identities.ts";

const MINUTE = 60_000;
const small = { keptTime: 15 * MINUTE, keptCalls: 3, mostCalls: 6 };

/** Adds calls one after the other, each at its minute. */
function remembering(minutes: Readonly<Record<string, number>>): Identities {
  const identities = new Identities(small);
  for (const [identity, minute] of Object.entries(minutes)) identities.add(identity, minute * MINUTE);
  return identities;
}

const known = (identities: Identities, ...names: string[]): string[] => names.filter((name) => identities.has(name));

it("knows a call that was added, and no other", () => {
  const identities = new Identities();
  identities.add("a", 0);
  expect(known(identities, "a", "b")).toEqual(["a"]);
});

it("forgets nothing while fewer calls came than are kept at least, however much time passes", () => {
  expect(known(remembering({ a: 0, b: 1_000 }), "a", "b")).toEqual(["a", "b"]);
});

it("forgets nothing while less time passed than is kept at least, however many calls came", () => {
  expect(known(remembering({ a: 0, b: 1, c: 2, d: 3, e: 4 }), "a")).toEqual(["a"]);
});

it("forgets the generation before the last when the last is both old and full", () => {
  const identities = remembering({ a: 0, b: 1, c: 2, d: 15, e: 16, f: 17 });
  expect(known(identities, "a", "d")).toEqual(["a", "d"]);
  identities.add("g", 30 * MINUTE);
  expect(known(identities, "a", "b", "c", "d", "e", "f", "g")).toEqual(["d", "e", "f", "g"]);
  expect(identities.forgotten).toBe(0);
});

it("bounds itself in a flood, and counts that it forgot early", () => {
  const identities = new Identities(small);
  for (let n = 0; n < 20; n++) identities.add(`call ${n}`, 0);
  const all = Array.from({ length: 20 }, (_, n) => `call ${n}`);
  expect(known(identities, ...all)).toEqual(all.slice(12));
  expect(identities.forgotten).toBe(3);
});

it("a late call does not make time pass", () => {
  const identities = remembering({ a: 0, late: -1_000, b: 0, c: 0, d: 1 });
  expect(known(identities, "a", "late")).toEqual(["a", "late"]);
  const early = remembering({ late: -1_000, a: 0, b: 0, c: 0, d: 1, e: 2, f: 3 });
  expect(early.forgotten).toBe(0);
});

it("takes a call that is added twice for one", () => {
  const identities = new Identities(small);
  for (let n = 0; n < 20; n++) identities.add("a", 0);
  expect([identities.has("a"), identities.forgotten]).toEqual([true, 0]);
});
