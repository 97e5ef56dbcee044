import {
  addVolume,
  emptyVolume,
  forgetRecentVolume,
  passVolume,
  volumeOf,
  type SeasonalVolume,
} from "../baselines/seasonal-volume.ts";
import type { CallFact, Cell } from "../facts/call-fact.ts";
import {
  applyShares,
  CALLER_KINDS,
  emptyShares,
  tickShares,
  type CallerKind,
  type CallerShares,
} from "./cost/caller-share.ts";
import { applySpend, emptySpend, tickSpend, type Spend } from "./cost/spend-rate.ts";
import { applyUnknownPrice, type UnknownPrices } from "./cost/unknown-price.ts";
import type { DetectionConfig } from "./detection-config.ts";
import type { IncidentKind, Verdict } from "./finding.ts";

/** All that is held of one service beside its cells. Plain data, for `v8.serialize`. */
export interface ServiceWatch {
  readonly cell: Cell;
  readonly frozen: Set<IncidentKind>;
  readonly spend: Spend;
  /** By kind of caller. */
  readonly callers: Readonly<Record<CallerKind, CallerShares>>;
  /** How much comes at which time of the day. */
  readonly volume: SeasonalVolume;
  readonly unpriced: UnknownPrices;
}

export function watchService(cell: Cell): ServiceWatch {
  return {
    cell,
    frozen: new Set(),
    spend: emptySpend(),
    callers: { user: emptyShares(), tenant: emptyShares(), route: emptyShares() },
    volume: emptyVolume(),
    unpriced: new Map(),
  };
}

/** The cell that stands for a service as a whole. */
export function serviceCell({ namespace, service, environment }: Cell): Cell {
  return { namespace, service, environment, operation: "*", prompt: "-" };
}

/** Judges what one call adds to the service's spending, and to whose. */
export function judgeUse(watch: ServiceWatch, fact: CallFact, config: DetectionConfig): readonly Verdict[] {
  const { cell, spend, callers, volume, unpriced } = watch;
  const frozen = watch.frozen.size > 0;
  addVolume(volume, fact.at, volumeOf(fact));
  return [
    applySpend(spend, fact, cell, frozen, config) ?? [],
    applyUnknownPrice(unpriced, fact, cell, config) ?? [],
    CALLER_KINDS.flatMap(
      (kind) => applyShares(callers[kind], kind, fact, cell, volume.reference, frozen, config) ?? [],
    ),
  ].flat();
}

/** Judges the passing of time. */
export function judgeUseTime(
  { cell, spend, callers, volume, frozen }: ServiceWatch,
  now: number,
  config: DetectionConfig,
): readonly Verdict[] {
  passVolume(volume, now, frozen.size > 0);
  return [
    tickSpend(spend, cell, now, config) ?? [],
    CALLER_KINDS.flatMap((kind) => tickShares(callers[kind], cell, now, config) ?? []),
  ].flat();
}

export function freezeService({ frozen: kinds, volume }: ServiceWatch, kind: IncidentKind, frozen: boolean): void {
  if (frozen && !kinds.has(kind)) forgetRecentVolume(volume);
  if (frozen) kinds.add(kind);
  else kinds.delete(kind);
}
