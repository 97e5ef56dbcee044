/** Steps that verification may take over all texts of one call; what is left unread when they are spent is told. */
export class Budget {
  #left: number;

  constructor(steps: number) {
    this.#left = steps;
  }

  /** Something was left unread. */
  get spent(): boolean {
    return this.#left < 0;
  }

  /** False when there are not so many steps left. */
  spend(steps: number): boolean {
    this.#left -= steps;
    return this.#left >= 0;
  }
}
