import type { VolumeReference } from "../../baselines/seasonal-volume.ts";
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

/** A history that is configured to be no longer has no time of the day to compare with. */
const UNSEASONAL = 24 * 3_600_000;
/** More than one stop in so many busy stretches is the cell's habit: batch jobs end, offices close. */
const USUAL_STOP = 100;
/** Half of the memory is forgotten beyond so many busy stretches, so that habits may change. */
const MOST_BUSY = 4_000;

/** Days of the last week that must be known. */
const KNOWN_DAYS = 6;

/**
 * No call at a time of the day at which none of the last week's days was without: many were coming until a moment ago and
 * the cell is not known to stop like that, or many came on each of those days. Traffic that thins out, as it does at night,
 * is no silence: the last stretch before it is not busy. No history is unknown, not silence.
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
  knownFrom: ({ firstAt }, { rules }) => (firstAt === undefined ? undefined : firstAt + rules.silence.history),
  tick(state, cell, now, config, volume) {
    const { window, expected, history } = config.rules.silence;
    if (state.firstAt === undefined || now - state.lastAt < window) return undefined;
    const due = dueAt(volume?.usual, config);
    const before = Math.max(state.calls, state.before);
    if (!state.firing) {
      if (due !== "many" && before < expected) return undefined;
      if (!stopsNow(state) || due === "none" || state.lastAt - state.firstAt < history) return undefined;
    }
    const often = `at least ${volume?.usual?.least} in ten minutes came at this time on every day of the last week`;
    const seconds = (now - state.lastAt) / 1_000;
    const finding = {
      severity: 2,
      signal: "calls",
      value: 0,
      baseline: before,
      threshold: expected,
      window: seconds,
      samples: 0,
      reason: `no call for ${Math.round(seconds)} s; ${due === "many" ? often : `${before} came in as long before`}`,
    } as const;
    return follow(state, silence, { state: "bad", finding }, cell, now, config);
  },
};

/** The cell does not stop like that by habit. Each stop counts once. */
function stopsNow(state: State): boolean {
  if (state.stopped) return false;
  const unusual = state.stops * USUAL_STOP <= state.busy;
  state.stops++;
  state.stopped = true;
  return unusual;
}

/** Whether calls come at this time of the day: none for certain, some, or so many on every day that they are missed. */
function dueAt(usual: VolumeReference | undefined, { rules }: DetectionConfig): "none" | "some" | "many" | "unknown" {
  if (rules.silence.history <= UNSEASONAL) return "unknown";
  if (usual === undefined || usual.days < KNOWN_DAYS || usual.unbroken < usual.days) return "none";
  const { expected } = rules.silence;
  if (usual.least >= expected) return "many";
  return usual.least >= expected / 5 ? "some" : "none";
}

function closeStretch(state: State, config: DetectionConfig): void {
  if (state.calls >= config.rules.silence.expected) state.busy++;
  if (state.busy < MOST_BUSY) return;
  state.busy /= 2;
  state.stops /= 2;
}
