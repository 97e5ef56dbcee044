import { z } from "zod";

import { duration } from "../duration.ts";

/** Where state outlives the process. */
export const storeConfig = z.strictObject({
  /** Directory of the journal and the database. Absent: state lives and dies with the process. */
  directory: z.string().min(1).optional(),
  /** A restart replays at most so much of the journal. */
  checkpoint_interval: duration.prefault("10s"),
  /** Decided events wait at most so long before they are stored and sent. */
  flush_interval: duration.prefault("200ms"),
});
