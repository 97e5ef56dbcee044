import { meanOf } from "../../baselines/statistics.ts";
import { emptyWindow, push, suffixes, type Suffix } from "../../baselines/suffix-window.ts";
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

/** Priced calls that a reference must hold. */
const ENOUGH = 20;

/** Calls cost more than usual: the mean of a suffix is above a multiple of the reference's, by a bound of both. */
export const costPerRequest: Rule<OverSuffixes> = {
  name: "cost_per_request",
  kind: "cost_anomaly",
  initial: quietSuffixes,
  apply(state, judged, config) {
    const { fact } = judged;
    if (fact.cost === undefined || judged.failed) return undefined;
    state.window ??= emptyWindow(config.rules.cost_per_request.suffixes.map(({ calls }) => calls));
    push(state.window, fact.cost);
    const tested = test(state, suffixes(state.window), judged, config);
    return followSuffixes(state, costPerRequest, tested, fact.cell, fact.at, config);
  },
};

function test(
  state: OverSuffixes,
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
    return {
      state: "bad",
      finding: {
        severity: 2,
        signal: "spanwarden.cost.amount",
        value: suffix.mean,
        baseline: usual.mean,
        threshold: line,
        window: 0,
        samples: calls,
        series: "cost",
        traceId: fact.traceId,
        spanId: fact.spanId,
        reason: `the last ${calls} calls cost ${dollars(suffix.mean)} each, usual is ${dollars(usual.mean)}; the line is ${dollars(line)}`,
      },
    };
  }
  return { state: "between" };
}

function dollars(amount: number): string {
  return `$${amount.toPrecision(3)}`;
}
