import { callerId } from "../../facts/caller-id.ts";
import type { CallFact, Cell } from "../../facts/call-fact.ts";
import type { DetectionConfig } from "../detection-config.ts";
import type { Verdict } from "../finding.ts";
import { follow, quietFiring, type Firing, type Tested } from "../rule.ts";
import type { Budget } from "./budget-config.ts";
import { isUnpriced } from "./unpriced.ts";

/** What was spent of one budget. Plain data, for `v8.serialize`. */
export interface Spent extends Firing {
  /** By the start of a slice, milliseconds since the epoch: every call in the slice of its own time, whenever it comes. */
  readonly slices: Map<number, Sum>;
  /** Of all slices. */
  readonly total: Sum;
  /** Where the open finding was told of; it ends there. */
  cell: Cell | undefined;
}

interface Sum {
  /** 1e-12 US dollars, whole, so that the sum is the same in whatever order calls come. */
  spent: bigint;
  calls: number;
  /** Calls whose price, or whose number, is not known: with them it is a lower bound. */
  unknown: number;
}

const PICO = 1e12;
/** US dollars that one call may stand for. */
const MOST = 1e9;
/** A period is kept in so many slices; one that is partly over counts whole, so that a budget is never overrun for it. */
const SLICES = 288;
/** Below this share of the amount it is kept again. */
const KEPT_AGAIN = 0.95;
/** Names are cut at so many characters on disk. */
const NAME = 48;

export function nothingSpent(): Spent {
  return { ...quietFiring(), slices: new Map(), total: nothing(), cell: undefined };
}

/** Counts a call, late ones too: what it cost was spent when it ended. */
export function spend(state: Spent, budget: Budget, fact: CallFact, now: number): void {
  const width = budget.period / SLICES;
  const start = Math.floor(fact.at / width) * width;
  if (fact.pending || !concerns(budget, fact) || isOver(start, budget, now)) return;
  const slice = state.slices.get(start) ?? nothing();
  state.slices.set(start, slice);
  const dollars = (fact.cost ?? 0) * fact.weight;
  // Emitters write what they like: what is no amount of money is not known.
  const isAmount = dollars >= 0 && dollars <= MOST;
  const spent = isAmount ? BigInt(Math.round(dollars * PICO)) : 0n;
  const unknown = Number(!isAmount || isUnpriced(fact) || !fact.weightKnown || fact.tailSampled === true);
  for (const sum of [slice, state.total]) count(sum, { spent, calls: 1, unknown }, 1);
}

/** Judges a budget after a call that it concerns. */
export function judgeBudget(
  state: Spent,
  budget: Budget,
  fact: CallFact,
  service: Cell,
  now: number,
  config: DetectionConfig,
): Verdict | undefined {
  if (fact.pending || !concerns(budget, fact)) return undefined;
  if (!state.firing) state.cell = service;
  return follow(state, ruleOf(budget), test(state, budget, fact), state.cell ?? service, now, config);
}

/** Lets time pass: forgets what is no longer within the period, and ends what is over without a further call. */
export function tickBudget(state: Spent, budget: Budget, now: number, config: DetectionConfig): Verdict | undefined {
  for (const [start, slice] of state.slices) {
    if (!isOver(start, budget, now)) continue;
    state.slices.delete(start);
    count(state.total, slice, -1);
  }
  if (!state.firing || state.cell === undefined) return undefined;
  return follow(state, ruleOf(budget), test(state, budget), state.cell, now, config);
}

/** A budget that is no longer configured fires no more. */
export function dropBudget({ firing, cell }: Spent, name: string, now: number): Verdict | undefined {
  if (!firing || cell === undefined) return undefined;
  const rule = `budget:${name}`;
  return {
    verdict: "quiet",
    kind: "cost_anomaly",
    rule,
    cell,
    at: now,
    recovered: true,
    reason: "no longer configured",
  };
}

/** US dollars spent within the period. */
export function spentOf({ total }: Spent): number {
  return Number(total.spent) / PICO;
}

function nothing(): Sum {
  return { spent: 0n, calls: 0, unknown: 0 };
}

function count(sum: Sum, { spent, calls, unknown }: Sum, times: 1 | -1): void {
  sum.spent += BigInt(times) * spent;
  sum.calls += times * calls;
  sum.unknown += times * unknown;
}

function isOver(start: number, { period }: Budget, now: number): boolean {
  return start + period / SLICES <= now - period;
}

function ruleOf({ name }: Budget): { readonly name: string; readonly kind: "cost_anomaly" } {
  return { name: `budget:${name}`, kind: "cost_anomaly" };
}

function concerns({ service, model, tenant, prompt }: Budget, { cell, facets, caller }: CallFact): boolean {
  const is = (wanted: string | undefined, ...given: readonly (string | undefined)[]): boolean =>
    wanted === undefined || given.some((value) => value?.slice(0, NAME) === wanted.slice(0, NAME));
  return (
    is(service, cell.service) &&
    is(model, facets.responseModel, facets.requestModel) &&
    is(callerId(tenant), caller.tenant) &&
    is(prompt, cell.prompt)
  );
}

function test(state: Spent, budget: Budget, fact?: CallFact): Tested {
  const dollars = spentOf(state);
  const { calls, unknown } = state.total;
  const hours = budget.period / 3_600_000;
  const bound = unknown === 0 ? "" : ` (a lower bound: ${unknown} of ${calls} calls are of unknown price)`;
  const told = `$${dollars.toFixed(2)} of $${budget.amount.toFixed(2)} were spent within the last ${hours} h${bound}`;
  if (dollars < KEPT_AGAIN * budget.amount) return { state: "good", reason: told };
  if (dollars <= budget.amount) return { state: "between" };
  return {
    state: "bad",
    finding: {
      severity: 2,
      signal: "spanwarden.cost.amount",
      value: dollars,
      threshold: budget.amount,
      window: budget.period / 1_000,
      samples: calls,
      series: "cost",
      traceId: fact?.traceId,
      spanId: fact?.spanId,
      reason: told,
    },
  };
}
