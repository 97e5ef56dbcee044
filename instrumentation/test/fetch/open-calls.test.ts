import { describe, expect, it } from "vitest";

import { OpenCalls, type Waiting } from "../../src/fetch/open-calls.ts";
import { FakeScheduler } from "../fake-scheduler.ts";

describe("open calls", () => {
  it("wait three times as long as is usual for their kind before they are told", () => {
    const scheduler = new FakeScheduler();
    const open = new OpenCalls(scheduler);
    const told: string[] = [];
    const begin = (kind: string): Waiting => {
      const call = { kind, startedAt: scheduler.now(), tellPending: () => told.push(kind) };
      open.add(call);
      return call;
    };
    const usual = begin("slow");
    scheduler.advance(20_000);
    open.answered(usual);
    begin("slow");
    begin("new");
    scheduler.advance(40_000);
    expect(told).toEqual(["new"]);
    scheduler.advance(25_000);
    expect(told).toEqual(["new", "slow"]);
    scheduler.advance(1_000_000);
    expect(told).toHaveLength(2);
  });

  it("that ended are not told", () => {
    const scheduler = new FakeScheduler();
    const open = new OpenCalls(scheduler);
    const call = { kind: "k", startedAt: scheduler.now(), tellPending: () => expect.unreachable() };
    open.add(call);
    open.remove(call);
    scheduler.advance(100_000);
  });
});
