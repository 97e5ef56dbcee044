import { describe, expect, it } from "vitest";

import { tokenSpike } from "../../../src/detectors/cost/token-spike.ts";
import type { CallFact } from "../../../src/facts/call-fact.ts";
import { expectationFrom, firstIncident, firstRecovery, RuleRun } from "../rule-runs.ts";
import { DEFAULTS, QUICK, take, Traffic } from "../traffic.ts";

const USUAL = expectationFrom(take(new Traffic(1, { spread: 0.5, failing: 0 }), 600), DEFAULTS);
/** The 95th percentile of `USUAL` is near 1,100 tokens. */
const spike = (factor: number, user?: string): Partial<CallFact> => ({
  usage: { input: 1_100 * factor, output: 0 },
  ...(user === undefined ? {} : { caller: { user } }),
});

function run(): RuleRun<ReturnType<typeof tokenSpike.initial>> {
  return new RuleRun(tokenSpike, DEFAULTS, USUAL);
}

describe("token spike", () => {
  it("tells every request above three times the 95th percentile as a notice", () => {
    const traffic = new Traffic(2, { spread: 0.5 });
    const one = run();
    for (let i = 0; i < 4; i++) {
      one.feed(take(traffic, 100));
      expect(one.feed([traffic.next(spike(4))])[0]).toMatchObject({ effect: "notice", severity: 3, samples: 1 });
    }
  });

  it.each([
    ["one above ten times it", 1, () => spike(16)],
    ["five within the window", 5, () => spike(4)],
    ["three or four of one user", 4, () => spike(4, "heavy")],
  ])("opens an incident by %s", (_name, within, overrides) => {
    const traffic = new Traffic(3, { spread: 0.5 });
    const rule = run();
    rule.feed(take(traffic, 50));
    const verdicts = rule.feed(take(traffic, within, overrides));
    expect(firstIncident(verdicts)).toBeGreaterThanOrEqual(0);
    expect(verdicts[firstIncident(verdicts)]).toMatchObject({ kind: "cost_anomaly", series: "tokens", severity: 2 });
  });

  it("opens nothing on the spikes that a busy, heavy-tailed cell has anyway, however many", () => {
    const usual = expectationFrom(take(new Traffic(1, { spread: 1.2 }), 600), DEFAULTS);
    const verdicts = new RuleRun(tokenSpike, DEFAULTS, usual).feed(take(new Traffic(4, { spread: 1.2 }), 10_000));
    expect(verdicts.filter((verdict) => verdict !== undefined).length).toBeGreaterThan(20);
    expect(firstIncident(verdicts)).toBe(-1);
  });

  it("recovers after 20 calls without a spike and needs new ones to open again", () => {
    const traffic = new Traffic(5, { spread: 0.5 });
    const rule = run();
    rule.feed(take(traffic, 5, () => spike(4)));
    const after = rule.feed(take(traffic, 200));
    expect(firstRecovery(after)).toBe(19);
    expect(firstIncident(rule.feed([traffic.next(spike(4))]))).toBe(-1);
  });

  it("is unknown without a reference, and of calls without usage", () => {
    const calls = take(new Traffic(6), 50, () => spike(100));
    expect(new RuleRun(tokenSpike, QUICK).feed(calls).every((verdict) => verdict === undefined)).toBe(true);
    const unknown = take(new Traffic(6), 50, () => ({ usage: {} }));
    expect(
      run()
        .feed(unknown)
        .every((verdict) => verdict === undefined),
    ).toBe(true);
  });

  it("watches at most 256 suspects in a flood of spikes", () => {
    const rule = run();
    rule.feed(Array.from({ length: 2_000 }, (_, n) => new Traffic(n).next(spike(4, `user-${n}`))));
    expect(rule.state.suspects.size).toBe(256);
  });
});
