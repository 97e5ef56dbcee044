import { overloaded } from "./failure.ts";

/** The bytes of bodies that a listener may hold at once, of all its requests together. */
export class ByteBudget {
  readonly #limit: number;
  #held = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get held(): number {
    return this.#held;
  }

  /** The share of one request, which gives all of it back with `release`. */
  open(): ByteShare {
    let taken = 0;
    return {
      take: (bytes) => {
        if (this.#held + bytes > this.#limit) throw overloaded("too_many_bytes");
        this.#held += bytes;
        taken += bytes;
      },
      release: () => {
        this.#held -= taken;
        taken = 0;
      },
    };
  }
}

export interface ByteShare {
  /** Throws a refusal with 503 where the budget does not allow it. */
  take(bytes: number): void;
  release(): void;
}
