import type { Expectation } from "../../baselines/baseline.ts";
import { meanOf } from "../../baselines/statistics.ts";
import { quietFiring, type Firing } from "../rule.ts";

/** Evidence that the mean of values in [0, 1] is no longer the anchor's. Plain data, for `v8.serialize`. */
export interface Drifting extends Firing {
  readonly bets: readonly Bet[];
  /** The bet that showed a drift, until that is over. */
  shownBy: number | undefined;
}

interface Bet {
  /** Of the largest stake that no value can ruin. */
  readonly stake: number;
  /** Logarithm of what the bet is worth since it was last worth nothing; never below 0. */
  evidence: number;
  sum: number;
  calls: number;
}

export interface Drift {
  readonly usual: number;
  readonly now: number;
  readonly calls: number;
  readonly evidence: number;
  /** What showed it has lost all again. */
  readonly over: boolean;
}

const STAKES = [0.02, 0.06, 0.2, 0.5] as const;
/** Standard errors of the anchor's mean that are left to chance. */
const Z = 2;
/** Values that the anchor must hold. */
const ENOUGH = 100;

export function quietDrift(): Drifting {
  return {
    ...quietFiring(),
    bets: STAKES.map((stake) => ({ stake, evidence: 0, sum: 0, calls: 0 })),
    shownBy: undefined,
  };
}

/**
 * Bets one value against the anchor: that the mean lies more than `smallest` (a share of it) below it. A wealth process
 * that starts anew whenever it has lost all, and so finds a worsening too small for any window, however slowly it came;
 * it needs no distribution, only bounds. `undefined` while the anchor holds too little.
 *
 * Source: G. Shafer, Testing by betting, JRSS A 2021; J. Shin, A. Ramdas, A. Rinaldo, E-detectors, 2022.
 */
export function bet(
  state: Drifting,
  value: number,
  expectation: Expectation | undefined,
  smallest: number,
  most: number,
): Drift | undefined {
  const quality = expectation?.anchor.quality;
  const usual = quality === undefined || quality.n < ENOUGH ? undefined : meanOf(quality);
  if (usual === undefined) return undefined;
  const least = (1 - smallest) * usual.mean - Z * usual.error;
  if (least <= 0) return undefined;
  for (const one of state.bets) {
    const won = Math.log1p((one.stake / (1 - least)) * (least - value));
    one.evidence = Math.min(most, Math.max(0, one.evidence + won));
    one.calls = one.evidence === 0 ? 0 : one.calls + 1;
    one.sum = one.evidence === 0 ? 0 : one.sum + value;
  }
  const best = state.bets.reduce((a, b) => (b.evidence > a.evidence ? b : a));
  const { evidence, sum, calls } = best;
  const over = state.shownBy !== undefined && state.bets[state.shownBy]?.evidence === 0;
  return { usual: usual.mean, now: calls === 0 ? value : sum / calls, calls, evidence, over };
}

/** Notes which bet has shown a drift, and begins anew once that is over. */
export function noteDrift(state: Drifting, isOver: boolean): void {
  if (isOver) {
    state.shownBy = undefined;
    for (const one of state.bets) Object.assign(one, { evidence: 0, sum: 0, calls: 0 });
  } else if (state.firing && state.shownBy === undefined) {
    const most = Math.max(...state.bets.map(({ evidence }) => evidence));
    state.shownBy = state.bets.findIndex(({ evidence }) => evidence === most);
  }
}
