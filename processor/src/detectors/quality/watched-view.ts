import { wilson } from "../../baselines/wilson.ts";
import { hits, type Seen, type View } from "./views.ts";

/** A view, and the evidence that its rate is no longer the usual one. Plain data, for `v8.serialize`. */
export interface WatchedView {
  readonly view: View;
  readonly alternatives: readonly Alternative[];
  /** Set once it has been found changed, until that is over. */
  changed: Changed | undefined;
}

/** A rate that the view may have changed to; a CUSUM of Bernoulli likelihood ratios against the usual (Page 1954). */
interface Alternative {
  /** The nearest rate that is still usual. */
  readonly usual: number;
  /** What a hit and a miss add to the evidence, in natural-log units. */
  readonly hit: number;
  readonly miss: number;
  /** Never below 0. */
  evidence: number;
  /** Hits and calls since it was 0: the likeliest beginning of a change. */
  hits: number;
  calls: number;
}

interface Changed {
  readonly hit: number;
  readonly miss: number;
  /** Evidence that the rate is usual again, in natural-log units; never below 0. */
  evidence: number;
}

/** Alternatives: the odds of a view are so many times above its highest usual rate, or below its lowest. */
const ODDS = [2, 4, 16] as const;
/** Beyond these rates there is no alternative: evidence would leak in on every quiet call. */
const LEAST_RATE = 0.001;
const Z = 3;
/** Evidence from which a changed view is usual again. */
const RECOVERED = 5;

/** Watches a view for changes of its rate that are greater than chance in the sample, and than `smallest`. */
export function watchView(view: View, smallest: number): WatchedView {
  const { low, high } = wilson(view.hits, view.calls, Z);
  const above = Math.min(1, high + smallest);
  const below = Math.max(0, low - smallest);
  return {
    view,
    alternatives: ODDS.flatMap((odds) => [
      ...(above < 1 - LEAST_RATE ? [alternative(above, odds)] : []),
      ...(below > LEAST_RATE ? [alternative(below, 1 / odds)] : []),
    ]),
    changed: undefined,
  };
}

function alternative(usual: number, odds: number): Alternative {
  const rate = (usual * odds) / (1 - usual + usual * odds);
  return { usual, ...likelihoodRatios(rate, usual), evidence: 0, hits: 0, calls: 0 };
}

/** Log likelihood ratios of a hit and of a miss: one rate against another. */
function likelihoodRatios(rate: number, other: number): { hit: number; miss: number } {
  return { hit: Math.log(rate / other), miss: Math.log((1 - rate) / (1 - other)) };
}

/** Takes one call into account; one that says nothing about the view leaves it as it is. */
export function see({ view, alternatives, changed }: WatchedView, seen: Seen): void {
  const hit = hits(view.test, seen[view.signal]);
  if (hit === undefined) return;
  if (changed !== undefined) changed.evidence = Math.max(0, changed.evidence + (hit ? changed.hit : changed.miss));
  for (const one of alternatives) {
    one.evidence = Math.max(0, one.evidence + (hit ? one.hit : one.miss));
    one.calls = one.evidence === 0 ? 0 : one.calls + 1;
    one.hits = one.evidence === 0 ? 0 : one.hits + Number(hit);
  }
}

/** The alternative with the most evidence; `undefined` where there is none for any. */
export function strongest({ alternatives }: WatchedView): Alternative | undefined {
  let best: Alternative | undefined;
  for (const one of alternatives) if (one.evidence > (best?.evidence ?? 0)) best = one;
  return best;
}

/**
 * Notes that the view has changed. It is usual again once the usual rate explains the calls better than one half way to
 * the changed rate.
 */
export function noteChanged(watched: WatchedView): void {
  const best = strongest(watched);
  if (best === undefined || watched.changed !== undefined) return;
  const halfway = (best.hits / best.calls + best.usual) / 2;
  watched.changed = { ...likelihoodRatios(best.usual, halfway), evidence: 0 };
}

export function isUsual({ changed }: WatchedView): boolean {
  return changed === undefined || changed.evidence >= RECOVERED;
}

/** Forgets all evidence: what comes next is judged by itself. */
export function forget(watched: WatchedView): void {
  watched.changed = undefined;
  for (const one of watched.alternatives) Object.assign(one, { evidence: 0, hits: 0, calls: 0 });
}
