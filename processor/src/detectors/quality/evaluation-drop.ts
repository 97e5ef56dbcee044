import type { Expectation } from "../../baselines/baseline.ts";
import { emptyWindow, push, suffixes, type Suffix } from "../../baselines/suffix-window.ts";
import type { JudgedEvaluation } from "../../facts/amendment.ts";
import type { Cell } from "../../facts/call-fact.ts";
import type { DetectionConfig } from "../detection-config.ts";
import type { Verdict } from "../finding.ts";
import { followSuffixes, percent, quietSuffixes, type OverSuffixes, type Tested } from "../rule.ts";
import { testMean } from "./mean-drop.ts";

/** A score, and the call it is of. */
export interface Score {
  readonly evaluation: JudgedEvaluation;
  /** Event time of the call, milliseconds since the epoch. */
  readonly at: number;
  readonly arrival: number;
  readonly traceId: string;
  readonly spanId: string;
}

/** The latest scores of one evaluation by one evaluator. Plain data, for `v8.serialize`. */
export type Scores = OverSuffixes;

export function emptyScores(): Scores {
  return quietSuffixes();
}

const RULE = { name: "evaluation_drop", kind: "quality_degradation" } as const;

/**
 * The mean score of a suffix lies more than `drop` below the reference, by the bound of the quality rule; `tests` as
 * in `Judged`. Event time is that of the judged calls; scores count in the order in which they come, for judges take
 * their time.
 */
export function evaluationDrop(
  state: Scores,
  score: Score,
  expectation: Expectation | undefined,
  tests: number,
  cell: Cell,
  config: DetectionConfig,
): Verdict | undefined {
  state.window ??= emptyWindow(config.rules.evaluation_drop.suffixes.map(({ calls }) => calls));
  push(state.window, score.evaluation.score);
  const tested = test(state, suffixes(state.window), score, expectation, tests, config);
  return followSuffixes(state, RULE, tested, cell, score.at, config);
}

function test(
  state: Scores,
  full: readonly Suffix[],
  { evaluation: { name, evaluator }, traceId, spanId }: Score,
  expectation: Expectation | undefined,
  tests: number,
  config: DetectionConfig,
): Tested {
  const { evaluation_drop: rule } = config.rules;
  const tested = testMean(state, full, expectation, rule, tests);
  if (tested.found === "nothing") return { state: "between", evidence: tested.evidence };
  const { n, mean } = tested.suffix;
  if (tested.found === "recovery") {
    return { state: "good", reason: `${name} of the last ${n} scores is ${mean.toFixed(2)}` };
  }
  const { usual, line } = tested;
  const drop = 1 - mean / usual;
  const by = evaluator === "" ? "" : ` by ${evaluator}`;
  return {
    state: "bad",
    finding: {
      severity: drop > rule.severe ? 1 : 2,
      signal: name,
      value: mean,
      baseline: usual,
      threshold: line,
      window: 0,
      samples: n,
      series: { evaluation: name },
      traceId,
      spanId,
      reason: `evaluation ${name}${by}: mean of the last ${n} scores is ${mean.toFixed(2)}, ${percent(drop)} below the usual ${usual.toFixed(2)}; the line is ${percent(rule.drop)}`,
    },
  };
}
