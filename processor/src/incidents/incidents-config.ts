import { z } from "zod";

import { duration } from "../duration.ts";

/** When incidents close and get graver, and what the change ledger keeps. */
export const incidentsConfig = z.strictObject({
  /** How long every rule of an incident must stay recovered before it closes. */
  close_after: z
    .strictObject({
      outage: duration.prefault("5m"),
      quality_degradation: duration.prefault("5m"),
      cost_anomaly: duration.prefault("5m"),
      safety_violation: duration.prefault("5m"),
    })
    .prefault({}),
  /** Rules that judge one call never recover: they count as over when no further finding came for so long. */
  quiet_after: duration.prefault("30m"),
  /** An incident stays open at least so long, however fast it recovers. */
  min_open: duration.prefault("5m"),
  /** A quality incident of severity 2 that lasts so long becomes severity 1. */
  escalate_after: duration.prefault("60m"),
  /** An incident of which no rule found anything for so long is closed with reason `timeout`. */
  abandon_after: duration.prefault("24h"),
  changes: z
    .strictObject({
      /** Calls of a cell before anything new in it is a change. */
      min_calls: z.int().min(1).default(20),
      /** Changes of one facet of a cell in an hour; further ones are counted, not told. */
      max_per_hour: z.int().min(1).default(6),
      /** Cells watched; when full, a newcomer takes the place only of a cell that was idle for 7 days. */
      max_cells: z.int().min(1).default(10_000),
    })
    .prefault({}),
});

/** As parsed: durations in milliseconds. */
export type IncidentsConfig = z.output<typeof incidentsConfig>;
