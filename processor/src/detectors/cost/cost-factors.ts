import type { UsageSums } from "../../baselines/statistics.ts";

/** Means of one call. */
export interface CostMix {
  /** US dollars. */
  readonly cost: number;
  /** Tokens. */
  readonly input: number;
  readonly output: number;
  readonly cached: number;
}

/** A factor that moved by less is not named. */
const MOVED = 1.2;
/** A fall of the share of cached input, in parts of it, that is named. */
const FELL = 0.1;
/**
 * What an output token and a cached token cost in input tokens lies between these nearly everywhere: only a rise that no such
 * price list explains is a dearer price.
 */
const PRICE_LISTS = [3, 8].flatMap((output) => [0.1, 1].map((cached) => ({ output, cached })));

/** Mean tokens of the calls of a reference at their mean cost. */
export function mixOf(cost: number, { n, input, output, cached }: UsageSums): CostMix | undefined {
  return n === 0 ? undefined : { cost, input: input / n, output: output / n, cached: cached / n };
}

/** Which factors make a call dearer than usual, the heaviest first, in words. */
export function costFactors(now: CostMix, usual: CostMix): string {
  const tokens = (["input", "output"] as const).map((kind) => ({
    by: now[kind] / Math.max(1, usual[kind]),
    text: `${kind} tokens ${Math.round(usual[kind])} to ${Math.round(now[kind])}`,
  }));
  const price = Math.min(...PRICE_LISTS.map((list) => perToken(now, list) / perToken(usual, list)));
  const priced = { by: price, text: `price per token ${times(price)}` };
  const fall = cachedShare(usual) - cachedShare(now);
  const share = (mix: CostMix): string => `${Math.round(100 * cachedShare(mix))} %`;
  const cache = {
    by: fall >= FELL ? fresh(now) / now.input / (fresh(usual) / usual.input) : 1,
    text: `cached share of the input ${share(usual)} to ${share(now)}`,
  };
  const moved = [priced, ...tokens, cache].filter(({ by }) => by >= MOVED).toSorted((a, b) => b.by - a.by);
  return moved.length === 0 ? "no single factor stands out" : `moved: ${moved.map(({ text }) => text).join(", ")}`;
}

function perToken({ cost, input, output, cached }: CostMix, list: { output: number; cached: number }): number {
  return cost / Math.max(1, input - (1 - list.cached) * cached + list.output * output);
}

/** Input in tokens at full price, where a cached one costs a tenth. */
function fresh({ input, cached }: CostMix): number {
  return Math.max(1, input - 0.9 * cached);
}

function cachedShare({ input, cached }: CostMix): number {
  return input === 0 ? 0 : cached / input;
}

function times(factor: number): string {
  return `times ${factor.toFixed(1)}`;
}
