import { amended, type Amendment, type ContentAmendment, type ScoreAmendment } from "./amendment.ts";
import { cellKey, type CallFact, type Cell } from "./call-fact.ts";
import { SpanIndex } from "./span-index.ts";

/** What came of a call or an amendment once both sides were looked for. */
export type Joined =
  | { readonly joined: "call"; readonly call: CallFact }
  /** Content of a call that was judged without it. */
  | { readonly joined: "content"; readonly amendment: ContentAmendment; readonly place: Place }
  | { readonly joined: "score"; readonly amendment: ScoreAmendment; readonly place: Place };

/** The call that an amendment belongs to. */
export interface Place {
  readonly cell: Cell;
  /** Event time, milliseconds since the epoch. */
  readonly at: number;
}

/** Amendments that were counted and are of no further use, by reason. */
export type Unjoined = "unmatched" | "overflow" | "redundant";

interface Waiting {
  readonly amendment: Amendment;
  readonly keys: readonly string[];
}

interface Bounds {
  /** Amendments that wait for their call, of all together. */
  readonly most: number;
  /** Milliseconds they wait. */
  readonly patience: number;
}

/** A span and the records beside it come within seconds; a batch that is sent again, within minutes. */
const BOUNDS: Bounds = { most: 20_000, patience: 15 * 60_000 };

/**
 * Finds the call of each amendment and the amendments of each call, whichever comes first.
 *
 * A deterministic function of facts and ticks. Its state is not part of a checkpoint: the journal keeps as many calls as
 * it indexes, and reading them again restores it. Bounds: `SpanIndex`; 20,000 amendments wait at once, each for 15
 * minutes. A score whose call is not found belongs to its evaluation as a whole, in the cell (service, name, `-`);
 * content without a call is of no use.
 */
export class Joins {
  readonly #bounds: Bounds;
  readonly #index = new SpanIndex<Cell>();
  /** The longest waiting first. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #byKey = new Map<string, Set<string>>();
  readonly #unjoined: Record<Unjoined, number> = { unmatched: 0, overflow: 0, redundant: 0 };

  constructor(bounds: Bounds = BOUNDS) {
    this.#bounds = bounds;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** How many amendments found no call, by reason. */
  get unjoined(): Readonly<Record<Unjoined, number>> {
    return this.#unjoined;
  }

  /** A call, with the content that waited for it, then the scores. A pending call whose end is known says nothing more. */
  call(fact: CallFact): readonly Joined[] {
    const keys = keysOf(fact);
    if (fact.pending)
      return keys.some((key) => this.#index.get(key, fact.arrival)) ? [] : [{ joined: "call", call: fact }];
    const waited = this.#take(keys);
    const [content] = waited.filter((amendment) => amendment.amends === "content");
    const whole = content !== undefined && fact.content === "absent" ? amended(fact, content) : fact;
    if (whole === fact && content !== undefined) this.#unjoined.redundant++;
    const { cell, at } = whole;
    const indexed = { value: cell, at, complete: whole.content !== "absent" };
    for (const key of keys) this.#index.put(key, cellKey(cell), indexed, fact.arrival);
    const scores = waited.filter((amendment) => amendment.amends === "score");
    return [
      { joined: "call", call: whole },
      ...scores.map((amendment) => ({ joined: "score", amendment, place: { cell, at } }) as const),
    ];
  }

  /** An amendment, and its call if that was judged before; else it waits. */
  amend(amendment: Amendment): readonly Joined[] {
    const keys = keysOf(amendment);
    const found = keys.flatMap((key) => this.#index.get(key, amendment.arrival) ?? [])[0];
    if (found === undefined) return this.#wait(amendment, keys);
    const place = { cell: found.value, at: found.at };
    if (amendment.amends === "score") return [{ joined: "score", amendment, place }];
    if (!found.complete) return [{ joined: "content", amendment, place }];
    this.#unjoined.redundant++;
    return [];
  }

  /** Lets time pass up to `now`, milliseconds since the epoch: what has waited too long. */
  advance(now: number): readonly Joined[] {
    const late: Joined[] = [];
    for (const [identity, { amendment }] of this.#waiting) {
      if (now - amendment.arrival < this.#bounds.patience) break;
      this.#forget(identity);
      late.push(...this.#unmatched(amendment));
    }
    return late;
  }

  #wait(amendment: Amendment, keys: readonly string[]): readonly Joined[] {
    if (keys.length === 0) return this.#unmatched(amendment);
    const [oldest] = this.#waiting.values();
    if (this.#waiting.size >= this.#bounds.most && oldest !== undefined) {
      this.#unjoined.overflow++;
      this.#forget(oldest.amendment.identity);
    }
    this.#waiting.set(amendment.identity, { amendment, keys });
    for (const key of keys) this.#byKey.set(key, (this.#byKey.get(key) ?? new Set()).add(amendment.identity));
    return [];
  }

  #unmatched(amendment: Amendment): readonly Joined[] {
    this.#unjoined.unmatched++;
    if (amendment.amends !== "score") return [];
    const cell = { ...amendment.source, operation: amendment.evaluation.name, prompt: "-" };
    return [{ joined: "score", amendment, place: { cell, at: amendment.at } }];
  }

  #take(keys: readonly string[]): readonly Amendment[] {
    const identities = new Set(keys.flatMap((key) => [...(this.#byKey.get(key) ?? [])]));
    return [...identities].flatMap((identity) => {
      const waiting = this.#waiting.get(identity);
      this.#forget(identity);
      return waiting === undefined ? [] : [waiting.amendment];
    });
  }

  #forget(identity: string): void {
    for (const key of this.#waiting.get(identity)?.keys ?? []) {
      const others = this.#byKey.get(key);
      others?.delete(identity);
      if (others?.size === 0) this.#byKey.delete(key);
    }
    this.#waiting.delete(identity);
  }
}

/** By what a call is found: its span, which is told first, and the provider's id of its response. */
function keysOf({ traceId, spanId, response }: Pick<CallFact, "traceId" | "spanId" | "response">): readonly string[] {
  return [...spanKey(traceId, spanId), ...(response === undefined ? [] : [response])];
}

function spanKey(traceId: string, spanId: string): readonly string[] {
  if (!/^[0-9a-f]{32}$/.test(traceId) || !/^[0-9a-f]{16}$/.test(spanId) || /^0+$/.test(spanId)) return [];
  const half = (at: number): string =>
    ((Number.parseInt(traceId.slice(16 + at, 24 + at), 16) ^ Number.parseInt(spanId.slice(at, at + 8), 16)) >>> 0)
      .toString(16)
      .padStart(8, "0");
  return [half(0) + half(8)];
}
