import type { Scheduler } from "./scheduler.ts";

/** A call whose attempt failed, until it is tried again or given up. */
export interface Held {
  giveUp(): void;
}

/** Calls held at once; beyond it the oldest is given up at once, and its next attempt is a call of its own. */
const MOST_HELD = 1_000;

interface Entry<T> {
  readonly key: string;
  readonly call: T;
  readonly cancel: () => void;
}

/**
 * Failed attempts that wait for their next: one logical call has one span, however often the client library retries.
 * A key says which request the next attempt would be; calls that are alike share it, and the oldest is taken first.
 */
export class HeldCalls<T extends Held> {
  readonly #scheduler: Scheduler;
  readonly #held = new Set<Entry<T>>();

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** Gives the call up after `milliseconds`, or when the returned function is called, unless it is taken before. */
  hold(key: string, call: T, milliseconds: number): () => void {
    const giveUp = (): void => {
      if (this.#remove(entry)) call.giveUp();
    };
    const entry = { key, call, cancel: this.#scheduler.after(milliseconds, giveUp) };
    this.#held.add(entry);
    if (this.#held.size > MOST_HELD) this.#giveUpOldest();
    return giveUp;
  }

  take(key: string): T | undefined {
    for (const entry of this.#held) {
      if (entry.key === key && this.#remove(entry)) return entry.call;
    }
    return undefined;
  }

  /** Gives up all of them, at the end of the process. */
  giveUpAll(): void {
    while (this.#held.size > 0) this.#giveUpOldest();
  }

  #giveUpOldest(): void {
    const [oldest] = this.#held;
    if (oldest !== undefined && this.#remove(oldest)) oldest.call.giveUp();
  }

  #remove(entry: Entry<T>): boolean {
    entry.cancel();
    return this.#held.delete(entry);
  }
}
