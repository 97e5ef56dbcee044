import { setTimeout as delay } from "node:timers/promises";

import type { Lab } from "./lab.ts";

/** Milliseconds that each sender rests between two batches. */
const REST = 20;
const BATCH = 20;
/** More than a restart or a backend's bad mood takes. */
const PATIENCE = 20_000;

/** Clean traffic from some senders, half of it model calls, for as long as `during` takes. Gives what `during` gave. */
export async function underLoad<T>(lab: Lab, senders: number, during: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const work = Array.from({ length: senders }, async (_, sender) => {
    while (!over.signal.aborted) {
      // eslint-disable-next-line no-await-in-loop -- a sender waits for its answer
      await lab.exporter.export(BATCH, sender % 2 === 0 ? "call" : "request", PATIENCE);
      // eslint-disable-next-line no-await-in-loop -- and rests
      await delay(REST);
    }
  });
  try {
    return await during();
  } finally {
    over.abort();
    await Promise.all(work);
  }
}

/** A fault in the traffic that deserves one incident: an outage of the model. */
export async function injectFault(lab: Lab): Promise<void> {
  for (let batch = 0; batch < 4; batch++) {
    // eslint-disable-next-line no-await-in-loop -- one after the other
    await lab.exporter.export(BATCH, "failed", PATIENCE);
  }
}
