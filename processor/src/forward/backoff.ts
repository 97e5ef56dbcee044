import type { Settings } from "../settings.ts";

/** As parsed: milliseconds. */
export interface RetryConfig {
  readonly initial: number;
  readonly max: number;
}

/** A next hop that asks for a longer pause is tried again after this many milliseconds all the same. */
const LONGEST_OBEYED = 10 * 60_000;

/**
 * When to try again: after `initial` milliseconds, twice as long after each further failure up to `max`, half of it random;
 * later where the next hop asked for it.
 */
export class Backoff {
  readonly #config: RetryConfig;
  readonly #settings: Pick<Settings, "clock" | "random">;
  #failures = 0;
  #until = 0;

  constructor(config: RetryConfig, settings: Pick<Settings, "clock" | "random">) {
    this.#config = config;
    this.#settings = settings;
  }

  /** Milliseconds until the next attempt. */
  get remaining(): number {
    return Math.max(0, this.#until - this.#settings.clock.now());
  }

  /** `afterSeconds`: what the next hop asked for. Requests that fail together are one failure. */
  failed(afterSeconds = 0): void {
    const { initial, max } = this.#config;
    const now = this.#settings.clock.now();
    const asked = now + Math.min(LONGEST_OBEYED, afterSeconds * 1_000);
    const wait = Math.min(max, initial * 2 ** this.#failures) * (0.5 + this.#settings.random() / 2);
    // A timer may fire a millisecond early.
    const isFirst = this.#until - now <= 1;
    if (isFirst) this.#failures++;
    this.#until = Math.max(isFirst ? now + wait : this.#until, asked);
  }

  succeeded(): void {
    this.#failures = 0;
    this.#until = 0;
  }
}
