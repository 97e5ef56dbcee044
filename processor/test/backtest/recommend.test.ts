import { describe, expect, it } from "vitest";

import { weekly } from "../../src/backtest/pages.ts";
import { recommend, recommendedYaml } from "../../src/backtest/recommend.ts";
import type { SweepPoint } from "../../src/backtest/sweep.ts";
import { parseConfig } from "../../src/config.ts";

const { rules } = parseConfig({}).detection;

/** Pages in a week at each threshold of the error share; the second one is the configured. */
function points(...pages: readonly number[]): SweepPoint[] {
  return [0.02, 0.05, 0.1, 0.2].map((value, n) => ({
    rule: "error_share",
    key: "threshold",
    value,
    isConfigured: value === 0.05,
    incidents: pages[n] ?? 0,
    pages: weekly(pages[n] ?? 0, 7 * 86_400_000),
    delay: undefined,
  }));
}

describe("a recommendation", () => {
  it.each([
    ["the nearest value that keeps to the budget", points(9, 5, 1, 0), 1, 0.1],
    ["the mildest, where none keeps to it", points(9, 8, 6, 4), 1, 0.2],
    ["nothing, where the configured one does", points(5, 1, 1, 0), 1, undefined],
    ["nothing, where a fault shows at every threshold", points(4, 4, 4, 4), 1, undefined],
  ])("is %s", (_, tried, budget, to) => {
    expect(recommend(tried, rules, budget)[0]?.to).toBe(to);
  });

  it("is a configuration that can be read", async () => {
    const yaml = recommendedYaml(recommend(points(9, 5, 1, 0), rules, 1));
    const { parse } = await import("yaml");
    expect(parseConfig(parse(yaml) as object).detection.rules.error_share.threshold).toBe(0.1);
    expect(parse(recommendedYaml([]))).toBeNull();
  });
});
