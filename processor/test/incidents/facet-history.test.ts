import { describe, expect, it } from "vitest";

import { emptyHistory, sight, type Sighting } from "../../src/incidents/facet-history.ts";

/** The last sighting of a run of values in one scope. */
function last(values: readonly string[]): Sighting | undefined {
  const history = emptyHistory();
  return values.map((value) => sight(history, "", value)).at(-1);
}

const times = (count: number, value: string): string[] => Array.from({ length: count }, () => value);

describe("sight", () => {
  it("tells a first sight and what was there before", () => {
    expect(last(["a", "a", "b"])).toEqual({ kind: "first", inKnownScope: true, previous: "a" });
  });

  it("knows a value it has seen", () => {
    expect(last(["a", "b", "a", "b"])).toEqual({ kind: "known" });
  });

  it("tells a return after an absence", () => {
    expect(last([...times(200, "a"), ...times(40, "b"), "a"])).toEqual({ kind: "return", previous: "b" });
  });

  it.each([
    ["two values that take turns", [...times(50, "a"), ...times(15, "b"), "a"]],
    ["a canary of 4 %", Array.from({ length: 251 }, (_, n) => (n % 25 === 0 ? "b" : "a"))],
  ])("does not take %s for a return", (_, values) => {
    expect(last(values)).toEqual({ kind: "known" });
  });

  it("does not call a value back that was never established", () => {
    expect(last(["a", "a", "b", ...times(60, "a"), "b"])).toEqual({ kind: "known" });
  });

  it("tells a value in a new scope only where no other scope has shown it", () => {
    const history = emptyHistory();
    sight(history, "gpt-4o", "gpt-4o-2024-08-06");
    expect(sight(history, "gpt-4o-2024-08-06", "gpt-4o-2024-08-06")).toEqual({ kind: "known" });
    expect(sight(history, "gpt-5", "gpt-5-2026-01-01")).toMatchObject({ kind: "first", inKnownScope: false });
  });

  it("is volatile while values keep coming, and settles", () => {
    const history = emptyHistory();
    for (let n = 0; n < 60; n++) sight(history, "", `date ${Math.floor(n / 3)}`);
    expect(history.volatile).toBe(true);
    for (let n = 0; n < 200; n++) sight(history, "", "settled");
    expect(history.volatile).toBe(false);
  });

  it("keeps no more than its bounds", () => {
    const history = emptyHistory();
    for (let n = 0; n < 1_000; n++) sight(history, `scope ${n}`, `value ${n}`);
    expect([history.values.size, history.current.size]).toEqual([32, 16]);
  });
});
