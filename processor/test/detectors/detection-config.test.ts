import { describe, expect, it } from "vitest";

import { detectionConfig } from "../../src/detectors/detection-config.ts";

const MINUTE = 60_000;

describe("detection config", () => {
  it("has the documented numbers where nothing is configured", () => {
    expect(detectionConfig.parse({})).toMatchObject({
      max_cells: 10_000,
      baseline: { min_calls: 500, window: 7 * 24 * 60 * MINUTE, gap: 120 * MINUTE },
      rules: {
        error_share: { threshold: 0.05, severe: 0.5 },
        quality_drop: { drop: 0.15, severe: 0.3 },
        format_compliance: { threshold: 0.95, recovered: 0.97, calls: 1_000, hold: 5 * MINUTE, hold_calls: 100 },
        token_spike: { factor: 3, extreme: 10, spikes: 5, by_one: 3, window: 10 * MINUTE },
        spend_rate: { excess: 50 },
        runaway_loop: { repeats: 6 },
      },
    });
  });

  it.each([
    ["an unknown key", { rules: { error_shares: {} } }],
    ["a share above 1", { rules: { quality_drop: { drop: 15 } } }],
    ["no suffix", { rules: { error_share: { suffixes: [] } } }],
    ["a baseline of no calls", { baseline: { min_calls: 0 } }],
    ["no cells", { max_cells: 0 }],
  ])("refuses %s", (_name, config) => {
    expect(detectionConfig.safeParse(config).success).toBe(false);
  });
});
