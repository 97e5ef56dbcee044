import { expect, it } from "vitest";

import { incidentsConfig } from "../../src/incidents/incidents-config.ts";

it("is complete by default, in milliseconds", () => {
  expect(incidentsConfig.parse({})).toEqual({
    close_after: { outage: 300_000, quality_degradation: 300_000, cost_anomaly: 300_000, safety_violation: 300_000 },
    quiet_after: 1_800_000,
    min_open: 300_000,
    escalate_after: 3_600_000,
    abandon_after: 86_400_000,
    changes: { min_calls: 20, max_per_hour: 6, max_cells: 10_000 },
  });
});

it("takes a close time for one kind and keeps the others", () => {
  const { close_after } = incidentsConfig.parse({ close_after: { outage: "30s" } });
  expect([close_after.outage, close_after.cost_anomaly]).toEqual([30_000, 300_000]);
});

it("refuses an unknown key", () => {
  expect(incidentsConfig.safeParse({ reopen_within: "5m" }).success).toBe(false);
});
