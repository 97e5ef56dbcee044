import { ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT } from "@spanwarden/conventions";

import { emptyWindow, push, suffixes, type Suffix, type SuffixWindow } from "../../baselines/suffix-window.ts";
import { wilson } from "../../baselines/wilson.ts";
import type { CallFact } from "../../facts/call-fact.ts";
import type { DetectionConfig } from "../detection-config.ts";
import {
  followSuffixes,
  percent,
  quietSuffixes,
  recoverySuffix,
  type FindingNumbers,
  type OverSuffixes,
  type Rule,
  type Tested,
} from "../rule.ts";

interface State extends OverSuffixes {
  /** Since when, and for how many calls, the share of the last `calls` has lain below the threshold. */
  belowSince: number | undefined;
  belowCalls: number;
}

/**
 * Too few answers hold to the format that the caller declared: below 95 % of the last 1,000, or a shorter suffix that is
 * below it by its bound. The point share of 1,000 wavers, so an incident opens on it only once it has held.
 * Recovery is judged on as many calls as it took to find it: 1,000 still hold the failures long after they have ended.
 */
export const formatCompliance: Rule<State> = {
  name: "format_compliance",
  kind: "quality_degradation",
  initial: () => ({ ...quietSuffixes(), belowSince: undefined, belowCalls: 0 }),
  apply(state, { fact, looping }, config) {
    const compliant = fact.measurements[ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT];
    if (compliant === undefined || looping) return undefined;
    const { format_compliance: rule } = config.rules;
    const sizes = [rule.recovery_calls, rule.calls, ...rule.suffixes.map(({ calls }) => calls)];
    state.window ??= emptyWindow(sizes);
    push(state.window, compliant);
    const tested = test(state, state.window, fact, config);
    return followSuffixes(state, formatCompliance, tested, fact.cell, fact.at, config);
  },
};

function test(state: State, window: SuffixWindow, fact: CallFact, config: DetectionConfig): Tested {
  const { format_compliance: rule } = config.rules;
  const full = suffixes(window);
  const numbers = (suffix: Suffix): FindingNumbers => ({
    severity: suffix.mean < rule.severe ? 1 : 2,
    signal: ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT,
    value: suffix.mean,
    threshold: rule.threshold,
    window: 0,
    samples: suffix.n,
    series: "format",
    traceId: fact.traceId,
    spanId: fact.spanId,
    reason: `${percent(suffix.mean)} of the last ${suffix.n} answers hold to the declared format; the line is ${percent(rule.threshold)}`,
  });
  const latest = recoverySuffix({ ...state, shownBy: Math.max(state.shownBy, rule.recovery_calls) }, full);
  if (latest !== undefined && latest.mean >= rule.recovered) {
    state.belowSince = undefined;
    return {
      state: "good",
      reason: `${percent(latest.mean)} of the last ${latest.n} answers hold to the declared format`,
    };
  }
  let evidence = 0;
  for (const { calls, z } of rule.suffixes) {
    const suffix = full.find(({ n }) => n === calls);
    if (suffix === undefined) continue;
    const { high } = wilson(suffix.sum, calls, z);
    if (high < rule.threshold) return { state: "bad", finding: numbers(suffix) };
    const come = (1 - high) / (1 - rule.threshold);
    if (come > evidence) evidence = come;
  }
  const whole = full.find(({ n }) => n === rule.calls);
  if (whole !== undefined && whole.mean < rule.threshold) {
    return { state: "bad", finding: { ...numbers(whole), effect: held(state, fact.at, rule) ? "incident" : "notice" } };
  }
  state.belowSince = undefined;
  return { state: "between", evidence };
}

function held(state: State, at: number, rule: DetectionConfig["rules"]["format_compliance"]): boolean {
  if (state.belowSince === undefined) {
    state.belowSince = at;
    state.belowCalls = 0;
  }
  state.belowCalls++;
  return at - state.belowSince >= rule.hold || state.belowCalls > rule.hold_calls;
}
