import { printable } from "./printable.ts";

/** Different texts counted apart; further ones fall together. */
const MOST_KEYS = 500;
const OTHER = "_OTHER";

/** Counts by a text that a stranger chose: bounded, and safe to print. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(text: string | undefined): void {
    const key = text === undefined ? "(none)" : printable(text);
    const known = this.#counts.has(key) || this.#counts.size < MOST_KEYS;
    const counted = known ? key : OTHER;
    this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + 1);
  }

  /** The most frequent first. */
  entries(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)));
  }
}
