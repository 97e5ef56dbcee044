import type { Expectation } from "../baselines/baseline.ts";
import type { ClosedBucket, VolumeReference } from "../baselines/seasonal-volume.ts";
import { clear, type Suffix, type SuffixWindow } from "../baselines/suffix-window.ts";
import { wilson } from "../baselines/wilson.ts";
import type { CallFact, Cell } from "../facts/call-fact.ts";
import type { DetectionConfig } from "./detection-config.ts";
import type { Finding, IncidentKind, Verdict } from "./finding.ts";

/** One call as the rules of its cell see it. */
export interface Judged {
  readonly fact: CallFact;
  readonly failed: boolean;
  /** In [0, 1]; `undefined` where nothing is known of the answer. */
  readonly quality: number | undefined;
  /** What is usual; `undefined` while the cell learns. */
  readonly expectation: Expectation | undefined;
  /** One of several equal tool calls in a row: a matter of cost, and no further answer to judge the quality of. */
  readonly looping: boolean;
  /** It may be learned from: no incident is open in the cell. */
  readonly learnable: boolean;
  /** Tests of one signal for each false page it may make: `detectors/false-pages.ts` turns them into thresholds. */
  readonly tests: number;
  /** How much is to be expected at this time of the day. */
  readonly volume?: VolumeReference | undefined;
}

/** How much came. */
interface VolumeSeen {
  /** The ten minutes that were over with this tick. */
  readonly closed?: ClosedBucket | undefined;
  /** What is to be expected at this time of the day. */
  readonly usual?: VolumeReference | undefined;
}

/**
 * A rule of one cell: a function of its own state, which is plain data, and the calls in their order.
 * It reads no clock and draws no lots.
 */
export interface Rule<State extends Firing> {
  readonly name: string;
  readonly kind: IncidentKind;
  initial(): State;
  /** Judges one call and updates the state. */
  apply(state: State, judged: Judged, config: DetectionConfig): Verdict | undefined;
  /** From when on it may open an incident, for want of a history before; milliseconds since the epoch. */
  knownFrom?(state: State, config: DetectionConfig): number | undefined;
  /** Judges the passing of time without a call. */
  tick?(state: State, cell: Cell, now: number, config: DetectionConfig, volume?: VolumeSeen): Verdict | undefined;
}

/** Whether a rule fires, so that it speaks at transitions and seldom in between. Plain data. */
export interface Firing {
  firing: boolean;
  severity: number;
  /** It has said so as an incident, not only as a notice. */
  asIncident: boolean;
  /** When it last spoke, event time. */
  toldAt: number;
  /** How far the evidence has come, as a share of what it takes to fire. Absent in what was stored before there was any. */
  evidence?: number | undefined;
  /** Why it fires. */
  reason?: string | undefined;
}

export function quietFiring(): Firing {
  return { firing: false, severity: 3, asIncident: false, toldAt: -Infinity, evidence: 0, reason: undefined };
}

/** A rule over suffixes of its calls: it has recovered once as many calls are good as showed the fault. */
export interface OverSuffixes extends Firing {
  window: SuffixWindow | undefined;
  /** Calls of the shortest suffix that has shown the fault; `Infinity` while none does. */
  shownBy: number;
}

export function quietSuffixes(): OverSuffixes {
  return { ...quietFiring(), window: undefined, shownBy: Infinity };
}

/** The suffix over which a firing rule recovers; `undefined` where the rule does not fire. */
export function recoverySuffix(state: OverSuffixes, full: readonly Suffix[]): Suffix | undefined {
  return state.firing ? full.find(({ n }) => n >= state.shownBy) : undefined;
}

/** As `follow`; after a recovery the calls of the fault are forgotten, lest a longer suffix still show them. */
export function followSuffixes(state: OverSuffixes, ...rest: Tail<Parameters<typeof follow>>): Verdict | undefined {
  const [, tested] = rest;
  if (tested.state === "bad") state.shownBy = Math.min(state.shownBy, tested.finding.samples);
  const verdict = follow(state, ...rest);
  if (verdict?.verdict !== "quiet") return verdict;
  state.shownBy = Infinity;
  if (state.window !== undefined) clear(state.window);
  return verdict;
}

type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest] ? Rest : never;

/** What a test of a window says of it; `undefined` numbers leave the state as it is: unknown is neither bad nor good. */
export type Tested =
  | { readonly state: "bad"; readonly finding: FindingNumbers }
  | { readonly state: "good"; readonly reason: string }
  /** `evidence`: as in `Firing`; absent is none. */
  | { readonly state: "between"; readonly evidence?: number | undefined };

export type FindingNumbers = Omit<Finding, "verdict" | "kind" | "rule" | "cell" | "at" | "effect"> & {
  readonly effect?: Finding["effect"];
};

/** Turns the tests of a windowed rule into verdicts: a finding when it starts, seldom while it lasts, a quiet when it is over. */
export function follow(
  state: Firing,
  rule: { readonly name: string; readonly kind: IncidentKind },
  tested: Tested,
  cell: Cell,
  at: number,
  config: Pick<DetectionConfig, "repeat">,
): Verdict | undefined {
  const head = { kind: rule.kind, rule: rule.name, cell, at };
  if (tested.state === "bad") {
    const { severity, effect = "incident" } = tested.finding;
    const graver = severity < state.severity || (effect === "incident" && !state.asIncident);
    const due = !state.firing || graver || at - state.toldAt >= config.repeat;
    state.asIncident ||= effect === "incident";
    state.severity = state.firing ? Math.min(state.severity, severity) : severity;
    state.firing = true;
    state.evidence = 1;
    state.reason = tested.finding.reason;
    if (!due) return undefined;
    state.toldAt = at;
    return { verdict: "finding", ...head, ...tested.finding, effect };
  }
  if (!state.firing) state.evidence = tested.state === "between" ? (tested.evidence ?? 0) : 0;
  if (tested.state === "between" || !state.firing) return undefined;
  Object.assign(state, quietFiring());
  return { verdict: "quiet", ...head, recovered: true, reason: tested.reason };
}

/** How far the lower bounds of some suffixes' shares have come to a line that one of them must pass. */
export function evidenceOf(
  full: readonly Suffix[],
  tests: readonly { readonly calls: number; readonly z: number }[],
  line: number | ((calls: number) => number),
): number {
  return tests.reduce((most, { calls, z }) => {
    const suffix = full.find(({ n }) => n === calls);
    if (suffix === undefined || suffix.sum === 0) return most;
    return Math.max(most, wilson(suffix.sum, calls, z).low / (typeof line === "number" ? line : line(calls)));
  }, 0);
}

/** A share for people: `12.3 %`. */
export function percent(value: number): string {
  return `${(value * 100).toFixed(value < 0.1 ? 1 : 0)} %`;
}
