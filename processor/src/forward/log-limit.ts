import type { Clock } from "../settings.ts";

/** Lets one through in `interval` milliseconds: what may happen with every request is not logged with every request. */
export function oncePer(interval: number, clock: Pick<Clock, "now">): () => boolean {
  let last = -Infinity;
  return () => {
    const now = clock.now();
    if (now - last < interval) return false;
    last = now;
    return true;
  };
}
