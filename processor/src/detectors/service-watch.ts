import type { CallFact, Cell } from "../facts/call-fact.ts";
import { applyShares, emptyShares, tickShares, type CallerShares } from "./cost/caller-share.ts";
import { applySpend, emptySpend, tickSpend, type Spend } from "./cost/spend-rate.ts";
import { applyUnknownPrice, type UnknownPrices } from "./cost/unknown-price.ts";
import type { DetectionConfig } from "./detection-config.ts";
import type { IncidentKind, Verdict } from "./finding.ts";

/** All that is held of one service beside its cells. Plain data, for `v8.serialize`. */
export interface ServiceWatch {
  readonly cell: Cell;
  readonly frozen: Set<IncidentKind>;
  readonly spend: Spend;
  readonly shares: CallerShares;
  /** Absent in what was stored before there was any. */
  unpriced?: UnknownPrices | undefined;
}

export function watchService(cell: Cell): ServiceWatch {
  return { cell, frozen: new Set(), spend: emptySpend(), shares: emptyShares() };
}

/** The cell that stands for a service as a whole. */
export function serviceCell({ namespace, service, environment }: Cell): Cell {
  return { namespace, service, environment, operation: "*", prompt: "-" };
}

/** Judges what one call adds to the service's spending, and to whose. */
export function judgeUse(watch: ServiceWatch, fact: CallFact, config: DetectionConfig): readonly Verdict[] {
  const { cell, spend, shares } = watch;
  watch.unpriced ??= new Map();
  const frozen = watch.frozen.size > 0;
  return [
    applySpend(spend, fact, cell, frozen, config) ?? [],
    applyUnknownPrice(watch.unpriced, fact, cell, config) ?? [],
    applyShares(shares, fact, cell, frozen, config) ?? [],
  ].flat();
}

/** Judges the passing of time. */
export function judgeUseTime(
  { cell, spend, shares }: ServiceWatch,
  now: number,
  config: DetectionConfig,
): readonly Verdict[] {
  return [tickSpend(spend, cell, now, config) ?? [], tickShares(shares, cell, now, config) ?? []].flat();
}

export function freezeService({ frozen: kinds }: ServiceWatch, kind: IncidentKind, frozen: boolean): void {
  if (frozen) kinds.add(kind);
  else kinds.delete(kind);
}
