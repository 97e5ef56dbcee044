import {
  ATTR_SPANWARDEN_INPUT_ENDING,
  ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM as TOOL_CALLS,
} from "@spanwarden/conventions";
import { describe, expect, it } from "vitest";

import { runawayLoop } from "../../../src/detectors/cost/runaway-loop.ts";
import type { CallFact } from "../../../src/facts/call-fact.ts";
import { firstIncident, firstRecovery, RuleRun } from "../rule-runs.ts";
import { fact, QUICK, throughDisk } from "../traffic.ts";

/** One call of an agent, `n` seconds in; `undefined` tool calls make it a plain answer. */
function step(n: number, toolCalls: string | undefined, overrides: Partial<CallFact> = {}): CallFact {
  return fact(n, {
    traceId: "run",
    caller: { user: "u1" },
    labels: toolCalls === undefined ? {} : { [TOOL_CALLS]: toolCalls },
    ...overrides,
  });
}

function found(
  steps: readonly (string | undefined)[],
  overrides: (n: number) => Partial<CallFact> = () => ({}),
): number {
  const calls = steps.map((toolCalls, n) => step(n, toolCalls, overrides(n)));
  return firstIncident(new RuleRun(runawayLoop, QUICK).feed(calls));
}

const a = (count: number): string[] => Array<string>(count).fill("a");

describe("equal tool calls in one session", () => {
  const ending = (label: string) => (n: number) => ({
    labels: { [TOOL_CALLS]: "a", [ATTR_SPANWARDEN_INPUT_ENDING]: n === 0 ? "user" : label },
  });

  it("that each follow the tool's result are a loop", () => {
    expect(found(a(6), ending("tool"))).toBe(5);
  });

  it("that each answer a user's new message are none: a classifier says the same of many", () => {
    expect(found(a(40), ending("user"))).toBe(-1);
  });
});

describe("runaway loop", () => {
  it.each([
    ["the sixth equal tool call in one trace", a(8), () => ({}), 5],
    ["five are none", a(5), () => ({}), -1],
    ["a plain answer between ends the row", [...a(5), undefined, ...a(5)], () => ({}), -1],
    ["another tool call between ends the row", [...a(5), "b", ...a(5)], () => ({}), -1],
    ["other arguments each time are work, not a loop", ["a", "b", "c", "d", "e", "f", "g"], () => ({}), -1],
    [
      "each in a trace of its own, in one conversation",
      a(6),
      (n: number) => ({ traceId: `t${n}`, conversation: "c" }),
      5,
    ],
    [
      "each in a trace of its own, in one session",
      a(6),
      (n: number) => ({ traceId: `t${n}`, caller: { session: "s" } }),
      5,
    ],
    [
      "a shorter prompt is the next run of the session",
      a(8),
      (n: number) => ({ traceId: `t${n}`, caller: { session: "s" }, usage: { input: n < 4 ? 100 + n : n } }),
      -1,
    ],
    [
      "an equal prompt again and again is a loop",
      a(6),
      (n: number) => ({ traceId: `t${n}`, caller: { session: "s" }, usage: { input: 100 } }),
      5,
    ],
    ["by many users, each once", a(20), (n: number) => ({ traceId: `t${n}` }), -1],
    ["a failed call between says nothing", a(7), (n: number) => (n === 3 ? { failure: "timeout" as const } : {}), 6],
  ])("%s", (_name, steps, overrides, index) => {
    expect(found(steps, overrides)).toBe(index);
  });

  it("names the call, and the user as its subject, but no series: it is a rule of single calls", () => {
    const verdicts = new RuleRun(runawayLoop, QUICK).feed(a(6).map((toolCalls, n) => step(n, toolCalls)));
    expect(verdicts[5]).toMatchObject({ traceId: "run", subject: "u1", value: 6, threshold: 6 });
    expect(verdicts[5]).not.toHaveProperty("series");
  });

  it("tells a second run that loops meanwhile", () => {
    const calls = a(7).flatMap((toolCalls, n) => [step(n, toolCalls), step(n, toolCalls, { traceId: "other" })]);
    const told = new RuleRun(runawayLoop, QUICK).feed(calls).filter((verdict) => verdict !== undefined);
    expect(told.map((verdict) => verdict.verdict === "finding" && verdict.traceId)).toEqual(["run", "other"]);
  });

  it("is over when the run goes on otherwise", () => {
    const run = new RuleRun(runawayLoop, QUICK);
    run.feed(a(9).map((toolCalls, n) => step(n, toolCalls)));
    expect(firstRecovery(run.feed([step(9, undefined)]))).toBe(0);
  });

  it("is over when no further call comes for the window, with or without other calls", () => {
    for (const say of ["tick", "call"] as const) {
      const run = new RuleRun(runawayLoop, QUICK);
      run.feed(a(6).map((toolCalls, n) => step(n, toolCalls)));
      const last = step(5, "a");
      expect(run.tick(last, last.at + 19_999)).toBeUndefined();
      const late = fact(40);
      const verdict = say === "tick" ? run.tick(last, late.at) : run.feed([late])[0];
      expect(verdict).toMatchObject({ verdict: "quiet", recovered: true });
    }
  });

  it("ends a row with a pause: equal calls an hour apart are no loop", () => {
    const calls = a(8).map((toolCalls, n) => step(3_600 * n, toolCalls));
    expect(firstIncident(new RuleRun(runawayLoop, QUICK).feed(calls))).toBe(-1);
  });

  it("holds at most 1,000 runs in a flood of them, and still finds the one that goes on", () => {
    const run = new RuleRun(runawayLoop, QUICK);
    const flood = Array.from({ length: 5_000 }, (_, n) => step(n / 1_000, "a", { traceId: `t${n}` }));
    expect(firstIncident(run.feed(flood))).toBe(-1);
    expect(run.state.runs.size).toBe(1_000);
    expect(firstIncident(run.feed(a(6).map((toolCalls, n) => step(5 + n, toolCalls))))).toBe(5);
  });

  it("forgets a run that ended with a plain answer", () => {
    const run = new RuleRun(runawayLoop, QUICK);
    run.feed([step(0, "a"), step(1, undefined)]);
    expect(run.state.runs.size).toBe(0);
    expect(throughDisk(run.state)).toEqual(run.state);
  });
});
