import { hash } from "node:crypto";

interface Bounds {
  /** Remembered for at least this much event time, in milliseconds ... */
  readonly keptTime: number;
  /** ... and at least this many calls. */
  readonly keptCalls: number;
  /** A generation that grows beyond this is turned over early, so memory is bounded in a flood. */
  readonly mostCalls: number;
}

/** About 250 MB at most for both generations. */
const BOUNDS: Bounds = { keptTime: 15 * 60_000, keptCalls: 1_000_000, mostCalls: 2_000_000 };

/**
 * The identities of the calls judged lately, so that a call is judged once however often it is sent.
 *
 * Two generations: a new one begins when the current one is both old and full enough, and then the one before is
 * forgotten. What is older than both is judged again; `forgotten` counts the generations turned over early.
 */
export class Identities {
  readonly #bounds: Bounds;
  #current = new Set<string>();
  #previous = new Set<string>();
  #since = -Infinity;
  #latest = -Infinity;
  #early = 0;

  constructor(bounds: Bounds = BOUNDS) {
    this.#bounds = bounds;
  }

  get forgotten(): number {
    return this.#early;
  }

  has(identity: string): boolean {
    const key = keyOf(identity);
    return this.#current.has(key) || this.#previous.has(key);
  }

  /** Remembers a judged call; `at` is its event time. */
  add(identity: string, at: number): void {
    // A late call is no measure of how much time has passed.
    this.#latest = Math.max(this.#latest, at);
    if (this.#since === -Infinity) this.#since = at;
    const { keptTime, keptCalls, mostCalls } = this.#bounds;
    const due = this.#latest - this.#since >= keptTime && this.#current.size >= keptCalls;
    if (due || this.#current.size >= mostCalls) {
      if (!due) this.#early++;
      this.#previous = this.#current;
      this.#current = new Set();
      this.#since = this.#latest;
    }
    this.#current.add(keyOf(identity));
  }
}

/** 96 bits: among 4 million calls a false match has a probability below 1e-15. */
function keyOf(identity: string): string {
  return hash("sha256", identity, "base64").slice(0, 16);
}
