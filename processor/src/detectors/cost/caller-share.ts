import { emptyHitters, hit, type HeavyHitters } from "../../baselines/heavy-hitters.ts";
import { BUCKET, type VolumeReference } from "../../baselines/seasonal-volume.ts";
import {
  emptyMaximum,
  forgetLatest,
  maximumBefore,
  noteMaximum,
  type WeekMaximum,
} from "../../baselines/week-maximum.ts";
import { totalTokens } from "../../baselines/statistics.ts";
import type { Caller, CallFact, Cell } from "../../facts/call-fact.ts";
import type { DetectionConfig } from "../detection-config.ts";
import type { Verdict } from "../finding.ts";
import { follow, percent, quietFiring, type Firing, type Tested } from "../rule.ts";

/** Who uses a service, in tokens, by one kind of caller. Plain data, for `v8.serialize`. */
export interface CallerShares extends Firing {
  firstAt: number | undefined;
  /** Start of the current half of the window. */
  start: number;
  current: Half;
  previous: Half;
  /** What the heavy callers had at most in a window, by day; the longest not heavy first. */
  readonly heavy: Map<string, readonly Greatest[]>;
  /** What is not yet part of it, the oldest first: it may be the fault itself. */
  young: readonly Young[];
  /** Shares as multiples of their line, of callers that were not found. */
  readonly usual: WeekMaximum;
  /** Who has too much, since when without a break; told once it has lasted. */
  suspect: { readonly caller: string; readonly since: number } | undefined;
  /** Who the open finding is about. */
  subject: string | undefined;
}

interface Half {
  calls: number;
  readonly hitters: HeavyHitters;
}

interface Greatest {
  readonly day: number;
  readonly share: number;
  readonly tokens: number;
}

interface Young {
  readonly start: number;
  readonly callers: readonly { readonly caller: string; readonly share: number; readonly tokens: number }[];
}

/** What is younger may be the beginning of an incident. */
const GAP = 2 * 3_600_000;
/** A suspect who is not heard again for so long gives way to another. */
const FORGOTTEN = 10 * 60_000;
/** Where there are fewer callers, a great share is no wonder. */
const LEAST_CALLERS = 3;
/** From this share on it is remembered what a caller had; one of whom nothing is remembered had less. */
const HEAVY = 0.05;
/** Heavy callers remembered; beyond it the longest not heavy is forgotten. */
const MOST_HEAVY = 256;
/** Beyond so many times what was seen of any caller in a week. */
const TIMES_SEEN = 1.2;
const DAY = 24 * 3_600_000;
const DAYS = 7;
/** Share from which a caller of a service without a history is noticed. */
const NOTICED = 0.5;

/** The kinds of caller whose shares are watched; a session only where users are not known. */
export const CALLER_KINDS = ["user", "tenant", "route"] as const;
export type CallerKind = (typeof CALLER_KINDS)[number];

const NOTICE = { severity: 3, effect: "notice" } as const;
const RULE = { name: "caller_share", kind: "cost_anomaly" } as const;

export function emptyShares(): CallerShares {
  return {
    ...quietFiring(),
    firstAt: undefined,
    start: -Infinity,
    current: emptyHalf(),
    previous: emptyHalf(),
    heavy: new Map(),
    young: [],
    usual: emptyMaximum(),
    suspect: undefined,
    subject: undefined,
  };
}

function emptyHalf(): Half {
  return { calls: 0, hitters: emptyHitters() };
}

/**
 * One user, tenant or route takes a great share of a service's tokens, far more than it ever had and than it ever used,
 * while the service as a whole uses more than it does at this time of the day. Nobody pages in the first week.
 */
