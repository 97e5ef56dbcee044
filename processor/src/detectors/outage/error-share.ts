import { clear, emptyWindow, push, revise, suffixes, type SuffixWindow } from "../../baselines/suffix-window.ts";
import { wilson } from "../../baselines/wilson.ts";
import { spanOfCall, type CallFact } from "../../facts/call-fact.ts";
import type { DetectionConfig } from "../detection-config.ts";
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

interface State extends OverSuffixes {
  /** Classes of the latest failures, the oldest first. */
  classes: string[];
  lastAt: number;
  /** Calls so far, and which of them are pending ones that count as failed until their end is known. */
  pushed?: number | undefined;
  suspects?: Map<string, number> | undefined;
}

const CLASSES_KEPT = 50;
/** Pending calls whose end may still take the suspicion back; beyond it that of the oldest stands. */
const MOST_SUSPECTS = 1_000;
const NO_ANSWER = "no answer yet";

/**
 * Too large a share of calls fails: the lower Wilson bound of a suffix lies above the threshold, or above three times what
 * is usual. A call fails once, however often it was retried. Cancelled calls are the app's own doing. A call that has long
 * been pending counts as failed until its end is known, which then takes its place.
 */
export const errorShare: Rule<State> = {
  name: "error_share",
  kind: "outage",
  initial: () => ({ ...quietSuffixes(), classes: [], lastAt: -Infinity }),
  apply(state, judged, config) {
    const { fact, failed } = judged;
    const { error_share: rule } = config.rules;
    if (fact.failure === "cancelled") return undefined;
    state.window ??= emptyWindow(rule.suffixes.map(({ calls }) => calls));
    // A suffix that reaches back across a long pause says nothing of now.
    if (fact.at - state.lastAt > rule.window) clear(state.window);
    state.lastAt = fact.at;
    countCall(state, state.window, fact, failed);
    return followSuffixes(state, errorShare, test(state, judged, config), fact.cell, fact.at, config);
  },
};

function countCall(state: State, window: SuffixWindow, fact: CallFact, failed: boolean): void {
  const key = spanOfCall(fact);
  state.suspects ??= new Map();
  const suspected = state.suspects.get(key);
  state.suspects.delete(key);
  const isKnown = suspected !== undefined && revise(window, (state.pushed ?? 0) - 1 - suspected, Number(failed));
  if (isKnown) forgetClass(state);
  else {
    push(window, Number(failed));
    if (fact.pending) state.suspects.set(key, state.pushed ?? 0);
    state.pushed = (state.pushed ?? 0) + 1;
  }
  if (failed) state.classes = [...state.classes, classOf(fact)].slice(-CLASSES_KEPT);
  const [oldest] = state.suspects.keys();
  if (state.suspects.size > MOST_SUSPECTS && oldest !== undefined) state.suspects.delete(oldest);
}

function forgetClass(state: State): void {
  const index = state.classes.indexOf(NO_ANSWER);
  if (index >= 0) state.classes = state.classes.toSpliced(index, 1);
}

function test(state: State, { fact, failed, expectation }: Judged, config: DetectionConfig): Tested {
  const { error_share: rule } = config.rules;
  const usual = expectation === undefined ? 0 : expectation.reference.failed / Math.max(1, expectation.reference.calls);
  const line = Math.max(rule.threshold, 3 * usual);
  const full = state.window === undefined ? [] : suffixes(state.window);
  const latest = recoverySuffix(state, full);
  if (latest !== undefined && latest.mean <= line / 2) {
    return { state: "good", reason: `${percent(latest.mean)} of the last ${latest.n} calls failed` };
  }
  if (failed) {
    for (const { calls, z } of rule.suffixes) {
      const suffix = full.find(({ n }) => n === calls);
      if (suffix === undefined || wilson(suffix.sum, suffix.n, z).low <= line) continue;
      return {
        state: "bad",
        finding: {
          severity: suffix.mean >= rule.severe ? 1 : 2,
          signal: "error.type",
          value: suffix.mean,
          baseline: usual,
          threshold: line,
          window: 0,
          samples: calls,
          series: "failed",
          traceId: fact.traceId,
          spanId: fact.spanId,
          reason: `${percent(suffix.mean)} of the last ${calls} calls failed, mostly ${dominant(state.classes)}; usual is ${percent(usual)}, the line ${percent(line)}`,
        },
      };
    }
  }
  const building = failed || (state.evidence ?? 0) > 0;
  return { state: "between", evidence: building ? evidenceOf(full, rule.suffixes, line) : 0 };
}

function classOf({ failure, pending }: CallFact): string {
  return failure ?? (pending ? NO_ANSWER : "empty");
}

function dominant(classes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const cls of classes) counts.set(cls, (counts.get(cls) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? "unknown";
}
