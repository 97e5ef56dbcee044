import { wilson } from "../../baselines/wilson.ts";
import { hits, type Seen, type View } from "./views.ts";

/**
 * A view within each stratum of the inputs: evidence that its rate changed for the same sort of question, which another
 * mix of questions does not raise. Plain data, for `v8.serialize`.
 */
export interface WithinInputs {
  readonly view: View;
  readonly strata: Map<string, Stratum>;
  above: number;
  below: number;
}

interface Stratum {
  hits: number;
  calls: number;
  /** Log likelihood ratios of a hit and a miss, once enough calls are known; no alternative where a rate is extreme. */
  ratios: { readonly above: Ratio | undefined; readonly below: Ratio | undefined } | undefined;
}

interface Ratio {
  readonly hit: number;
  readonly miss: number;
}

/** Calls from which on the rate of a stratum is known: of the sample, and of a stratum that is new. */
const KNOWN = 20;
const NEW = 100;
const MOST_STRATA = 24;
const Z = 3;
const ODDS = 4;
const LEAST_RATE = 0.001;

export function watchWithin(
  view: View,
  sample: readonly { readonly stratum: string | undefined; readonly seen: Seen }[],
  smallest: number,
): WithinInputs {
  const within: WithinInputs = { view, strata: new Map(), above: 0, below: 0 };
  for (const { stratum, seen } of sample) learn(within, stratum, seen);
  for (const one of within.strata.values()) if (one.calls >= KNOWN) settle(one, smallest);
  return within;
}

/** Takes one call into account; the calls of a stratum that is not known yet teach it. */
export function seeWithin(
  within: WithinInputs,
  stratum: string | undefined,
  seen: Seen,
  learnable: boolean,
  smallest: number,
): void {
  const ratios = stratum === undefined ? undefined : within.strata.get(stratum)?.ratios;
  if (ratios === undefined) {
    const taught = learnable ? learn(within, stratum, seen) : undefined;
    if (taught !== undefined && taught.calls >= NEW) settle(taught, smallest);
    return;
  }
  const hit = hits(within.view.test, seen[within.view.signal]);
  if (hit === undefined) return;
  within.above = gain(within.above, ratios.above, hit);
  within.below = gain(within.below, ratios.below, hit);
}

function gain(evidence: number, ratio: Ratio | undefined, hit: boolean): number {
  return ratio === undefined ? evidence : Math.max(0, evidence + (hit ? ratio.hit : ratio.miss));
}

function learn({ view, strata }: WithinInputs, name: string | undefined, seen: Seen): Stratum | undefined {
  const hit = hits(view.test, seen[view.signal]);
  if (name === undefined || hit === undefined) return undefined;
  let stratum = strata.get(name);
  if (stratum === undefined) {
    if (strata.size >= MOST_STRATA) return undefined;
    stratum = { hits: 0, calls: 0, ratios: undefined };
    strata.set(name, stratum);
  }
  stratum.calls++;
  stratum.hits += Number(hit);
  return stratum;
}

function settle(stratum: Stratum, smallest: number): void {
  const { low, high } = wilson(stratum.hits, stratum.calls, Z);
  const above = Math.min(1, high + smallest);
  const below = Math.max(0, low - smallest);
  stratum.ratios = {
    above: above < 1 - LEAST_RATE ? against(above, ODDS) : undefined,
    below: below > LEAST_RATE ? against(below, 1 / ODDS) : undefined,
  };
}

function against(usual: number, odds: number): Ratio {
  const rate = (usual * odds) / (1 - usual + usual * odds);
  return { hit: Math.log(rate / usual), miss: Math.log((1 - rate) / (1 - usual)) };
}
