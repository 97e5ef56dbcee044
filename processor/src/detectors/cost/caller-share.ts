import { totalTokens } from "../../baselines/statistics.ts";
import type { CallFact, Cell } from "../../facts/call-fact.ts";
import type { DetectionConfig } from "../detection-config.ts";
import type { Verdict } from "../finding.ts";
import { follow, percent, quietFiring, type Firing, type Tested } from "../rule.ts";

/** Who uses a service, in tokens. Plain data, for `v8.serialize`. */
export interface CallerShares extends Firing {
  firstAt: number | undefined;
  /** Start of the current half of the window. */
  start: number;
  current: Half;
  previous: Half;
  /** The greatest share of one caller in each of the latest halves. */
  tops: number[];
  /** Who the open finding is about. */
  subject: string | undefined;
}

interface Half {
  calls: number;
  tokens: number;
  /** The heaviest callers: a newcomer takes the place and the count of the lightest (Metwally 2005, Space-Saving). */
  readonly callers: Map<string, number>;
}

/** Callers counted in a half of the window; a share is overstated by no more than one part in so many. */
const MOST_CALLERS = 256;
/** Where there are fewer, a great share is no wonder. */
const LEAST_CALLERS = 3;
/** So many times as much as a caller usually has at most. */
const TIMES_USUAL = 1.5;
/** Halves by which usual shares are known; the latest ones are left out, for they may be the fault itself. */
const MOST_TOPS = 200;
const LATEST_TOPS = 2;

const RULE = { name: "caller_share", kind: "cost_anomaly" } as const;

export function emptyShares(): CallerShares {
  return {
    ...quietFiring(),
    firstAt: undefined,
    start: -Infinity,
    current: emptyHalf(),
    previous: emptyHalf(),
    tops: [],
    subject: undefined,
  };
}

function emptyHalf(): Half {
  return { calls: 0, tokens: 0, callers: new Map() };
}

/** One user, or session where users are not known, takes most of a service's tokens and far more than the next one. */
export function applyShares(
  state: CallerShares,
  fact: CallFact,
  service: Cell,
  frozen: boolean,
  config: DetectionConfig,
): Verdict | undefined {
  const caller = fact.caller.user ?? fact.caller.session;
  const tokens = totalTokens(fact);
  if (caller === undefined || tokens === undefined) return undefined;
  state.firstAt ??= fact.at;
  rotate(state, fact.at, frozen, config);
  count(state.current, caller, tokens * fact.weight);
  const judged = state.firing ? (state.subject ?? caller) : caller;
  const tested = test(state, judged, fact, config);
  if (tested.state === "bad") state.subject = judged;
  return follow(state, RULE, tested, service, fact.at, config);
}

/** Without calls, nobody has a share of them. */
export function tickShares(
  state: CallerShares,
  service: Cell,
  now: number,
  config: DetectionConfig,
): Verdict | undefined {
  if (!state.firing || now - state.start < 1.5 * config.rules.caller_share.window) return undefined;
  return follow(state, RULE, { state: "good", reason: "the service is not used" }, service, now, config);
}

function rotate(state: CallerShares, at: number, frozen: boolean, config: DetectionConfig): void {
  const width = config.rules.caller_share.window / 2;
  const start = Math.floor(at / width) * width;
  if (start <= state.start) return;
  if (!frozen && state.current.calls >= config.rules.caller_share.min_calls / 2) {
    const top = Math.max(...state.current.callers.values()) / Math.max(1, state.current.tokens);
    state.tops = [...state.tops, Math.min(1, top)].slice(-MOST_TOPS);
  }
  state.previous = start === state.start + width ? state.current : emptyHalf();
  state.current = emptyHalf();
  state.start = start;
}

function count(half: Half, caller: string, tokens: number): void {
  half.calls++;
  half.tokens += tokens;
  const known = half.callers.get(caller);
  if (known !== undefined || half.callers.size < MOST_CALLERS) {
    half.callers.set(caller, (known ?? 0) + tokens);
    return;
  }
  const [lightest, least] = [...half.callers].reduce((a, b) => (b[1] < a[1] ? b : a));
  half.callers.delete(lightest);
  half.callers.set(caller, least + tokens);
}

function test(state: CallerShares, caller: string, fact: CallFact, config: DetectionConfig): Tested {
  const rule = config.rules.caller_share;
  const { current, previous } = state;
  const calls = current.calls + previous.calls;
  const total = Math.max(1, current.tokens + previous.tokens);
  const share = tokensOf(state, caller) / total;
  if (calls < rule.min_calls) return { state: "between" };
  const usual = Math.max(0, ...state.tops.slice(0, -LATEST_TOPS));
  const line = Math.max(rule.share, TIMES_USUAL * usual);
  if (share < line / 2) return { state: "good", reason: `that caller has ${percent(share)} of the tokens` };
  const callers = new Set([...current.callers.keys(), ...previous.callers.keys()]);
  if (share < line || callers.size < LEAST_CALLERS) return { state: "between" };
  const next = [...callers].reduce((most, other) => Math.max(most, other === caller ? 0 : tokensOf(state, other)), 0);
  if (share * total < rule.times_next * next) return { state: "between" };
  const established = fact.at - (state.firstAt ?? fact.at) >= rule.history;
  return {
    state: "bad",
    finding: {
      severity: established ? 2 : 3,
      effect: established ? "incident" : "notice",
      signal: "gen_ai.client.token.usage",
      value: share,
      baseline: usual,
      threshold: line,
      window: (fact.at - state.start + (previous.calls > 0 ? rule.window / 2 : 0)) / 1_000,
      samples: calls,
      series: "tokens",
      traceId: fact.traceId,
      spanId: fact.spanId,
      subject: caller,
      reason: `one caller has ${percent(share)} of the service's tokens, the next ${percent(next / total)}; the line is ${percent(line)}`,
    },
  };
}

function tokensOf({ current, previous }: CallerShares, caller: string): number {
  return (current.callers.get(caller) ?? 0) + (previous.callers.get(caller) ?? 0);
}
