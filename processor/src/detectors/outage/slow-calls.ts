import { usualQuantile } from "../../baselines/exponential-histogram.ts";
import { emptyWindow, push, suffixes, type Suffix } from "../../baselines/suffix-window.ts";
import { wilson } from "../../baselines/wilson.ts";
import type { CallFact } from "../../facts/call-fact.ts";
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
import type { DetectionConfig } from "../detection-config.ts";

interface Measure {
  readonly name: "slow_answers" | "slow_first_chunk";
  readonly signal: string;
  readonly words: string;
  read(fact: CallFact): number | undefined;
  readonly histogram: "duration" | "timeToFirstChunk";
}

/** Answers take far longer than usual: a share of calls above a multiple of the reference's 95th percentile. */
export const slowAnswers = slowCalls({
  name: "slow_answers",
  signal: "gen_ai.client.inference.duration",
  words: "took",
  read: (fact) => fact.duration,
  histogram: "duration",
});

/** The first chunk of an answer comes far later than usual. */
export const slowFirstChunk = slowCalls({
  name: "slow_first_chunk",
  signal: "gen_ai.response.time_to_first_chunk",
  words: "waited for their first chunk",
  read: (fact) => fact.timeToFirstChunk,
  histogram: "timeToFirstChunk",
});

function slowCalls(measure: Measure): Rule<OverSuffixes> {
  const rule: Rule<OverSuffixes> = {
    name: measure.name,
    kind: "outage",
    initial: quietSuffixes,
    apply(state, judged, config) {
      const { fact } = judged;
      const value = measure.read(fact);
      const usual = judged.expectation && usualQuantile(judged.expectation.reference[measure.histogram], 0.95);
      if (value === undefined || judged.failed || usual === undefined || usual <= 0) return undefined;
      const settings = config.rules[measure.name];
      state.window ??= emptyWindow(settings.suffixes.map(({ calls }) => calls));
      push(state.window, Number(value > settings.factor * usual));
      const tested = test(state, suffixes(state.window), judged, usual, settings, measure);
      return followSuffixes(state, rule, tested, fact.cell, fact.at, config);
    },
  };
  return rule;
}

function test(
  state: OverSuffixes,
  full: readonly Suffix[],
  { fact }: Judged,
  usual: number,
  settings: DetectionConfig["rules"]["slow_answers"],
  { signal, words }: Measure,
): Tested {
  const latest = recoverySuffix(state, full);
  if (latest !== undefined && latest.mean <= settings.threshold / 4) {
    return { state: "good", reason: `${percent(latest.mean)} of the last ${latest.n} calls ${words} so long` };
  }
  for (const { calls, z } of settings.suffixes) {
    const suffix = full.find(({ n }) => n === calls);
    if (suffix === undefined || wilson(suffix.sum, calls, z).low <= settings.threshold) continue;
    return {
      state: "bad",
      finding: {
        severity: 2,
        signal,
        value: suffix.mean,
        baseline: usual,
        threshold: settings.threshold,
        window: 0,
        samples: calls,
        series: "latency",
        traceId: fact.traceId,
        spanId: fact.spanId,
        reason: `${percent(suffix.mean)} of the last ${calls} calls ${words} more than ${settings.factor} times the usual ${usual.toFixed(2)} s (95th percentile)`,
      },
    };
  }
  return { state: "between" };
}
