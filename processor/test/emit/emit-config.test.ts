import { expect, it } from "vitest";

import { emitConfig } from "../../src/emit/emit-config.ts";

it("is complete by default", () => {
  expect(emitConfig.parse({})).toEqual({
    evaluations: "failed",
    derive_usage_metrics: false,
    max_series: 1_000,
    queue_size: 10_000,
    batch_size: 200,
    retry: { initial: 1_000, max: 60_000 },
  });
});

it.each([{ evaluations: "some" }, { max_series: 5_000 }, { batch_size: 0 }, { retries: {} }])("refuses %j", (input) => {
  expect(emitConfig.safeParse(input).success).toBe(false);
});
