import type { DetectionConfig } from "../detection-config.ts";
import { follow, quietFiring, type Firing, type Rule } from "../rule.ts";

interface State extends Firing {
  /** Of the cell's first call and its latest. */
  firstAt: number | undefined;
  lastAt: number;
  /** Start of the current stretch of `window` milliseconds, its calls, and those of the one before. */
  start: number;
  calls: number;
  before: number;
  /** Stretches with as many calls as are to be expected, and how often silence followed on one. */
  busy: number;
  stops: number;
  /** The present silence has been counted. */
  stopped: boolean;
}

/** More than one stop in so many busy stretches is the cell's habit: batch jobs end, offices close. */
const USUAL_STOP = 100;
/** Half of the memory is forgotten beyond so many busy stretches, so that habits may change. */
const MOST_BUSY = 4_000;

/**
 * No call where many were coming until a moment ago, and the cell is not known to stop like that. Traffic that thins
 * out, as it does at night, is no silence: the last stretch before it is not busy. No history is unknown, not silence.
 */
export const silence: Rule<State> = {
  name: "silence",
  kind: "outage",
  initial: () => ({
    ...quietFiring(),
    firstAt: undefined,
    lastAt: -Infinity,
    start: -Infinity,
    calls: 0,
    before: 0,
    busy: 0,
    stops: 0,
    stopped: false,
  }),
  apply(state, { fact }, config) {
    const { window } = config.rules.silence;
    state.firstAt ??= fact.at;
    state.lastAt = Math.max(state.lastAt, fact.at);
    state.stopped = false;
    const start = Math.floor(fact.at / window) * window;
    if (start > state.start) {
      closeStretch(state, config);
      state.before = start === state.start + window ? state.calls : 0;
      state.start = start;
      state.calls = 0;
    }
    state.calls++;
    const tested = { state: "good", reason: "calls are coming again" } as const;
    return follow(state, silence, tested, fact.cell, fact.at, config);
  },
  tick(state, cell, now, config) {
    const { window, expected, history } = config.rules.silence;
    const calls = Math.max(state.calls, state.before);
    if (state.firstAt === undefined || now - state.lastAt < window || calls < expected) return undefined;
    const unusual = state.stops * USUAL_STOP <= state.busy;
    if (!state.stopped) state.stops++;
    const first = !state.stopped;
    state.stopped = true;
    if (!state.firing && (!first || !unusual || state.lastAt - state.firstAt < history)) return undefined;
    const seconds = (now - state.lastAt) / 1_000;
    const finding = {
      severity: 2,
      signal: "calls",
      value: 0,
      baseline: calls,
      threshold: expected,
      window: seconds,
      samples: 0,
      reason: `no call for ${Math.round(seconds)} s; ${calls} came in as long before`,
    } as const;
    return follow(state, silence, { state: "bad", finding }, cell, now, config);
  },
};

function closeStretch(state: State, config: DetectionConfig): void {
  if (state.calls >= config.rules.silence.expected) state.busy++;
  if (state.busy < MOST_BUSY) return;
  state.busy /= 2;
  state.stops /= 2;
}
