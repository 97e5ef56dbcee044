import { z } from "zod";

import { duration } from "../duration.ts";

/** What is taken for usual. */
export const baselineConfig = z.strictObject({
  /** Judged calls of a cell before its baseline is used. */
  min_calls: z.int().min(20).default(500),
  /** The reference covers so long ... */
  window: duration.prefault("7d"),
  /** ... and ends so long ago: what is younger may be the beginning of an incident. */
  gap: duration.prefault("2h"),
});

export type BaselineConfig = z.output<typeof baselineConfig>;
