import type { Statistics } from "../../baselines/statistics.ts";
import { emptyWindow, push, suffixes } from "../../baselines/suffix-window.ts";
import { wilson } from "../../baselines/wilson.ts";
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

interface Warning {
  readonly name: "error_rise" | "failed_attempts";
  readonly signal: string;
  readonly words: string;
  /** `undefined` is unknown. */
  read(judged: Judged): boolean | undefined;
  usual(reference: Statistics): number;
}

/** So many times the usual share. */
const TIMES_USUAL = 3;

/** More calls fail than usual, though by far not enough for an outage: it informs. */
export const errorRise = earlyWarning({
  name: "error_rise",
  signal: "error.type",
  words: "failed",
  read: ({ fact, failed }) => (fact.failure === "cancelled" ? undefined : failed),
  usual: ({ failed, calls }) => failed / Math.max(1, calls),
});

/** More calls needed more than one attempt than usual, whatever came of them: the provider is ailing. It informs. */
export const failedAttempts = earlyWarning({
  name: "failed_attempts",
  signal: "attempts",
  words: "needed more than one attempt",
  read: ({ fact }) => fact.failedAttempts > 0,
  usual: ({ retried, calls }) => retried / Math.max(1, calls),
});

function earlyWarning(warning: Warning): Rule<OverSuffixes> {
  const rule: Rule<OverSuffixes> = {
    name: warning.name,
    kind: "outage",
    initial: quietSuffixes,
    apply(state, judged, config) {
      const hit = warning.read(judged);
      if (hit === undefined || judged.expectation === undefined) return undefined;
      state.window ??= emptyWindow(config.rules[warning.name].suffixes.map(({ calls }) => calls));
      push(state.window, Number(hit));
      const usual = warning.usual(judged.expectation.reference);
      const { fact } = judged;
      return followSuffixes(state, rule, test(state, hit, judged, usual, warning, config), fact.cell, fact.at, config);
    },
  };
  return rule;
}

function test(
  state: OverSuffixes,
  hit: boolean,
  { fact }: Judged,
  usual: number,
  { name, signal, words }: Warning,
  config: DetectionConfig,
): Tested {
  if (!hit && !state.firing && (state.evidence ?? 0) === 0) return { state: "between" };
  const { threshold, suffixes: tests } = config.rules[name];
  const line = Math.max(threshold, TIMES_USUAL * usual);
  const full = state.window === undefined ? [] : suffixes(state.window);
  const latest = recoverySuffix(state, full);
  if (latest !== undefined && latest.mean <= line / 2) {
    return { state: "good", reason: `${percent(latest.mean)} of the last ${latest.n} calls ${words}` };
  }
  for (const { calls, z } of tests) {
    const suffix = full.find(({ n }) => n === calls);
    if (suffix === undefined || wilson(suffix.sum, calls, z).low <= line) continue;
    return {
      state: "bad",
      finding: {
        severity: 3,
        effect: "notice",
        signal,
        value: suffix.mean,
        baseline: usual,
        threshold: line,
        window: 0,
        samples: calls,
        traceId: fact.traceId,
        spanId: fact.spanId,
        reason: `${percent(suffix.mean)} of the last ${calls} calls ${words}; usual is ${percent(usual)}, the line ${percent(line)}`,
      },
    };
  }
  return { state: "between", evidence: evidenceOf(full, tests, line) };
}
