import type { CallFact, Cell } from "../../facts/call-fact.ts";
import type { DetectionConfig } from "../detection-config.ts";
import type { Verdict } from "../finding.ts";
import { follow, quietFiring, type Firing, type Tested } from "../rule.ts";
import { add, emptySum, sumOf, type SlidingSum } from "../sliding-sum.ts";
import { contribute, heaviest, noContributors, type Contributors } from "./contributors.ts";
import { isUnpriced } from "./unpriced.ts";

/** What a service spends. Plain data, for `v8.serialize`. */
export interface Spend extends Firing {
  /** By the minute. */
  readonly recent: SlidingSum;
  /** Whole hours, the oldest first; those of an open incident are left out. */
  hours: { readonly hour: number; dollars: number }[];
  /** Of the last hour: calls that no price is known for. */
  unpriced?: SlidingSum | undefined;
  contributors?: Contributors | undefined;
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
  if (isUnpriced(fact)) add((state.unpriced ??= emptySum(HOUR, 60)), fact.at, fact.weight);
  if (fact.cost === undefined) return undefined;
  const dollars = fact.cost * fact.weight;
  add(state.recent, fact.at, dollars);
  contribute((state.contributors ??= noContributors()), fact, dollars);
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
      reason: [
        `the service spends $${found.sum.toFixed(2)} an hour, usual is ${usual === undefined ? "not known yet" : `$${usual.toFixed(2)}`}; the line is $${line.toFixed(2)}`,
        projection(rate, now),
        ...contributorsOf(state),
        ...lowerBound(state, now),
        ...(fact?.pricing === undefined ? [] : [`prices of ${fact.pricing}`]),
      ].join("; "),
    },
  };
}

/** What comes on top if it goes on like the last ten minutes. */
function projection(rate: number, now: number): string {
  const [hour, day] = [HOUR, DAY * HOUR].map((period) => (rate * (period - (now % period))) / HOUR) as [number, number];
  return `at the latest rate another $${hour.toFixed(2)} by the end of the hour, $${day.toFixed(2)} by the end of the day (UTC)`;
}

function contributorsOf({ contributors }: Spend): readonly string[] {
  const told = contributors === undefined ? "" : heaviest(contributors);
  return told === "" ? [] : [`most by ${told}`];
}

function lowerBound({ unpriced }: Spend, now: number): readonly string[] {
  const calls = unpriced === undefined ? 0 : sumOf(unpriced, now).sum;
  return calls === 0 ? [] : [`a lower bound: ${Math.round(calls)} more calls are of unknown price`];
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
