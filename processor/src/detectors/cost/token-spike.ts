import type { Expectation } from "../../baselines/baseline.ts";
import { emptyMaximum, knownFrom, maximumBefore, noteMaximum, type WeekMaximum } from "../../baselines/week-maximum.ts";
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
  /** Tokens of the spikes. */
  spent: SlidingSum | undefined;
  /** Users and traces with a spike, the longest without one first. */
  suspects: Map<string, Suspect>;
  /** Calls since the latest spike. */
  calm: number;
  /** Of the spikes that opened nothing: tokens of one, their number in the window, and by one caller. */
  readonly usual: Readonly<Record<Measure, WeekMaximum>>;
  /** Tokens of the requests that opened an incident, each by itself. */
  readonly opened: WeekMaximum;
}

type Measure = "tokens" | "spikes" | "byOne";

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
/** Beyond so many times what the last week has seen, and one spike more. */
const TIMES_SEEN = 2;
/** Nor unless they use so many times the tokens that the cell used in any ten minutes of the week. */
const MATTERS = 1;
/** No number of spikes that usual traffic reaches by chance more often opens an incident: a busy cell has many. */
const CHANCE = 1e-6;
/** Nor does a single call that is within so many standard deviations, on the logarithmic scale, of the usual. */
const EXTREME_Z = 5;

/**
 * Requests far larger than usual. Each is told as a notice; an incident opens by one that is extreme, by several within
 * the window, or by a few of one user or trace, but only beyond what the spread of the cell's usual calls explains, and beyond all that
 * its last week has seen, and only where they matter beside the cell's traffic: until there was a week they are notices.
 */
export const tokenSpike: Rule<State> = {
  name: "token_spike",
  kind: "cost_anomaly",
  initial: () => ({
    ...calm(),
    usual: { tokens: emptyMaximum(), spikes: emptyMaximum(), byOne: emptyMaximum() },
    opened: emptyMaximum(),
  }),
  apply(state, { fact, expectation, learnable, volume }, config) {
    const tokens = totalTokens(fact);
    const tail = expectation && tokenTail(expectation.reference.tokens);
    if (tokens === undefined || tail === undefined) return undefined;
    const { factor, window } = config.rules.token_spike;
    const spike = tokens > factor * tail.p95;
    state.recent ??= emptySum(window, SLICES);
    add(state.recent, fact.at, Number(spike));
    state.spent ??= emptySum(window, SLICES);
    if (spike) add(state.spent, fact.at, tokens * fact.weight);
    suspect(state, fact, spike, window);
    state.calm = spike ? 0 : state.calm + 1;
    const matters = volume === undefined || sumOf(state.spent, fact.at).sum > MATTERS * volume.most.tokens;
    const tested = test(state, fact, tokens, tail, matters, config);
    if (tested.state === "bad") noteMaximum(state.opened, fact.at, tokens);
    if (learnable) learn(state, fact, tokens);
    const verdict = follow(state, tokenSpike, tested, fact.cell, fact.at, config);
    if (verdict?.verdict === "quiet") Object.assign(state, calm());
    return verdict ?? (spike ? notice(fact, tokens, tail, factor) : undefined);
  },
  knownFrom: ({ usual }, { rules }) => knownFrom(usual.tokens, rules.token_spike.history),
};

function calm(): Omit<State, "usual" | "opened"> {
  return { ...quietFiring(), recent: undefined, spent: undefined, suspects: new Map(), calm: 0 };
}

/** A quiet call is noted too, so that the week begins with the first one. */
function learn({ usual, recent, suspects }: State, fact: CallFact, tokens: number): void {
  noteMaximum(usual.tokens, fact.at, tokens);
  noteMaximum(usual.spikes, fact.at, recent === undefined ? 0 : sumOf(recent, fact.at).sum);
  noteMaximum(usual.byOne, fact.at, Math.max(0, ...keysOf(fact).map((key) => suspects.get(key)?.spikes ?? 0)));
}

/** Below it nothing opens; `undefined` while the week is not over. */
function seen({ usual }: State, key: Measure, at: number, { rules }: DetectionConfig): number | undefined {
  const most = maximumBefore(usual[key], at, rules.token_spike.history);
  return most === undefined ? undefined : TIMES_SEEN * most;
}

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

function test(
  state: State,
  fact: CallFact,
  tokens: number,
  tail: TokenTail,
  matters: boolean,
  config: DetectionConfig,
): Tested {
  if (state.calm >= CALM) return { state: "good", reason: `no request of the last ${state.calm} was a spike` };
  const between = { state: "between", evidence: evidenceIn(state, fact, config) } as const;
  if (state.calm > 0 || !matters) return between;
  const { factor } = config.rules.token_spike;
  const why =
    extreme(state, fact, tokens, tail, config) ??
    several(state, fact, tail, config) ??
    byOne(state, fact, tail, config);
  if (why === undefined) return between;
  const numbers = numbersOf(fact, tokens, tail, factor);
  return { state: "bad", finding: { ...numbers, severity: 2, series: "tokens", reason: `${numbers.reason}; ${why}` } };
}

/** Spikes in the window, as a share of those that open an incident. */
function evidenceIn(state: State, { at }: CallFact, config: DetectionConfig): number {
  const { sum } = state.recent === undefined ? { sum: 0 } : sumOf(state.recent, at);
  if (sum === 0) return 0;
  return sum / Math.max(config.rules.token_spike.spikes, (seen(state, "spikes", at, config) ?? 0) + 1);
}

function extreme(
  state: State,
  { at }: CallFact,
  tokens: number,
  tail: TokenTail,
  config: DetectionConfig,
): string | undefined {
  const most = seen(state, "tokens", at, config);
  if (most === undefined) return undefined;
  // The same sort of request does not open one incident after the other; while it lasts it goes on.
  const opened = state.firing ? 0 : TIMES_SEEN * (maximumBefore(state.opened, at, 0, 0) ?? 0);
  const line = Math.max(config.rules.token_spike.extreme * tail.p95, tokensAt(tail, EXTREME_Z), most, opened);
  return tokens > line ? `one above ${Math.round(line)} is enough` : undefined;
}

function several(state: State, fact: CallFact, tail: TokenTail, config: DetectionConfig): string | undefined {
  const { spikes, factor } = config.rules.token_spike;
  const most = seen(state, "spikes", fact.at, config);
  if (state.recent === undefined || most === undefined) return undefined;
  const { sum, calls } = sumOf(state.recent, fact.at);
  const byChance = calls * probabilityAbove(tail, factor * tail.p95);
  if (sum < spikes || sum <= most || poissonTail(sum, byChance) > CHANCE) return undefined;
  return `${sum} such requests among ${calls}`;
}

function byOne(state: State, fact: CallFact, tail: TokenTail, config: DetectionConfig): string | undefined {
  const { by_one: least, factor } = config.rules.token_spike;
  const most = seen(state, "byOne", fact.at, config);
  if (most === undefined) return undefined;
  const chance = probabilityAbove(tail, factor * tail.p95);
  const one = keysOf(fact)
    .flatMap((key) => state.suspects.get(key) ?? [])
    // The first one began the count, so it proves nothing.
    .find(({ spikes, calls }) => spikes >= least && spikes > most && poissonTail(spikes - 1, calls * chance) <= CHANCE);
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
