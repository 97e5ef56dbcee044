import { describe, expect, it } from "vitest";

import { longRun } from "../../../src/detectors/cost/long-run.ts";
import { detectionConfig } from "../../../src/detectors/detection-config.ts";
import type { CallFact } from "../../../src/facts/call-fact.ts";
import { firstIncident, RuleRun } from "../rule-runs.ts";
import { fact, throughDisk } from "../traffic.ts";

const CONFIG = detectionConfig.parse({});

/** Calls of one trace, one a second; `input` says how large each prompt is. */
function run(from: number, trace: string, calls: number, input: (n: number) => number): CallFact[] {
  return Array.from({ length: calls }, (_, n) => fact(from + n, { traceId: trace, usage: { input: input(n) } }));
}

const growing = (n: number): number => 1_000 + 100 * n;

/** 150 runs of eight calls each. */
function learned(): RuleRun<ReturnType<typeof longRun.initial>> {
  const rule = new RuleRun(longRun, CONFIG);
  for (let n = 0; n < 150; n++) rule.feed(run(n * 700, `run-${n}`, 8, growing));
  return rule;
}

describe("long run", () => {
  it("opens where one trace makes far more calls than the others did, and its prompt grows", () => {
    const verdicts = learned().feed(run(200_000, "endless", 60, growing));
    expect(firstIncident(verdicts)).toBe(29);
    expect(verdicts[29]).toMatchObject({ kind: "cost_anomaly", severity: 2, value: 30, threshold: 30 });
  });

  it("is only noticed while the usual length is not known", () => {
    const verdicts = new RuleRun(longRun, CONFIG).feed(run(0, "endless", 60, growing));
    expect(verdicts[29]).toMatchObject({ effect: "notice", severity: 3 });
    expect(firstIncident(verdicts)).toBe(-1);
  });

  it.each([
    ["the prompts do not grow: a batch in one trace", run(200_000, "batch", 200, (n) => (n % 2 === 0 ? 1_000 : 100))],
    ["the run is as long as others", run(200_000, "usual", 20, growing)],
    ["calls belong to no trace", run(200_000, "", 200, growing)],
    ["they failed", run(200_000, "failing", 200, growing).map((call) => ({ ...call, failure: "timeout" as const }))],
  ])("is silent where %s", (_name, calls) => {
    expect(
      learned()
        .feed(calls)
        .every((verdict) => verdict === undefined),
    ).toBe(true);
  });

  it("does not know runs of a cell whose own are long for long ones", () => {
    const rule = new RuleRun(longRun, CONFIG);
    for (let n = 0; n < 150; n++) rule.feed(run(n * 800, `run-${n}`, 40, growing));
    expect(firstIncident(rule.feed(run(200_000, "long", 100, growing)))).toBe(-1);
  });

  it("is over when the run is, and keeps 1,000 runs at most", () => {
    const rule = learned();
    rule.feed(run(200_000, "endless", 40, growing));
    expect(rule.tick(fact(200_100), fact(200_100).at)).toBeUndefined();
    expect(rule.tick(fact(201_000), fact(201_000).at)).toMatchObject({ verdict: "quiet", recovered: true });
    for (let n = 0; n < 3_000; n++) rule.feed(run(300_000 + n / 10, `one-${n}`, 1, growing));
    expect(rule.state.runs.size).toBeLessThanOrEqual(1_000);
    expect(throughDisk(rule.state)).toEqual(rule.state);
  });
});