export function applyShares(
  state: CallerShares,
  kind: CallerKind,
  fact: CallFact,
  service: Cell,
  usual: VolumeReference | undefined,
  frozen: boolean,
  config: DetectionConfig,
): Verdict | undefined {
  const caller = callerOf(fact.caller, kind);
  const tokens = totalTokens(fact);
  if (caller === undefined || tokens === undefined) return undefined;
  state.firstAt ??= fact.at;
  rotate(state, fact.at, frozen, config);
  state.current.calls++;
  hit(state.current.hitters, caller, tokens * fact.weight);
  const judged = state.firing ? (state.subject ?? caller) : caller;
  const tested = lasting(state, judged, fact.at, test(state, judged, kind, fact, usual, config), config);
  if (tested.state === "bad") {
    state.subject = judged;
    if (tested.finding.effect === "incident") forgetLatest(state.usual, fact.at);
  }
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

/** A share that does not last is one large request, or a job that was started. */
function lasting(state: CallerShares, caller: string, at: number, tested: Tested, config: DetectionConfig): Tested {
  const { suspect } = state;
  if (tested.state !== "bad") {
    if (suspect?.caller === caller) state.suspect = undefined;
    return tested;
  }
  if (suspect === undefined || at - suspect.since > FORGOTTEN + config.rules.caller_share.hold)
    state.suspect = { caller, since: at };
  const since = state.suspect?.caller === caller ? state.suspect.since : at;
  return state.firing || at - since >= config.rules.caller_share.hold ? tested : { state: "between" };
}

function callerOf({ user, session, tenant, route }: Caller, kind: CallerKind): string | undefined {
  if (kind === "user") return user ?? session;
  return kind === "tenant" ? tenant : route;
}

function rotate(state: CallerShares, at: number, frozen: boolean, config: DetectionConfig): void {
  const { window, min_calls: least } = config.rules.caller_share;
  const width = window / 2;
  const start = Math.floor(at / width) * width;
  if (start <= state.start) return;
  if (frozen) state.young = [];
  else if (state.current.calls + state.previous.calls >= least) note(state);
  remember(state, start - GAP);
  state.previous = start === state.start + width ? state.current : emptyHalf();
  state.current = emptyHalf();
  state.start = start;
}

function note(state: CallerShares): void {
  const total = totalOf(state);
  const callers = [...state.current.hitters.counts.keys()].flatMap((caller) => {
    const tokens = tokensOf(state, caller);
    return tokens < HEAVY * total ? [] : { caller, share: tokens / total, tokens };
  });
  state.young = [...state.young, { start: state.start, callers }];
}

function remember(state: CallerShares, before: number): void {
  for (const { start, callers } of state.young.filter((window) => window.start < before)) {
    const day = Math.floor(start / DAY);
    for (const { caller, share, tokens } of callers) {
      const known = (state.heavy.get(caller) ?? []).filter((each) => each.day > day - DAYS);
      const today = known.find((each) => each.day === day);
      const next = { day, share: Math.max(today?.share ?? 0, share), tokens: Math.max(today?.tokens ?? 0, tokens) };
      state.heavy.delete(caller);
      state.heavy.set(caller, [...known.filter((each) => each !== today), next]);
    }
  }
  state.young = state.young.filter((window) => window.start >= before);
  for (const caller of state.heavy.keys()) {
    if (state.heavy.size <= MOST_HEAVY) return;
    state.heavy.delete(caller);
  }
}

function test(
  state: CallerShares,
  caller: string,
  kind: CallerKind,
  fact: CallFact,
  usual: VolumeReference | undefined,
  config: DetectionConfig,
): Tested {
  const rule = config.rules.caller_share;
  const { current, previous } = state;
  const calls = current.calls + previous.calls;
  if (calls < rule.min_calls) return { state: "between" };
  const [tokens, total] = [tokensOf(state, caller), totalOf(state)];
  const share = tokens / total;
  const own = greatestOf(state, caller, fact.at);
  const established = fact.at - (state.firstAt ?? fact.at) >= rule.history;
  const line = Math.max(established ? rule.share : NOTICED, rule.times_own_share * own.share);
  if (share < line / 2) return { state: "good", reason: `that ${kind} has ${percent(share)} of the tokens` };
  const much = share >= line && tokens >= rule.times_own_tokens * own.tokens && callersOf(state) >= LEAST_CALLERS;
  const told = much && (!established || isNew(state, share / line, total, fact.at, usual, config));
  if (much && !established) noteMaximum(state.usual, fact.at, share / line);
  if (!told) return { state: "between" };
  return {
    state: "bad",
    finding: {
      ...(established ? ({ severity: 2, effect: "incident" } as const) : NOTICE),
      signal: "gen_ai.client.token.usage",
      value: share,
      baseline: own.share,
      threshold: line,
      window: (fact.at - state.start + (previous.calls > 0 ? rule.window / 2 : 0)) / 1_000,
      samples: calls,
      series: "tokens",
      traceId: fact.traceId,
      spanId: fact.spanId,
      subject: caller,
      reason: `one ${kind} has ${percent(share)} of the service's tokens, ${usually(own.share)}; the line is ${percent(line)}`,
    },
  };
}

/** The service uses more than it does at this time of the day, and no caller of the week had as much above his line. */
function isNew(
  state: CallerShares,
  timesLine: number,
  total: number,
  at: number,
  usual: VolumeReference | undefined,
  { rules }: DetectionConfig,
): boolean {
  const { times_service: times, window } = rules.caller_share;
  if (usual === undefined || total * BUCKET < times * usual.median.tokens * window) return false;
  if (timesLine >= TIMES_SEEN * (maximumBefore(state.usual, at, 0) ?? 0)) return true;
  noteMaximum(state.usual, at, timesLine);
  return false;
}

function usually(share: number): string {
  return share === 0 ? `usually less than ${percent(HEAVY)}` : `at most ${percent(share)} in the last week`;
}

function greatestOf({ heavy }: CallerShares, caller: string, at: number): Omit<Greatest, "day"> {
  const from = Math.floor(at / DAY) - DAYS;
  const known = (heavy.get(caller) ?? []).filter(({ day }) => day >= from);
  return {
    share: Math.max(0, ...known.map(({ share }) => share)),
    tokens: Math.max(0, ...known.map(({ tokens }) => tokens)),
  };
}

function callersOf({ current, previous }: CallerShares): number {
  return Math.max(current.hitters.counts.size, previous.hitters.counts.size);
}

function totalOf({ current, previous }: CallerShares): number {
  return Math.max(1, current.hitters.total + previous.hitters.total);
}

function tokensOf({ current, previous }: CallerShares, caller: string): number {
  return (current.hitters.counts.get(caller) ?? 0) + (previous.hitters.counts.get(caller) ?? 0);
}
