import { describe, expect, it } from "vitest";

import { applyShares, emptyShares, tickShares, type CallerShares } from "../../../src/detectors/cost/caller-share.ts";
import { detectionConfig } from "../../../src/detectors/detection-config.ts";
import type { Verdict } from "../../../src/detectors/finding.ts";
import { serviceCell } from "../../../src/detectors/service-watch.ts";
import { CELL, fact, seeded, T0 } from "../traffic.ts";

const SERVICE = serviceCell(CELL);
const CONFIG = detectionConfig.parse({ rules: { caller_share: { window: "100s", min_calls: 50, history: "200s" } } });

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
    return applyShares(state, call, SERVICE, false, CONFIG) ?? [];
  });
}

const everybody = (n: number): string => `user-${n % 20}`;
const greedy = (n: number): string => (n % 3 === 0 ? everybody(n) : "greedy");

describe("caller share", () => {
  it("finds the user who takes most of a service's tokens, and names him", () => {
    const state = emptyShares();
    expect(use(state, 0, 300, everybody)).toEqual([]);
    expect(use(state, 300, 450, greedy)[0]).toMatchObject({
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
    expect(use(emptyShares(), 0, 150, greedy)[0]).toMatchObject({ effect: "notice", severity: 3 });
  });

  it.each([
    ["there are only two callers", (n: number) => (n % 5 === 0 ? "small" : "large")],
    ["two are equally heavy", (n: number) => (n % 10 === 0 ? everybody(n) : `heavy-${n % 2}`)],
    ["callers are not known", () => undefined],
  ])("is silent where %s", (_name, user) => {
    expect(use(emptyShares(), 0, 600, user)).toEqual([]);
  });

  it("is silent where one caller always has such a share", () => {
    const state = emptyShares();
    use(state, 0, 200, greedy);
    expect(
      use(state, 200, 900, greedy).filter((verdict) => verdict.verdict === "finding" && verdict.effect === "incident"),
    ).toEqual([]);
  });

  it("is over when that caller's share is back, and does not open again", () => {
    const state = emptyShares();
    use(state, 0, 300, everybody);
    use(state, 300, 400, greedy);
    const after = use(state, 400, 900, everybody);
    expect(after.map(({ verdict }) => verdict)).toEqual(["quiet"]);
  });

  it("is over when the service is not used", () => {
    const state = emptyShares();
    use(state, 0, 300, everybody);
    use(state, 300, 400, greedy);
    expect(tickShares(state, SERVICE, T0 + 410_000, CONFIG)).toBeUndefined();
    expect(tickShares(state, SERVICE, T0 + 600_000, CONFIG)).toMatchObject({ verdict: "quiet", recovered: true });
  });

  it("holds at most 256 callers in each half of the window, and still finds the heavy one among 5,000", () => {
    const random = seeded(1);
    const state = emptyShares();
    const many = (): string => `user-${Math.floor(5_000 * random())}`;
    use(state, 0, 300, many);
    const some = (n: number): string => (n % 5 < 3 ? "greedy" : many());
    const verdicts = Array.from({ length: 3_000 }, (_, i) => 300 + i / 30).flatMap((n) => {
      const call = fact(n, { caller: { user: some(Math.round(n * 30)) }, usage: { input: 100 } });
      return applyShares(state, call, SERVICE, false, CONFIG) ?? [];
    });
    expect(verdicts[0]).toMatchObject({ subject: "greedy" });
    expect(state.current.callers.size).toBeLessThanOrEqual(256);
  });
});
