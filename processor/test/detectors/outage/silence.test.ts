import { describe, expect, it } from "vitest";

import { Detectors } from "../../../src/detectors/detectors.ts";
import { detectionConfig } from "../../../src/detectors/detection-config.ts";
import type { Verdict } from "../../../src/detectors/finding.ts";
import { silence } from "../../../src/detectors/outage/silence.ts";
import type { CallFact } from "../../../src/facts/call-fact.ts";
import { RuleRun } from "../rule-runs.ts";
import { fact, T0, throughDisk } from "../traffic.ts";

const CONFIG = detectionConfig.parse({ rules: { silence: { window: "60s", expected: 50, history: "10m" } } });
const SECOND = 1_000;

/** One call a second in each of the stretches, `[from, to)` in seconds. */
function calls(...stretches: readonly (readonly [number, number])[]): CallFact[] {
  return stretches.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => fact(from + i)));
}

/** Verdicts with the second at which they came. */
function run(facts: readonly CallFact[], until: number): (readonly [number, Verdict])[] {
  const rule = new RuleRun(silence, CONFIG);
  const verdicts: (readonly [number, Verdict])[] = [];
  const byTime = Map.groupBy(facts, ({ at }) => at);
  for (let second = 0; second < until; second++) {
    const now = T0 + second * SECOND;
    const said = [...rule.feed(byTime.get(now) ?? []), rule.tick(fact(0), now)];
    verdicts.push(...said.flatMap((verdict) => (verdict === undefined ? [] : [[second, verdict] as const])));
  }
  return verdicts;
}

describe("silence", () => {
  it("is found one window after the last call, and is over with the next one", () => {
    const verdicts = run(calls([0, 1_200], [1_400, 1_410]), 1_410);
    expect(verdicts.map(([second, { verdict }]) => [second, verdict])).toEqual([
      [1_259, "finding"],
      [1_400, "quiet"],
    ]);
    expect(verdicts[0]?.[1]).toMatchObject({ rule: "silence", kind: "outage", effect: "incident" });
    expect(verdicts[0]?.[1]).not.toHaveProperty("traceId");
    expect(verdicts[0]?.[1]).not.toHaveProperty("series");
  });

  it.each([
    ["there is no history yet", calls([0, 300]), 600],
    ["there was never a call", [], 600],
    [
      "traffic had thinned out before",
      [...calls([0, 1_200]), ...[1_210, 1_240, 1_275, 1_330].map((n) => fact(n))],
      1_600,
    ],
    [
      "the cell stops like that by habit",
      calls(...[0, 1, 2, 3, 4, 5].map((n) => [n * 600, n * 600 + 300] as const)),
      4_000,
    ],
  ])("is unknown where %s", (_name, facts, until) => {
    expect(run(facts, until)).toEqual([]);
  });

  it("is not judged in the first window after a restart, which is then told apart from the service's silence", () => {
    const before = new Detectors(CONFIG);
    for (const call of calls([0, 1_200])) before.apply(call);
    const after = new Detectors(CONFIG);
    expect(after.restore(throughDisk(before.snapshot()))).toBe("restored");
    const at = (second: number): readonly Verdict[] => after.tick(T0 + second * SECOND);
    expect([at(1_500), at(1_501), at(1_559)].flat()).toEqual([]);
    expect(at(1_560).map(({ rule }) => rule)).toEqual(["silence"]);
  });

  it("is not judged for a window after receiving was resumed", () => {
    const detectors = new Detectors(CONFIG);
    for (const call of calls([0, 1_200])) detectors.apply(call);
    detectors.resumed(T0 + 1_500 * SECOND);
    expect(detectors.tick(T0 + 1_300 * SECOND)).toEqual([]);
    expect(detectors.tick(T0 + 1_560 * SECOND)).toHaveLength(1);
  });

  it("says so again while it lasts", () => {
    expect(run(calls([0, 1_200]), 1_200 + 700).length).toBe(3);
  });

  const WEEKLY = detectionConfig.parse({ rules: { silence: { history: "7d" } } });
  const week = (unbroken: number, least: number) => ({
    usual: {
      most: { calls: 900, tokens: 0 },
      usualMost: { calls: 300, tokens: 0 },
      median: { calls: 200, tokens: 0 },
      least,
      unbroken,
      days: 7,
    },
  });

  it.each([
    ["opens after busy traffic at an hour that is never without calls", 7, 10, 600, true],
    ["knows the hours at which a cell stops by habit", 5, 0, 600, false],
    ["opens in the morning of a night in which a cell died, where every day was busy", 7, 200, 12_000, true],
    ["is quiet where some calls come at this hour and traffic had thinned out", 7, 10, 12_000, false],
  ])("%s", (_name, unbroken, least, after, found) => {
    const rule = new RuleRun(silence, WEEKLY);
    const days = 8 * 86_400;
    // Every day busy; the last calls are few where the cell thinned out.
    const facts = [...calls([0, 3_000]), ...calls([days - 3_000, days])].filter(({ at }, i) =>
      after > 600 && at > T0 + (days - 1_500) * SECOND ? i % 100 === 0 : true,
    );
    rule.feed(facts);
    const now = T0 + (days + after) * SECOND;
    const verdict = silence.tick?.(rule.state, fact(0).cell, now, WEEKLY, week(unbroken, least));
    expect(verdict?.verdict === "finding").toBe(found);
  });

  it("is not judged in the first week", () => {
    const rule = new RuleRun(silence, WEEKLY);
    rule.feed(calls([0, 3_000]));
    expect(silence.tick?.(rule.state, fact(0).cell, T0 + 4_000 * SECOND, WEEKLY, {})).toBeUndefined();
  });
});
