import type { CallFact, Cell } from "../../facts/call-fact.ts";
import type { DetectionConfig } from "../detection-config.ts";
import type { Verdict } from "../finding.ts";
import { follow, quietFiring, type Firing, type Tested } from "../rule.ts";
import { add, emptySum, sumOf, type SlidingSum } from "../sliding-sum.ts";

/** What a service spends. Plain data, for `v8.serialize`. */
export interface Spend extends Firing {
  /** By the minute. */
  readonly recent: SlidingSum;
  /** Whole hours, the oldest first; those of an open incident are left out. */
  hours: { readonly hour: number; dollars: number }[];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24;
/** Hours of the reference: seven days, which end two hours ago. */
const REFERENCE = 7 * DAY;
const GAP = 2;
/** The rate of ten minutes is judged from so many calls. */
const LEAST_CALLS = 20;

const RULE = { name: "spend_rate", kind: "cost_anomaly" } as const;

export function emptySpend(): Spend {
  return { ...quietFiring(), recent: emptySum(HOUR, 60), hours: [] };
}

/**
 * A service spends far more than it does at this hour of the day: over the trailing hour, or ten minutes at that rate.
 * In its first day, for want of a reference, the amount itself is judged. Unpriced calls make it a lower bound.
 */
export function applySpend(
  state: Spend,
  fact: CallFact,
  service: Cell,
  frozen: boolean,
  config: DetectionConfig,
): Verdict | undefined {
  if (fact.cost === undefined) return undefined;
  const dollars = fact.cost * fact.weight;
  add(state.recent, fact.at, dollars);
  if (!frozen) learn(state, fact.at, dollars);
  return follow(state, RULE, test(state, fact.at, config, fact), service, fact.at, config);
}

/** Spending that has stopped is over without a further call. */
export function tickSpend(state: Spend, service: Cell, now: number, config: DetectionConfig): Verdict | undefined {
  return state.firing ? follow(state, RULE, test(state, now, config), service, now, config) : undefined;
}

function test(state: Spend, now: number, config: DetectionConfig, fact?: CallFact): Tested {
  const usual = usualAt(state, now);
  const line = (usual ?? 0) + config.rules.spend_rate.excess;
  const hour = sumOf(state.recent, now);
  const latest = sumOf(state.recent, now, 10 * MINUTE);
  const rate = latest.sum * 6;
  // An hour's sum outlasts what caused it: it counts while the last ten minutes go on like that.
  const goesOn = rate > ((usual ?? 0) + line) / 2;
  if (!goesOn) return { state: "good", reason: `spending is at $${rate.toFixed(2)} an hour` };
  const byHour = hour.sum > line;
  const found = byHour ? hour : { sum: rate, calls: latest.calls };
  if (!byHour && (rate <= line || latest.calls < LEAST_CALLS)) return { state: "between" };
  return {
    state: "bad",
    finding: {
      severity: 1,
      signal: "spanwarden.cost.amount",
      value: found.sum,
      baseline: usual,
      threshold: line,
      window: byHour ? 3_600 : 600,
      samples: found.calls,
      series: "cost",
      traceId: fact?.traceId,
      spanId: fact?.spanId,
      reason: `the service spends $${found.sum.toFixed(2)} an hour, usual is ${usual === undefined ? "not known yet" : `$${usual.toFixed(2)}`}; the line is $${line.toFixed(2)}`,
    },
  };
}

function learn(state: Spend, at: number, dollars: number): void {
  const hour = Math.floor(at / HOUR);
  const last = state.hours.at(-1);
  if (last !== undefined && last.hour >= hour) {
    last.dollars += dollars;
    return;
  }
  state.hours = [...state.hours, { hour, dollars }].filter((slot) => slot.hour > hour - REFERENCE - GAP);
}

/** Mean of the same hour on earlier days; `undefined` in the first day. */
function usualAt({ hours }: Spend, at: number): number | undefined {
  const now = Math.floor(at / HOUR);
  const first = hours[0]?.hour;
  if (first === undefined || now - first < DAY + GAP) return undefined;
  const days = Math.min(7, Math.floor((now - first) / DAY));
  const same = hours.filter(({ hour }) => hour < now - GAP && (now - hour) % DAY === 0);
  return same.reduce((sum, { dollars }) => sum + dollars, 0) / days;
}
