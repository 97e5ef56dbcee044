import { BEYOND, has, type CharacterSet } from "./character-set.ts";
import type { Factor } from "./factors.ts";

/** A factor, and the number of the pattern that needs it. */
export interface OwnedFactor {
  readonly factor: Factor;
  readonly owner: number;
}

/** A deterministic automaton that has read a text says where any of many factors ended in it. */
export interface Automaton {
  /** Column of the transition table by character code. */
  readonly columns: Uint8Array;
  readonly width: number;
  /** Next state by state x column. State 0 is the start. */
  readonly next: Uint16Array;
  /** States from this one on end a factor. */
  readonly firstEnd: number;
  /** Owners of the factors that end in state `firstEnd + n`. */
  readonly ends: readonly (readonly number[])[];
}

/** What the table's 16 bits can name, and a bound on the memory: rules that need more are too many for one automaton. */
const MOST_STATES = 16_384;

/** Builds the automaton by subset construction. Throws RangeError where it would take too many states. */
export function automatonOf(factors: readonly OwnedFactor[]): Automaton {
  const { columns, samples } = columnsOf(factors.flatMap(({ factor }) => factor));
  const places = placesOf(factors, samples);
  const starts = samples.map((_, column) => places.filter((place) => place.isStart && place.columns[column] === 1));
  const states: (readonly Place[])[] = [[]];
  const numbers = new Map<string, number>([["", 0]]);
  const rows: number[][] = [];
  for (let state = 0; state < states.length; state++) {
    const ahead = (states[state] ?? []).flatMap(({ next }) => next ?? []);
    rows.push(
      samples.map((_, column) => {
        const reached = [...ahead.filter(({ columns: own }) => own[column] === 1), ...(starts[column] ?? [])];
        const key = reached.map(({ id }) => id).join(" ");
        const known = numbers.get(key);
        if (known !== undefined) return known;
        if (states.length >= MOST_STATES) throw new RangeError(`these patterns take more than ${MOST_STATES} states`);
        numbers.set(key, states.length);
        return states.push(reached) - 1;
      }),
    );
  }
  const owners = states.map((reached) => [...new Set(reached.flatMap(({ owner }) => owner ?? []))]);
  return laidOut(columns, rows, owners);
}

/** One character of a factor that has been read. */
interface Place {
  readonly id: number;
  readonly isStart: boolean;
  /** 1 for each column whose characters lead here. */
  readonly columns: Uint8Array;
  /** Absent at the last character of the factor; there its owner stands. */
  readonly next: Place | undefined;
  readonly owner: number | undefined;
}

function placesOf(factors: readonly OwnedFactor[], samples: readonly number[]): readonly Place[] {
  const places: Place[] = [];
  for (const { factor, owner } of factors) {
    let next: Place | undefined;
    for (const [at, set] of [...factor.entries()].toReversed()) {
      const columns = Uint8Array.from(samples, (code) => Number(has(set, code)));
      const place = {
        id: places.length,
        isStart: at === 0,
        columns,
        next,
        owner: next === undefined ? owner : undefined,
      };
      places.push(place);
      next = place;
    }
  }
  return places;
}

/** Characters that no set tells apart share a column; each column has one of them as its sample. */
function columnsOf(sets: readonly CharacterSet[]): {
  readonly columns: Uint8Array;
  readonly samples: readonly number[];
} {
  const columns = new Uint8Array(256);
  const distinct = [...new Set(sets)];
  const bySignature = new Map<string, number>();
  const samples: number[] = [];
  for (let code = 0; code <= BEYOND; code++) {
    const signature = distinct.map((set) => Number(has(set, code))).join("");
    let column = bySignature.get(signature);
    if (column === undefined) {
      column = samples.push(code) - 1;
      bySignature.set(signature, column);
    }
    columns.fill(column, code, code === BEYOND ? 256 : code + 1);
  }
  return { columns, samples };
}

/** Numbers the states anew, those that end a factor last, so that one comparison tells them. */
function laidOut(
  columns: Uint8Array,
  rows: readonly (readonly number[])[],
  owners: readonly (readonly number[])[],
): Automaton {
  const isEnd = (state: number): boolean => (owners[state]?.length ?? 0) > 0;
  const order = [...rows.keys()].toSorted((a, b) => Number(isEnd(a)) - Number(isEnd(b)) || a - b);
  const numberOf = new Uint16Array(rows.length);
  for (const [number, state] of order.entries()) numberOf[state] = number;
  const width = rows[0]?.length ?? 1;
  const next = new Uint16Array(rows.length * width);
  for (const [number, state] of order.entries()) {
    for (const [column, target] of (rows[state] ?? []).entries()) next[number * width + column] = numberOf[target] ?? 0;
  }
  const firstEnd = order.findIndex(isEnd);
  const ends = order.filter(isEnd).map((state) => owners[state] ?? []);
  return { columns, width, next, firstEnd: firstEnd === -1 ? rows.length : firstEnd, ends };
}
