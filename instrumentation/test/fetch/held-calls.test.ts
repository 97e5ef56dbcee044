import { describe, expect, it } from "vitest";

import { HeldCalls } from "../../src/fetch/held-calls.ts";
import { FakeScheduler } from "../fake-scheduler.ts";

function callOf(given: string[], name: string): { readonly name: string; giveUp(): void } {
  return { name, giveUp: () => given.push(name) };
}

describe("held calls", () => {
  it("are given up when nobody took them in time", () => {
    const [scheduler, given] = [new FakeScheduler(), [] as string[]];
    const held = new HeldCalls(scheduler);
    held.hold("k", callOf(given, "a"), 100);
    scheduler.advance(99);
    expect(given).toEqual([]);
    scheduler.advance(1);
    expect(given).toEqual(["a"]);
    expect(held.take("k")).toBeUndefined();
  });

  it("that are alike are taken in their order, and time touches only its own", () => {
    const [scheduler, given] = [new FakeScheduler(), [] as string[]];
    const held = new HeldCalls<{ readonly name: string; giveUp(): void }>(scheduler);
    held.hold("k", callOf(given, "a"), 100);
    held.hold("k", callOf(given, "b"), 200);
    expect(held.take("k")?.name).toBe("a");
    scheduler.advance(150);
    expect(given).toEqual([]);
    scheduler.advance(50);
    expect(given).toEqual(["b"]);
  });

  it("are at most 1,000; the oldest goes first", () => {
    const given: string[] = [];
    const held = new HeldCalls(new FakeScheduler());
    for (let n = 0; n < 1_002; n++) held.hold("k", callOf(given, String(n)), 100);
    expect(given).toEqual(["0", "1"]);
    held.giveUpAll();
    expect(given).toHaveLength(1_002);
  });
});
