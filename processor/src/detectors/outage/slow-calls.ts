import { ATTR_SPANWARDEN_RESPONSE_TIME_PER_CHUNK } from "@spanwarden/conventions";

import { usualQuantile } from "../../baselines/exponential-histogram.ts";
import { timePerChunk } from "../../baselines/statistics.ts";
import { emptyWindow, push, suffixes, type Suffix } from "../../baselines/suffix-window.ts";
import {
  emptyMaximum,
  forgetLatest,
  maximumBefore,
  noteMaximum,
  type WeekMaximum,
} from "../../baselines/week-maximum.ts";
import { wilson } from "../../baselines/wilson.ts";
import type { CallFact } from "../../facts/call-fact.ts";
import {
  evidenceOf,
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

interface State extends OverSuffixes {
  /** Of the share of slow calls in each suffix, by its size. */
  readonly usual: Map<number, WeekMaximum>;
}

/** Beyond so many times the greatest share of slow calls in a week. */
const TIMES_SEEN = 1.3;

interface Measure {
  readonly name: "slow_answers" | "slow_first_chunk" | "slow_chunks";
  readonly signal: string;
  readonly words: string;
  read(fact: CallFact): number | undefined;
  readonly histogram: "duration" | "timeToFirstChunk" | "timePerChunk";
  /** A long answer takes long: it is slow only where its tokens are. */
  readonly bySize?: true;
}

/**
 * Answers take far longer than usual: too large a share of calls above a multiple of the reference's 95th percentile. In
 * its first week a cell has not seen all of its hours, so that the share must be greater; from then on it must also be
 * more than the week has seen without an incident.
 */
export const slowAnswers = slowCalls({
  name: "slow_answers",
  signal: "gen_ai.client.inference.duration",
  words: "took",
  read: (fact) => fact.duration,
  histogram: "duration",
  bySize: true,
});

/** The first chunk of an answer comes far later than usual. */
export const slowFirstChunk = slowCalls({
  name: "slow_first_chunk",
  signal: "gen_ai.response.time_to_first_chunk",
  words: "waited for their first chunk",
  read: (fact) => fact.timeToFirstChunk,
  histogram: "timeToFirstChunk",
});

/** The chunks of an answer, or where there are none its tokens, take far longer each than usual. */
export const slowChunks = slowCalls({
  name: "slow_chunks",
  signal: ATTR_SPANWARDEN_RESPONSE_TIME_PER_CHUNK,
  words: "had chunks that took",
  read: timePerChunk,
  histogram: "timePerChunk",
});

function slowCalls(measure: Measure): Rule<State> {
  const rule: Rule<State> = {
    name: measure.name,
    kind: "outage",
    initial: () => ({ ...quietSuffixes(), usual: new Map() }),
    apply(state, judged, config) {
      const { fact } = judged;
      const value = measure.read(fact);
      const usual = judged.expectation && usualQuantile(judged.expectation.reference[measure.histogram], 0.95);
      if (value === undefined || judged.failed || usual === undefined || usual <= 0) return undefined;
      const settings = config.rules[measure.name];
      state.window ??= emptyWindow(settings.suffixes.map(({ calls }) => calls));
      const slow = value > settings.factor * usual && !(measure.bySize === true && isLong(judged));
      push(state.window, Number(slow));
      const full = suffixes(state.window);
      const tested = test(state, full, judged, usual, settings, measure);
      if (judged.learnable) learn(state, full, fact.at, tested.state === "bad");
      return followSuffixes(state, rule, tested, fact.cell, fact.at, config);
    },
  };
  return rule;
}

function isLong({ fact, expectation }: Judged): boolean {
  const usual = expectation && usualQuantile(expectation.reference.timePerChunk, 0.95);
  const own = timePerChunk(fact);
  return usual !== undefined && own !== undefined && own <= usual;
}

function usualOf({ usual }: State, size: number): WeekMaximum {
  const known = usual.get(size) ?? emptyMaximum();
  usual.set(size, known);
  return known;
}

function learn(state: State, full: readonly Suffix[], at: number, bad: boolean): void {
  for (const { n, mean } of full) {
    if (bad) forgetLatest(usualOf(state, n), at);
    else noteMaximum(usualOf(state, n), at, mean);
  }
}

function test(
  state: State,
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
  const lineOf = (calls: number): number => {
    const seen = maximumBefore(usualOf(state, calls), fact.at, settings.history);
    return seen === undefined ? settings.learning_threshold : Math.max(settings.threshold, TIMES_SEEN * seen);
  };
  for (const { calls, z } of settings.suffixes) {
    const suffix = full.find(({ n }) => n === calls);
    const line = lineOf(calls);
    if (suffix === undefined || wilson(suffix.sum, calls, z).low <= line) continue;
    return {
      state: "bad",
      finding: {
        severity: 2,
        signal,
        value: suffix.mean,
        baseline: usual,
        threshold: line,
        window: 0,
        samples: calls,
        series: "latency",
        traceId: fact.traceId,
        spanId: fact.spanId,
        reason: `${percent(suffix.mean)} of the last ${calls} calls ${words} more than ${settings.factor} times the usual ${usual.toFixed(2)} s (95th percentile)`,
      },
    };
  }
  return { state: "between", evidence: evidenceOf(full, settings.suffixes, lineOf) };
}
