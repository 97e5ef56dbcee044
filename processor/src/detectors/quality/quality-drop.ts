import type { Expectation } from "../../baselines/baseline.ts";
import { meanOf } from "../../baselines/statistics.ts";
import { emptyWindow, push, suffixes, type Suffix } from "../../baselines/suffix-window.ts";
import type { DetectionConfig } from "../detection-config.ts";
import {
  followSuffixes,
  percent,
  quietSuffixes,
  recoverySuffix,
  type Judged,
  type OverSuffixes,
  type Rule,
  type Tested,
} from "../rule.ts";

/** The variance of a mean is never taken for less: fifty equal answers do not prove that the next one is equal. */
const LEAST_VARIANCE = 1e-3;
/** Answers of known quality that a reference must hold. */
const ENOUGH = 20;

/**
 * The mean quality of a suffix lies more than `drop` below the reference, by a bound that includes the reference's own
 * error. Compared with the rolling reference and with the anchor, so that a slow drift is no new normal.
 */
export const qualityDrop: Rule<OverSuffixes> = {
  name: "quality_drop",
  kind: "quality_degradation",
  initial: quietSuffixes,
  apply(state, judged, config) {
    if (judged.quality === undefined || judged.looping) return undefined;
    state.window ??= emptyWindow(config.rules.quality_drop.suffixes.map(({ calls }) => calls));
    push(state.window, judged.quality);
    const { cell, at } = judged.fact;
    return followSuffixes(state, qualityDrop, test(state, suffixes(state.window), judged, config), cell, at, config);
  },
};

function test(
  state: OverSuffixes,
  full: readonly Suffix[],
  { fact, expectation }: Judged,
  config: DetectionConfig,
): Tested {
  const { quality_drop: rule } = config.rules;
  const reference = expectation && better(expectation);
  if (reference === undefined || reference.mean <= 0) return { state: "between" };
  const line = (1 - rule.drop) * reference.mean;
  const latest = recoverySuffix(state, full);
  // Half way back from the line to the reference.
  if (latest !== undefined && latest.mean >= (1 - rule.drop / 2) * reference.mean) {
    return { state: "good", reason: `quality of the last ${latest.n} answers is ${latest.mean.toFixed(2)}` };
  }
  for (const { calls, z } of rule.suffixes) {
    const suffix = full.find(({ n }) => n === calls);
    if (suffix === undefined) continue;
    const error = Math.hypot(errorOf(suffix, reference.variance), (1 - rule.drop) * reference.error);
    if (suffix.mean + z * error >= line) continue;
    const drop = 1 - suffix.mean / reference.mean;
    return {
      state: "bad",
      finding: {
        severity: drop > rule.severe ? 1 : 2,
        signal: "quality",
        value: suffix.mean,
        baseline: reference.mean,
        threshold: line,
        window: 0,
        samples: calls,
        series: "quality",
        traceId: fact.traceId,
        spanId: fact.spanId,
        reason: `quality of the last ${calls} answers is ${suffix.mean.toFixed(2)}, ${percent(drop)} below the usual ${reference.mean.toFixed(2)}; the line is ${percent(rule.drop)}`,
      },
    };
  }
  return { state: "between" };
}

/** The better of the rolling reference and the anchor, where they hold enough. */
export function better({ reference, anchor }: Expectation): ReturnType<typeof meanOf> {
  return [reference, anchor]
    .flatMap(({ quality }) => (quality.n < ENOUGH ? [] : (meanOf(quality) ?? [])))
    .toSorted((a, b) => b.mean - a.mean)[0];
}

/** Standard error of the mean of a suffix. */
export function errorOf(suffix: Suffix, usualVariance: number): number {
  return Math.sqrt(Math.max(suffix.variance, usualVariance, LEAST_VARIANCE) / suffix.n);
}
