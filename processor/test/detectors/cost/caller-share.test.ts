import { describe, expect, it } from "vitest";

import { applyShares, emptyShares, tickShares, type CallerShares } from "../../../src/detectors/cost/caller-share.ts";
import type { Volume } from "../../../src/baselines/seasonal-volume.ts";
import { detectionConfig } from "../../../src/detectors/detection-config.ts";
import type { Verdict } from "../../../src/detectors/finding.ts";
import { serviceCell } from "../../../src/detectors/service-watch.ts";
import { CELL, fact, seeded, T0 } from "../traffic.ts";

const SERVICE = serviceCell(CELL);
const CONFIG = detectionConfig.parse({
  rules: { caller_share: { window: "100s", min_calls: 50, hold: "20s", history: "200s" } },
});
const volume = (tokens: number): Volume => ({ calls: 600, tokens });
/** At this time of the day 600 calls of 100 tokens come in ten minutes. */
const USUAL = {
  most: volume(80_000),
  usualMost: volume(70_000),
  median: volume(60_000),
  least: 500,
  unbroken: 7,
  days: 7,
};

/** A call a second; `user` says whose, `tokens` how large. */
function use(
  state: CallerShares,
  from: number,
  to: number,
  user: (n: number) => string | undefined,
  tokens: (n: number) => number = () => 100,
): Verdict[] {
  return Array.from({ length: to - from }, (_, i) => i + from).flatMap((n) => {
    const call = fact(n, { caller: { user: user(n) }, usage: { input: tokens(n), output: 0 } });
    return applyShares(state, "user", call, SERVICE, USUAL, false, CONFIG) ?? [];
  });
}

const everybody = (n: number): string => `user-${n % 20}`;
const greedy = (n: number): string => (n % 3 === 0 ? everybody(n) : "greedy");

/** On top of everybody else. */
const much = (n: number): number => (greedy(n) === "greedy" ? 300 : 100);

describe("caller share", () => {
  it("finds the user who takes most of a service's tokens, and names him", () => {
    const state = emptyShares();
    expect(use(state, 0, 300, everybody)).toEqual([]);
    expect(use(state, 300, 450, greedy, much)[0]).toMatchObject({
      effect: "incident",
      severity: 2,
      subject: "greedy",
      series: "tokens",
    });
  });

  it("counts tokens, not calls", () => {
    const state = emptyShares();
    use(state, 0, 300, everybody);
    expect(use(state, 300, 400, everybody, (n) => (n % 20 === 7 ? 5_000 : 100))[0]).toMatchObject({
      subject: "user-7",
    });
  });

  it("is only noticed while there is no history", () => {
    expect(use(emptyShares(), 0, 150, greedy, much)[0]).toMatchObject({ effect: "notice", severity: 3 });
  });

  it.each([
    ["there are only two callers", (n: number) => (n % 5 === 0 ? "small" : "large")],
    ["callers are not known", () => undefined],
  ])("is silent where %s", (_name, user) => {
    expect(use(emptyShares(), 0, 600, user)).toEqual([]);
  });

  it("is silent where the service uses no more than at this time on other days", () => {
    const state = emptyShares();
    use(state, 0, 300, everybody);
    expect(use(state, 300, 500, greedy, () => 70)).toEqual([]);
  });

  it("is silent where it does not last", () => {
    const state = emptyShares();
    use(state, 0, 300, everybody);
    expect(use(state, 300, 315, greedy, () => 2_000)).toEqual([]);
  });

  it("is silent where one caller always has such a share", () => {
    const state = emptyShares();
    use(state, 0, 200, greedy, much);
    use(state, 9_000, 9_400, greedy, much);
    const later = use(state, 18_000, 18_600, greedy, much);
    expect(later.filter((verdict) => verdict.verdict === "finding" && verdict.effect === "incident")).toEqual([]);
  });

  it("is over when that caller's share is back, and does not open again", () => {
    const state = emptyShares();
    use(state, 0, 300, everybody);
    use(state, 300, 400, greedy, much);
    const after = use(state, 400, 900, everybody);
    expect(after.map(({ verdict }) => verdict)).toEqual(["quiet"]);
  });

  it("is over when the service is not used", () => {
    const state = emptyShares();
    use(state, 0, 300, everybody);
    use(state, 300, 400, greedy, much);
    expect(tickShares(state, SERVICE, T0 + 410_000, CONFIG)).toBeUndefined();
    expect(tickShares(state, SERVICE, T0 + 600_000, CONFIG)).toMatchObject({ verdict: "quiet", recovered: true });
  });

  it("still finds the heavy one among 5,000", () => {
    const random = seeded(1);
    const state = emptyShares();
    const many = (): string => `user-${Math.floor(5_000 * random())}`;
    use(state, 0, 300, many);
    const some = (n: number): string => (n % 5 < 3 ? "greedy" : many());
    const verdicts = Array.from({ length: 3_000 }, (_, i) => 300 + i / 30).flatMap((n) => {
      const call = fact(n, { caller: { user: some(Math.round(n * 30)) }, usage: { input: 100 } });
      return applyShares(state, "user", call, SERVICE, USUAL, false, CONFIG) ?? [];
    });
    expect(verdicts[0]).toMatchObject({ subject: "greedy" });
  });

  it.each(["tenant", "route"] as const)("knows a %s by itself", (kind) => {
    const state = emptyShares();
    const told = Array.from({ length: 600 }, (_, n) => {
      const call = fact(n, { caller: { [kind]: n < 300 ? everybody(n) : greedy(n) }, usage: { input: much(n) } });
      return applyShares(state, kind, call, SERVICE, USUAL, false, CONFIG) ?? [];
    }).flat();
    expect(told[0]).toMatchObject({ subject: "greedy", reason: expect.stringContaining(`one ${kind}`) as string });
  });
});
