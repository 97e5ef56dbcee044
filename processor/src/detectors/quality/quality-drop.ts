import { emptyWindow, push, suffixes, type Suffix } from "../../baselines/suffix-window.ts";
import type { DetectionConfig } from "../detection-config.ts";
import {
  followSuffixes,
  percent,
  quietSuffixes,
  type Judged,
  type OverSuffixes,
  type Rule,
  type Tested,
} from "../rule.ts";
import { testMean } from "./mean-drop.ts";

/** The mean quality of the latest answers lies more than `drop` below the usual. */
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

function test(state: OverSuffixes, full: readonly Suffix[], judged: Judged, config: DetectionConfig): Tested {
  const { quality_drop: rule } = config.rules;
  const { fact, expectation, tests } = judged;
  const tested = testMean(state, full, expectation, rule, tests);
  if (tested.found === "nothing") return { state: "between", evidence: tested.evidence };
  const { n, mean } = tested.suffix;
  if (tested.found === "recovery") {
    return { state: "good", reason: `quality of the last ${n} answers is ${mean.toFixed(2)}` };
  }
  const { usual, line } = tested;
  const drop = 1 - mean / usual;
  return {
    state: "bad",
    finding: {
      severity: drop > rule.severe ? 1 : 2,
      signal: "quality",
      value: mean,
      baseline: usual,
      threshold: line,
      window: 0,
      samples: n,
      series: "quality",
      traceId: fact.traceId,
      spanId: fact.spanId,
      reason: `quality of the last ${n} answers is ${mean.toFixed(2)}, ${percent(drop)} below the usual ${usual.toFixed(2)}; the line is ${percent(rule.drop)}`,
    },
  };
}
