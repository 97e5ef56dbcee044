import { meanOf, unitCost, type Moments, type Statistics } from "../../baselines/statistics.ts";
import { emptyWindow, push, suffixes, type Suffix } from "../../baselines/suffix-window.ts";
import {
  emptyMaximum,
  forgetLatest,
  maximumBefore,
  noteMaximum,
  type WeekMaximum,
} from "../../baselines/week-maximum.ts";
import type { CallFact } from "../../facts/call-fact.ts";
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
import { addToMix, callsAnHour, emptyMix, movedFactors, type RecentMix } from "./recent-mix.ts";

interface State extends OverSuffixes {
  /** Of the mean of each suffix, by its size. */
  readonly usual: Map<number, WeekMaximum>;
  mix: RecentMix | undefined;
}

interface Measure {
  readonly name: "cost_per_request" | "price_rise";
  readonly words: string;
  /** Beyond so many times the greatest mean of a week. */
  readonly timesSeen: number;
  readonly read: (fact: CallFact) => number | undefined;
  readonly moments: (reference: Statistics) => Moments;
}

/** Priced calls that a reference must hold. */
const ENOUGH = 20;

/** Calls cost more than usual: the mean of a suffix is above a multiple of the reference's, by a bound of both. */
export const costPerRequest = costRule({
  name: "cost_per_request",
  words: "cost",
  timesSeen: 2,
  read: ({ cost }) => cost,
  moments: ({ cost }) => cost,
});

/** A token costs more than usual, however many of them the callers use: another price, or a dearer model. */
export const priceRise = costRule({
  name: "price_rise",
  words: "cost a token",
  timesSeen: 1.2,
  read: unitCost,
  moments: (reference) => reference.unitCost,
});

function costRule(measure: Measure): Rule<State> {
  const rule: Rule<State> = {
    name: measure.name,
    kind: "cost_anomaly",
    initial: () => ({ ...quietSuffixes(), usual: new Map(), mix: undefined }),
    apply(state, judged, config) {
      const { fact } = judged;
      const value = judged.failed ? undefined : measure.read(fact);
      if (value === undefined) return undefined;
      const sizes = config.rules[measure.name].suffixes.map(({ calls }) => calls);
      state.window ??= emptyWindow(sizes);
      state.mix ??= emptyMix(sizes);
      push(state.window, value);
      addToMix(state.mix, fact);
      const full = suffixes(state.window);
      const tested = test(state, full, judged, measure, config);
      if (judged.learnable) learn(state, full, fact.at, tested.state === "bad");
      return followSuffixes(state, rule, tested, fact.cell, fact.at, config);
    },
  };
  return rule;
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
  { fact, expectation }: Judged,
  { name, words, timesSeen, moments }: Measure,
  config: DetectionConfig,
): Tested {
  const rule = config.rules[name];
  const usual = expectation && usualMean(moments(expectation.reference));
  if (usual === undefined) return { state: "between" };
  const weekly = maximumBefore(usualOf(state, rule.suffixes[0]?.calls ?? 0), fact.at, rule.history);
  const factor = weekly === undefined ? rule.learning_factor : rule.factor;
  const least = factor * usual.mean;
  const latest = recoverySuffix(state, full);
  // Half way back from the line to the reference.
  if (latest !== undefined && latest.mean <= (usual.mean + least) / 2) {
    return { state: "good", reason: `the last ${latest.n} calls ${words} ${dollars(latest.mean)}` };
  }
  let evidence = 0;
  for (const { calls, z } of rule.suffixes) {
    const suffix = full.find(({ n }) => n === calls);
    if (suffix === undefined) continue;
    const line = Math.max(least, timesSeen * (maximumBefore(usualOf(state, calls), fact.at, 0) ?? 0));
    const error = Math.hypot(Math.sqrt(Math.max(suffix.variance, usual.variance) / calls), factor * usual.error);
    const surely = suffix.mean - z * error;
    if (surely <= line) {
      const come = (surely - usual.mean) / (line - usual.mean);
      if (come > evidence) evidence = come;
      continue;
    }
    const consequence =
      name === "cost_per_request" ? consequenceOf(state, suffix, usual.mean, fact, expectation) : NO_CONSEQUENCE;
    return {
      state: "bad",
      finding: {
        severity: consequence.excess > config.rules.spend_rate.excess ? 1 : 2,
        signal: "spanwarden.cost.amount",
        value: suffix.mean,
        baseline: usual.mean,
        threshold: line,
        window: 0,
        samples: calls,
        series: "cost",
        traceId: fact.traceId,
        spanId: fact.spanId,
        reason: [
          `the last ${calls} calls ${words} ${dollars(suffix.mean)} on average, usual is ${dollars(usual.mean)}; the line is ${dollars(line)}`,
          ...consequence.words,
        ].join("; "),
      },
    };
  }
  return { state: "between", evidence };
}

/** `undefined` where too few calls have a price to compare with. */
function usualMean(costs: Moments): ReturnType<typeof meanOf> {
  const usual = costs.n < ENOUGH ? undefined : meanOf(costs);
  return usual === undefined || usual.mean <= 0 ? undefined : usual;
}

/** What dearer calls come to. */
interface Consequence {
  /** US dollars an hour above the usual. */
  readonly excess: number;
  /** That, what moved, and by which table of prices. */
  readonly words: readonly string[];
}

const NO_CONSEQUENCE: Consequence = { excess: 0, words: [] };

function consequenceOf(
  { mix }: State,
  { n, mean }: Suffix,
  usual: number,
  fact: CallFact,
  expectation: Judged["expectation"],
): Consequence {
  if (mix === undefined) return NO_CONSEQUENCE;
  const excess = (mean - usual) * callsAnHour(mix, fact.at);
  const moved = movedFactors(mix, { n, cost: mean }, usual, expectation?.reference.usage);
  const table = fact.pricing === undefined ? [] : [`prices of ${fact.pricing}`];
  return { excess, words: [`$${excess.toFixed(2)} an hour more than usual`, ...moved, ...table] };
}

function dollars(amount: number): string {
  return `$${amount.toPrecision(3)}`;
}
