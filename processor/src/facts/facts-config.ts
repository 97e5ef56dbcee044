import { z } from "zod";

import { duration } from "../duration.ts";

/** How events in time are taken, and how much of the journal is kept. */
export const factsConfig = z.strictObject({
  /** A call that ended longer ago than this when it arrives no longer opens anything; its safety findings still page. */
  allowed_lateness: duration.prefault("2m"),
  /** A call that ended longer ago than this is forwarded and counted, not judged. */
  max_age: duration.prefault("48h"),
  /** Bytes of one file of the journal; a checkpoint deletes the files before it. */
  segment_bytes: z
    .int()
    .min(64 * 1_024)
    .default(16 * 1_024 * 1_024),
});

/** As parsed: durations in milliseconds. */
export type FactsConfig = z.output<typeof factsConfig>;
