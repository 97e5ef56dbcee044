import { z } from "zod";

import { duration } from "../duration.ts";

/** What leaves as events and metrics, and how much may wait. */
export const emitConfig = z.strictObject({
  /** Evaluations of single calls that become events: those that failed, all, or none. Metrics count all of them. */
  evaluations: z.enum(["failed", "all", "none"]).default("failed"),
  /** Sum tokens into the `gen_ai.client.inference.usage.*` counters; on only where no source emits them, or they double. */
  derive_usage_metrics: z.boolean().default(false),
  /** Most series of one metric; further ones fall together under `_OTHER`. Below the SDK's own limit of 2,000. */
  max_series: z.int().min(10).max(1_900).default(1_000),
  /** Most events waiting to be stored. */
  queue_size: z.int().min(1).default(10_000),
  /** Most events in one export request. */
  batch_size: z.int().min(1).max(10_000).default(200),
  /** Wait after a failed export: doubles from `initial` to `max`, half of it random. */
  retry: z.strictObject({ initial: duration.prefault("1s"), max: duration.prefault("60s") }).prefault({}),
});

/** As parsed: durations in milliseconds. */
export type EmitConfig = z.output<typeof emitConfig>;
