import { meanOf, type UsageSums } from "../../baselines/statistics.ts";
import { emptyWindow, push, suffixes, type Suffix, type SuffixWindow } from "../../baselines/suffix-window.ts";
import type { DetectionConfig } from "../detection-config.ts";
import {
  followSuffixes,
  quietSuffixes,
  recoverySuffix,
  type Judged,
  type OverSuffixes,
  type Rule,
  type Tested,
} from "../rule.ts";
import { add, emptySum, sumOf, type SlidingSum } from "../sliding-sum.ts";
import { costFactors, mixOf, type CostMix } from "./cost-factors.ts";

/** Priced calls that a reference must hold. */
const ENOUGH = 20;

/** The latest calls' cost, and what it is made of. Plain data, for `v8.serialize`. */
export interface DearCalls extends OverSuffixes {
  /** Absent in what was stored before there were any. */
  tokens?: Readonly<Record<keyof Omit<CostMix, "cost">, SuffixWindow>> | undefined;
  /** Calls they stand for. */
  rate?: SlidingSum | undefined;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Calls cost more than usual: the mean of a suffix is above a multiple of the reference's, by a bound of both. */
export const costPerRequest: Rule<DearCalls> = {
  name: "cost_per_request",
  kind: "cost_anomaly",
  initial: quietSuffixes,
  apply(state, judged, config) {
    const { fact } = judged;
    if (fact.cost === undefined || judged.failed) return undefined;
    const sizes = config.rules.cost_per_request.suffixes.map(({ calls }) => calls);
    state.window ??= emptyWindow(sizes);
    state.tokens ??= { input: emptyWindow(sizes), output: emptyWindow(sizes), cached: emptyWindow(sizes) };
    state.rate ??= emptySum(HOUR, 60);
    push(state.window, fact.cost);
    push(state.tokens.input, fact.usage.input ?? 0);
    push(state.tokens.output, fact.usage.output ?? 0);
    push(state.tokens.cached, fact.usage.cacheRead ?? 0);
    add(state.rate, fact.at, fact.weight);
    const tested = test(state, suffixes(state.window), judged, config);
    return followSuffixes(state, costPerRequest, tested, fact.cell, fact.at, config);
  },
};

function test(
  state: DearCalls,
  full: readonly Suffix[],
  { fact, expectation }: Judged,
  config: DetectionConfig,
): Tested {
  const { cost_per_request: rule } = config.rules;
  const costs = expectation?.reference.cost;
  const usual = costs === undefined || costs.n < ENOUGH ? undefined : meanOf(costs);
  if (usual === undefined || usual.mean <= 0) return { state: "between" };
  const line = rule.factor * usual.mean;
  const latest = recoverySuffix(state, full);
  // Half way back from the line to the reference.
  if (latest !== undefined && latest.mean <= (usual.mean + line) / 2) {
    return { state: "good", reason: `the last ${latest.n} calls cost ${dollars(latest.mean)} each` };
  }
  for (const { calls, z } of rule.suffixes) {
    const suffix = full.find(({ n }) => n === calls);
    if (suffix === undefined) continue;
    const error = Math.hypot(Math.sqrt(Math.max(suffix.variance, usual.variance) / calls), rule.factor * usual.error);
    if (suffix.mean - z * error <= line) continue;
    const excess = (suffix.mean - usual.mean) * callsAnHour(state, fact.at);
    return {
      state: "bad",
      finding: {
        severity: excess > config.rules.spend_rate.excess ? 1 : 2,
        signal: "spanwarden.cost.amount",
        value: suffix.mean,
        baseline: usual.mean,
        threshold: line,
        window: 0,
        samples: calls,
        series: "cost",
        traceId: fact.traceId,
        spanId: fact.spanId,
        reason: [
          `the last ${calls} calls cost ${dollars(suffix.mean)} each, usual is ${dollars(usual.mean)}; the line is ${dollars(line)}`,
          `$${excess.toFixed(2)} an hour more than usual`,
          ...factors(state, suffix, usual.mean, expectation?.reference.usage),
          ...(fact.pricing === undefined ? [] : [`prices of ${fact.pricing}`]),
        ].join("; "),
      },
    };
  }
  return { state: "between" };
}

/** Of the last ten minutes, where they hold enough; else of the last hour. */
function callsAnHour({ rate }: DearCalls, at: number): number {
  if (rate === undefined) return 0;
  const latest = sumOf(rate, at, 10 * MINUTE);
  return latest.calls >= ENOUGH ? 6 * latest.sum : sumOf(rate, at).sum;
}

/** What moved, where the tokens of both sides are known. */
function factors(
  { tokens }: DearCalls,
  { n, mean: cost }: Suffix,
  usual: number,
  reference: UsageSums | undefined,
): readonly string[] {
  const before = reference && mixOf(usual, reference);
  if (before === undefined || tokens === undefined) return [];
  const meanIn = (window: SuffixWindow): number => suffixes(window).find((suffix) => suffix.n === n)?.mean ?? 0;
  const { input, output, cached } = tokens;
  const now = { cost, input: meanIn(input), output: meanIn(output), cached: meanIn(cached) };
  return now.input + now.output === 0 ? [] : [costFactors(now, before)];
}

function dollars(amount: number): string {
  return `$${amount.toPrecision(3)}`;
}
