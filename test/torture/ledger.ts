/** What became of each span: how often it was sent, whether it was acknowledged, how often it arrived. */
export class Ledger {
  readonly #sent = new Map<number, number>();
  readonly #acknowledged = new Set<number>();
  readonly #arrived = new Map<number, number>();
  #next = 0;

  /** Ids for new spans. */
  issue(n: number): readonly number[] {
    return Array.from({ length: n }, () => this.#next++);
  }

  sent(ids: readonly number[]): void {
    for (const id of ids) this.#sent.set(id, (this.#sent.get(id) ?? 0) + 1);
  }

  acknowledged(ids: readonly number[]): void {
    for (const id of ids) this.#acknowledged.add(id);
  }

  arrived(ids: readonly number[]): void {
    for (const id of ids) this.#arrived.set(id, (this.#arrived.get(id) ?? 0) + 1);
  }

  get acknowledgedCount(): number {
    return this.#acknowledged.size;
  }

  /** Acknowledged, and nowhere to be found. */
  get lost(): number {
    return [...this.#acknowledged].filter((id) => !this.#arrived.has(id)).length;
  }

  /** Arrivals beyond the first of each span. */
  get duplicates(): number {
    return [...this.#arrived.values()].reduce((sum, n) => sum + n - 1, 0);
  }

  /** Sendings beyond the first of each span: each may make a duplicate, as nobody can know what became of the one before. */
  get repeats(): number {
    return [...this.#sent.values()].reduce((sum, n) => sum + n - 1, 0);
  }

  hasArrived(ids: readonly number[]): boolean {
    return ids.every((id) => this.#arrived.has(id));
  }
}
