import { serialize } from "node:v8";

import type { Config } from "../config.ts";
import { SpanwardenError } from "../errors.ts";
import { Journal } from "../facts/journal.ts";
import { Store } from "../store/store.ts";

/**
 * Writes what was learned into a store directory, as the checkpoint that a processor takes up at its next start. Throws
 * CONFIG_INVALID without a directory or where it holds state already, unless that may be replaced, and STORE_CORRUPT where
 * a running processor holds it.
 */
export function learn(learned: unknown, { store: { directory }, facts }: Config, replace: boolean): string {
  if (directory === undefined) {
    throw new SpanwardenError("CONFIG_INVALID", "--learn: store.directory: expected a directory to write baselines to");
  }
  const store = new Store(directory);
  try {
    if (store.latestCheckpoint() !== undefined && !replace) {
      throw new SpanwardenError(
        "CONFIG_INVALID",
        `--learn: ${directory} holds what was learned before; --replace gives it up`,
      );
    }
    const journal = new Journal(directory, facts);
    store.checkpoint({ state: serialize(learned), position: journal.position });
    return directory;
  } finally {
    store.close();
  }
}
