import { ANY, chanceOf, type CharacterSet } from "./character-set.ts";
import type { Pattern } from "./pattern.ts";

/** A string of character sets: it stands in a text where each set holds the character at its place. */
export type Factor = readonly CharacterSet[];

/** Characters of a factor; longer ones are no rarer in practice, and cost states. */
export const LONGEST_FACTOR = 10;
/** Factors that one pattern may need. */
const MOST_FACTORS = 48;
/** A further character of a factor costs states. It is worth them where it makes the factor so many times rarer ... */
const WORTH = 4;
/** ... and the factor is not yet this rare: its share of the places in an ordinary text. */
const RARE = 1e-10;

/**
 * Factors of which at least one stands in every text that the pattern matches, the rarest such set that was found;
 * `undefined` where there is none: then the pattern can match where nothing of it is known.
 */
export function requiredFactors(pattern: Pattern): readonly Factor[] | undefined {
  return demandOf(pattern).required;
}

/** What every match of a pattern begins with, ends with, holds, and, where it is all there is to it, what it is. */
interface Demand {
  readonly head: readonly Factor[];
  readonly tail: readonly Factor[];
  readonly exact: boolean;
  readonly required: readonly Factor[] | undefined;
}

const NOTHING: readonly Factor[] = [[]];
const NO_DEMAND: Demand = { head: NOTHING, tail: NOTHING, exact: false, required: undefined };

function demandOf(pattern: Pattern): Demand {
  switch (pattern.kind) {
    case "one":
      return exactly([[pattern.of]]);
    case "unknown":
      return NO_DEMAND;
    case "assertion":
      return { ...NO_DEMAND, required: demandOf(pattern.of).required };
    case "sequence":
      return ofSequence(pattern.parts.map(demandOf));
    case "choice":
      return ofChoice(pattern.options.map(demandOf));
    case "repeat":
      return ofRepeat(demandOf(pattern.of), pattern.min, pattern.max);
  }
}

function exactly(factors: readonly Factor[]): Demand {
  return { head: factors, tail: factors, exact: true, required: rarest([factors]) };
}

/** Neighbours join to longer, rarer factors as long as it is known what stands between them. */
function ofSequence(parts: readonly Demand[]): Demand {
  const found: (readonly Factor[] | undefined)[] = [];
  let head: readonly Factor[] | undefined;
  let run = NOTHING;
  for (const part of parts) {
    const joined = product(run, part.head);
    if (part.exact && joined !== undefined && !joined.some(isTooLong)) {
      run = joined;
      continue;
    }
    const closed = joined?.map((factor) => factor.slice(0, LONGEST_FACTOR)) ?? run;
    head ??= closed;
    found.push(closed, part.required);
    run = part.tail;
  }
  found.push(run);
  return { head: head ?? run, tail: run, exact: head === undefined, required: rarest(found) };
}

function ofChoice(options: readonly Demand[]): Demand {
  const head = within(options.flatMap((option) => option.head));
  const tail = within(options.flatMap((option) => option.tail));
  const needed = options.map(({ required }) => required);
  const all = needed.includes(undefined) ? undefined : within(needed.flatMap((required) => required ?? []));
  const exact = head !== undefined && options.every((option) => option.exact);
  return { head: head ?? NOTHING, tail: tail ?? NOTHING, exact, required: all };
}

function ofRepeat(of: Demand, min: number, max: number): Demand {
  const copies = (count: number): Demand => ofSequence(Array.from({ length: count }, () => of));
  if (max <= LONGEST_FACTOR) {
    const exact = ofChoice(Array.from({ length: max - min + 1 }, (_, more) => copies(min + more)));
    if (exact.exact) return exact;
  }
  if (min === 0) return NO_DEMAND;
  return { ...copies(Math.min(min, LONGEST_FACTOR)), exact: false };
}

/** Every string of `left` followed by every one of `right`; `undefined` where they are too many. */
function product(left: readonly Factor[], right: readonly Factor[]): readonly Factor[] | undefined {
  if (left.length * right.length > MOST_FACTORS) return undefined;
  return within(left.flatMap((first) => right.map((second) => [...first, ...second])));
}

function isTooLong({ length }: Factor): boolean {
  return length > LONGEST_FACTOR;
}

/** Without repetitions; `undefined` where there are too many. */
function within(factors: readonly Factor[]): readonly Factor[] | undefined {
  const distinct = [...new Map(factors.map((factor) => [factor.join(), factor])).values()];
  return distinct.length <= MOST_FACTORS ? distinct : undefined;
}

/** The set that is cheapest to look for. One that holds the empty string says nothing. */
function rarest(sets: readonly (readonly Factor[] | undefined)[]): readonly Factor[] | undefined {
  let best: readonly Factor[] | undefined;
  for (const set of sets) {
    const cut = withoutNeedless(within(set?.map(cutToBestLength) ?? []) ?? []);
    if (cut.length === 0 || cut.some(({ length }) => length === 0)) continue;
    if (best === undefined || priceOf(cut) < priceOf(best)) best = cut;
  }
  return best;
}

/** Wildcards at its start say nothing. Empty where there is nothing else. */
function cutToBestLength(factor: Factor): Factor {
  const first = factor.findIndex((set) => set !== ANY);
  const rest = first === -1 ? [] : factor.slice(first);
  const cuts = rest.map((_, last) => rest.slice(0, last + 1));
  return cuts.reduce<Factor>((best, cut) => (best.length === 0 || priceOf([cut]) < priceOf([best]) ? cut : best), []);
}

/** Where a factor stands that begins with another, the other stands, too. */
function withoutNeedless(factors: readonly Factor[]): readonly Factor[] {
  return factors.filter((factor) => !factors.some((other) => other.length < factor.length && begins(factor, other)));
}

function begins(factor: Factor, other: Factor): boolean {
  return other.every((set, at) => ((factor[at] ?? 0n) & ~set) === 0n);
}

/** What it costs to look for these: needless candidates, and states. */
function priceOf(factors: readonly Factor[]): number {
  let price = 0;
  for (const factor of factors) {
    const chance = factor.reduce((all, set) => all * chanceOf(set), 1);
    price += Math.max(chance, RARE) * WORTH ** factor.length;
  }
  return price;
}
