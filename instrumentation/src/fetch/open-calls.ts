import type { Scheduler } from "./scheduler.ts";

/** A call that waits for its first byte. */
export interface Waiting {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** What its wait is compared with: provider and model. */
  readonly kind: string;
  tellPending(): void;
}

/** Calls watched at once; further ones are not. */
const MOST_OPEN = 10_000;
/** Milliseconds between two looks at them. */
const SWEEP = 5_000;
/** A call is pending after this, and after three times the usual 99th percentile, in milliseconds. */
const LEAST_WAIT = 30_000;
const TIMES_USUAL = 3;
/** Kinds of calls whose usual wait is known, the first ones; and the latest waits that are kept of each. */
const KINDS = 200;
const WAITS_KEPT = 200;

/** Tells of calls that have had no first byte for long, once each: a provider that hangs fails nobody, and shows nowhere else. */
export class OpenCalls {
  readonly #scheduler: Scheduler;
  readonly #open = new Set<Waiting>();
  readonly #waits = new Map<string, number[]>();
  #sweeping = false;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  add(call: Waiting): void {
    if (this.#open.size >= MOST_OPEN) return;
    this.#open.add(call);
    if (!this.#sweeping) this.#sweepLater();
  }

  /** Its first byte came. */
  answered(call: Waiting): void {
    if (!this.#open.delete(call)) return;
    const waits = this.#waits.get(call.kind) ?? [];
    if (waits.length === 0 && this.#waits.size >= KINDS) return;
    waits.push(this.#scheduler.now() - call.startedAt);
    if (waits.length > WAITS_KEPT) waits.shift();
    this.#waits.set(call.kind, waits);
  }

  /** It failed, or was left. */
  remove(call: Waiting): void {
    this.#open.delete(call);
  }

  #sweepLater(): void {
    this.#sweeping = true;
    this.#scheduler.after(SWEEP, () => this.#sweep());
  }

  #sweep(): void {
    this.#sweeping = false;
    const now = this.#scheduler.now();
    for (const call of this.#open) {
      const waited = now - call.startedAt;
      if (waited < LEAST_WAIT || waited < TIMES_USUAL * this.#usual(call.kind)) continue;
      this.#open.delete(call);
      call.tellPending();
    }
    if (this.#open.size > 0) this.#sweepLater();
  }

  #usual(kind: string): number {
    const waits = (this.#waits.get(kind) ?? []).toSorted((a, b) => a - b);
    return waits[Math.floor(0.99 * waits.length)] ?? 0;
  }
}
