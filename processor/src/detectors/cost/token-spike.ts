import type { Expectation } from "../../baselines/baseline.ts";
import { totalTokens } from "../../baselines/statistics.ts";
import type { CallFact } from "../../facts/call-fact.ts";
import type { DetectionConfig } from "../detection-config.ts";
import type { Finding } from "../finding.ts";
import { follow, quietFiring, type Firing, type Rule, type Tested } from "../rule.ts";
import { add, emptySum, sumOf, type SlidingSum } from "../sliding-sum.ts";
import { poissonTail, probabilityAbove, tokensAt, tokenTail, type TokenTail } from "./token-tail.ts";

interface State extends Firing {
  /** Calls, and as their sum the spikes among them. */
  recent: SlidingSum | undefined;
  /** Users and traces with a spike, the longest without one first. */
  suspects: Map<string, Suspect>;
  /** Calls since the latest spike. */
  calm: number;
}

interface Suspect {
  spikes: number;
  /** Calls since its first spike, that one included. */
  calls: number;
  /** Of its latest spike. */
  at: number;
}

const SLICES = 10;
/** Users and traces watched in a cell. Beyond it the one whose last spike is longest ago is forgotten. */
const MOST_SUSPECTS = 256;
/** Calls without a spike after which it is over. */
const CALM = 20;
/** No number of spikes that usual traffic reaches by chance more often opens an incident: a busy cell has many. */
const CHANCE = 1e-6;
/** Nor does a single call that is within so many standard deviations, on the logarithmic scale, of the usual. */
const EXTREME_Z = 5;

/**
 * Requests far larger than usual. Each is told as a notice; an incident opens by one that is extreme, by several within
 * the window, or by a few of one user or trace, but only beyond what the spread of the cell's usual calls explains.
 */
export const tokenSpike: Rule<State> = {
  name: "token_spike",
  kind: "cost_anomaly",
  initial: () => ({ ...quietFiring(), recent: undefined, suspects: new Map(), calm: 0 }),
  apply(state, { fact, expectation }, config) {
    const tokens = totalTokens(fact);
    const tail = expectation && tokenTail(expectation.reference.tokens);
    if (tokens === undefined || tail === undefined) return undefined;
    const { factor, window } = config.rules.token_spike;
    const spike = tokens > factor * tail.p95;
    state.recent ??= emptySum(window, SLICES);
    add(state.recent, fact.at, Number(spike));
    suspect(state, fact, spike, window);
    state.calm = spike ? 0 : state.calm + 1;
    const verdict = follow(state, tokenSpike, test(state, fact, tokens, tail, config), fact.cell, fact.at, config);
    if (verdict?.verdict === "quiet") Object.assign(state, tokenSpike.initial());
    return verdict ?? (spike ? notice(fact, tokens, tail, factor) : undefined);
  },
};

/** A late call by itself: told where it is a spike, and no part of any window. */
export function lateSpike(
  fact: CallFact,
  expectation: Expectation | undefined,
  config: DetectionConfig,
): Finding | undefined {
  const tokens = totalTokens(fact);
  const tail = expectation && tokenTail(expectation.reference.tokens);
  const { factor } = config.rules.token_spike;
  if (tokens === undefined || tail === undefined || tokens <= factor * tail.p95) return undefined;
  const finding = notice(fact, tokens, tail, factor);
  return { ...finding, reason: `${finding.reason}; the call arrived late` };
}

function test(state: State, fact: CallFact, tokens: number, tail: TokenTail, config: DetectionConfig): Tested {
  if (state.calm >= CALM) return { state: "good", reason: `no request of the last ${state.calm} was a spike` };
  if (state.calm > 0) return { state: "between" };
  const { factor } = config.rules.token_spike;
  const why = extreme(tokens, tail, config) ?? several(state, fact, tail, config) ?? byOne(state, fact, tail, config);
  if (why === undefined) return { state: "between" };
  const numbers = numbersOf(fact, tokens, tail, factor);
  return { state: "bad", finding: { ...numbers, severity: 2, series: "tokens", reason: `${numbers.reason}; ${why}` } };
}

function extreme(tokens: number, tail: TokenTail, config: DetectionConfig): string | undefined {
  const line = Math.max(config.rules.token_spike.extreme * tail.p95, tokensAt(tail, EXTREME_Z));
  return tokens > line ? `one above ${Math.round(line)} is enough` : undefined;
}

function several(state: State, fact: CallFact, tail: TokenTail, config: DetectionConfig): string | undefined {
  const { spikes, factor } = config.rules.token_spike;
  if (state.recent === undefined) return undefined;
  const { sum, calls } = sumOf(state.recent, fact.at);
  const byChance = calls * probabilityAbove(tail, factor * tail.p95);
  if (sum < spikes || poissonTail(sum, byChance) > CHANCE) return undefined;
  return `${sum} such requests among ${calls}`;
}

function byOne(state: State, fact: CallFact, tail: TokenTail, config: DetectionConfig): string | undefined {
  const { by_one: least, factor } = config.rules.token_spike;
  const chance = probabilityAbove(tail, factor * tail.p95);
  const one = keysOf(fact)
    .flatMap((key) => state.suspects.get(key) ?? [])
    // The first one began the count, so it proves nothing.
    .find(({ spikes, calls }) => spikes >= least && poissonTail(spikes - 1, calls * chance) <= CHANCE);
  return one && `${one.spikes} of them by one caller in ${one.calls} calls`;
}

function suspect(state: State, fact: CallFact, spike: boolean, window: number): void {
  for (const key of keysOf(fact)) {
    const known = state.suspects.get(key);
    const current = known !== undefined && fact.at - known.at < window ? known : undefined;
    if (known !== undefined && current === undefined) state.suspects.delete(key);
    if (current !== undefined) current.calls++;
    if (!spike) continue;
    state.suspects.delete(key);
    state.suspects.set(key, { spikes: (current?.spikes ?? 0) + 1, calls: current?.calls ?? 1, at: fact.at });
    const [oldest] = state.suspects.keys();
    if (state.suspects.size > MOST_SUSPECTS && oldest !== undefined) state.suspects.delete(oldest);
  }
}

function keysOf({ caller, traceId }: CallFact): readonly string[] {
  return [...(caller.user === undefined ? [] : [`user ${caller.user}`]), `trace ${traceId}`];
}

function notice(fact: CallFact, tokens: number, tail: TokenTail, factor: number): Finding {
  const head = {
    verdict: "finding",
    kind: "cost_anomaly",
    rule: tokenSpike.name,
    cell: fact.cell,
    at: fact.at,
  } as const;
  return { ...head, ...numbersOf(fact, tokens, tail, factor), effect: "notice", severity: 3 };
}

function numbersOf(fact: CallFact, tokens: number, { p95 }: TokenTail, factor: number) {
  return {
    signal: "gen_ai.client.token.usage",
    value: tokens,
    baseline: p95,
    threshold: factor * p95,
    window: 0,
    samples: 1,
    traceId: fact.traceId,
    spanId: fact.spanId,
    reason: `a request of ${tokens} tokens, ${(tokens / p95).toFixed(1)} times the usual 95th percentile of ${Math.round(p95)}`,
  } as const;
}
