import type { Expectation } from "../../baselines/baseline.ts";
import type { Cell } from "../../facts/call-fact.ts";
import type { DetectionConfig } from "../detection-config.ts";
import { evidenceFor } from "../false-pages.ts";
import type { Verdict } from "../finding.ts";
import { follow, percent, type FindingNumbers, type Rule, type Tested } from "../rule.ts";
import type { Score } from "./evaluation-drop.ts";
import { bet, noteDrift, quietDrift, type Drift, type Drifting } from "./mean-drift.ts";

/** One value of a series, and what is known of it. */
interface Value extends Pick<FindingNumbers, "signal" | "series" | "traceId" | "spanId"> {
  readonly value: number;
  readonly cell: Cell;
  readonly at: number;
}

/** A drift lasts for days: it is told of again after so long. */
const REPEAT = 6 * 3_600_000;
const EVALUATION_DRIFT = { name: "evaluation_drift", kind: "quality_degradation" } as const;

/**
 * The mean quality lies below that of the cell's first healthy period, by less than the line of `quality_drop` or so
 * slowly that the rolling reference follows it. It informs; the line pages.
 */
export const qualityDrift: Rule<Drifting> = {
  name: "quality_drift",
  kind: "quality_degradation",
  initial: quietDrift,
  apply(state, { fact, quality, looping, expectation, tests }, config) {
    if (quality === undefined || looping) return undefined;
    const value = { ...fact, signal: "quality", series: "quality", value: quality } as const;
    return judge(state, qualityDrift, value, expectation, tests, config);
  },
};

/** As `qualityDrift`, of the scores of one evaluation. */
export function evaluationDrift(
  state: Drifting,
  score: Score,
  expectation: Expectation | undefined,
  tests: number,
  cell: Cell,
  config: DetectionConfig,
): Verdict | undefined {
  const { name, score: value } = score.evaluation;
  const series = { evaluation: name };
  return judge(state, EVALUATION_DRIFT, { ...score, signal: name, series, value, cell }, expectation, tests, config);
}

function judge(
  state: Drifting,
  rule: Pick<Rule<Drifting>, "name" | "kind">,
  value: Value,
  expectation: Expectation | undefined,
  tests: number,
  config: DetectionConfig,
): Verdict | undefined {
  const { threshold, smallest } = config.rules.quality_drift;
  const line = Math.max(threshold, evidenceFor(tests));
  const drift = bet(state, value.value, expectation, smallest, 2 * line);
  if (drift === undefined) return undefined;
  const repeat = Math.max(REPEAT, config.repeat);
  const verdict = follow(state, rule, test(drift, line, value), value.cell, value.at, { repeat });
  noteDrift(state, verdict?.verdict === "quiet");
  return verdict;
}

function test({ usual, now, calls, evidence, over }: Drift, line: number, value: Value): Tested {
  const { signal, series, traceId, spanId } = value;
  if (over) return { state: "good", reason: `${signal} is as it was at first, ${usual.toFixed(3)}` };
  if (evidence <= line) return { state: "between", evidence: evidence / line };
  return {
    state: "bad",
    finding: {
      severity: 3,
      effect: "notice",
      signal,
      value: now,
      baseline: usual,
      threshold: line,
      window: 0,
      samples: calls,
      series,
      traceId,
      spanId,
      reason: `${signal} has drifted: ${now.toFixed(3)} over the last ${calls}, ${percent(1 - now / usual)} below ${usual.toFixed(3)} at first; evidence ${evidence.toFixed(1)} of ${line.toFixed(1)}`,
    },
  };
}
