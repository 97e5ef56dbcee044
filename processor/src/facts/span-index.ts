/** Where a call was judged. */
export interface IndexedCall<Value> {
  readonly value: Value;
  /** Event time of the call, milliseconds since the epoch. */
  readonly at: number;
  /** It was judged with its content. */
  readonly complete: boolean;
}

interface Bounds {
  /** Entries of both generations together. */
  readonly entries: number;
  /** Distinct values of a generation; a call with a further one is not indexed. */
  readonly values: number;
  /** Milliseconds an entry is kept at most. */
  readonly age: number;
}

const BOUNDS: Bounds = { entries: 1_000_000, values: 20_000, age: 24 * 3_600_000 };
const COMPLETE = 0x8000_0000;
const AMBIGUOUS = 0x7fff_ffff;
const LEAST_SLOTS = 1_024;
/** Part of the slots that may be taken before there are twice as many. */
const LOAD = 0.7;

/**
 * Which call an id belongs to, for a day and a million ids: about 40 MB when full, next to nothing while it is empty.
 *
 * Two generations of an open-addressing table over typed arrays: keys of 64 bits, the number of a value (a cell, of which
 * there are few) and a time. The older one is dropped when the newer is full or half the age old. A key that is put for two
 * different calls belongs to neither: a score is rather unknown than another call's.
 */
export class SpanIndex<Value> {
  readonly #bounds: Bounds;
  #current: Generation<Value>;
  #previous: Generation<Value> | undefined;
  #overflow = 0;

  constructor(bounds: Bounds = BOUNDS) {
    this.#bounds = bounds;
    this.#current = new Generation();
  }

  /** Calls that could not be indexed: too many different values. */
  get overflow(): number {
    return this.#overflow;
  }

  /** `key` are 16 hexadecimal digits; `now` is the time by which entries age. */
  put(key: string, name: string, call: IndexedCall<Value>, now: number): void {
    const { entries, age, values } = this.#bounds;
    const isDue = this.#current.size >= entries / 2 || now - this.#current.since >= age / 2;
    if (this.#current.size > 0 && isDue) {
      this.#previous = this.#current;
      this.#current = new Generation();
    }
    if (!this.#current.put(key, name, call, now, values)) this.#overflow++;
  }

  get(key: string, now: number): IndexedCall<Value> | undefined {
    if (now - (this.#previous?.since ?? now) >= this.#bounds.age) this.#previous = undefined;
    return this.#current.get(key) ?? this.#previous?.get(key);
  }
}

class Generation<Value> {
  since = Infinity;
  size = 0;
  #slots = LEAST_SLOTS;
  #keys = new Uint32Array(2 * LEAST_SLOTS);
  /** Number of the value plus 1, 0 for a free slot; the highest bit says complete. */
  #entries = new Uint32Array(LEAST_SLOTS);
  #times = new Float64Array(LEAST_SLOTS);
  readonly #numbers = new Map<string, number>();
  readonly #values: Value[] = [];

  /** False where there are too many different values. */
  put(
    key: string,
    name: string,
    { value, at, complete }: IndexedCall<Value>,
    now: number,
    mostValues: number,
  ): boolean {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      if (this.#values.length >= mostValues) return false;
      number = this.#values.push(value);
      this.#numbers.set(name, number);
    }
    if (this.size >= LOAD * this.#slots) this.#grow();
    this.since = Math.min(this.since, now);
    const [high, low] = halves(key);
    const slot = this.#slotOf(high, low);
    const isFree = this.#entries[slot] === 0;
    if (isFree) this.size++;
    const isOther = !isFree && this.#times[slot] !== at;
    this.#set(slot, high, low, isOther ? AMBIGUOUS : complete ? (number | COMPLETE) >>> 0 : number, at);
    return true;
  }

  get(key: string): IndexedCall<Value> | undefined {
    const slot = this.#slotOf(...halves(key));
    const entry = this.#entries[slot] ?? 0;
    const value = entry === AMBIGUOUS ? undefined : this.#values[(entry & ~COMPLETE) - 1];
    return value === undefined ? undefined : { value, at: this.#times[slot] ?? 0, complete: (entry & COMPLETE) !== 0 };
  }

  /** The slot of the key, or the free one where it would go. */
  #slotOf(high: number, low: number): number {
    const mask = this.#slots - 1;
    let slot = Math.imul(high ^ Math.imul(low, 0x9e37_79b1), 0x85eb_ca6b) >>> 7;
    for (slot &= mask; this.#entries[slot] !== 0; slot = (slot + 1) & mask) {
      if (this.#keys[2 * slot] === high && this.#keys[2 * slot + 1] === low) break;
    }
    return slot;
  }

  #set(slot: number, high: number, low: number, entry: number, at: number): void {
    this.#keys[2 * slot] = high;
    this.#keys[2 * slot + 1] = low;
    this.#entries[slot] = entry;
    this.#times[slot] = at;
  }

  #grow(): void {
    const [keys, entries, times] = [this.#keys, this.#entries, this.#times];
    this.#slots *= 2;
    this.#keys = new Uint32Array(2 * this.#slots);
    this.#entries = new Uint32Array(this.#slots);
    this.#times = new Float64Array(this.#slots);
    entries.forEach((entry, i) => {
      if (entry === 0) return;
      const [high, low] = [keys[2 * i] ?? 0, keys[2 * i + 1] ?? 0];
      this.#set(this.#slotOf(high, low), high, low, entry, times[i] ?? 0);
    });
  }
}

function halves(key: string): [high: number, low: number] {
  return [Number.parseInt(key.slice(0, 8), 16) >>> 0, Number.parseInt(key.slice(8, 16), 16) >>> 0];
}
