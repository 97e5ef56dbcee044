import { emptyHistogram, quantile, record, type ExponentialHistogram } from "../../baselines/exponential-histogram.ts";
import type { CallFact } from "../../facts/call-fact.ts";
import type { DetectionConfig } from "../detection-config.ts";
import { follow, quietFiring, type Firing, type Rule } from "../rule.ts";

interface State extends Firing {
  /** By trace; the longest untouched first. */
  runs: Map<string, Run>;
  /** Calls of the runs that are over. */
  lengths: ExponentialHistogram;
  /** The run that the open finding is about. */
  subject: string | undefined;
}

interface Run {
  readonly calls: number;
  /** Calls in a row with no less input than the one before. */
  readonly growing: number;
  readonly input: number;
  readonly at: number;
}

/** Runs that go on at once. Beyond it the longest untouched counts as over. */
const MOST_RUNS = 1_000;
/** Runs by which their usual length is known. */
const ENOUGH_RUNS = 100;
/** Half of the memory is forgotten beyond so many runs, so that habits may change. */
const MOST_LENGTHS = 10_000;

/**
 * An agent that does not come to an end: one trace makes far more calls than the runs of its cell do, and its prompt grows
 * all the while. Where runs are not known yet it is noticed. A conversation may grow for days: people type in between.
 */
export const longRun: Rule<State> = {
  name: "long_run",
  kind: "cost_anomaly",
  initial: () => ({ ...quietFiring(), runs: new Map(), lengths: emptyHistogram(), subject: undefined }),
  apply(state, { fact, failed, learnable }, config) {
    if (failed || fact.traceId === "") return undefined;
    const { calls: least, times_usual: times, window } = config.rules.long_run;
    const run = advance(state, fact, learnable, window);
    const usual = state.lengths.count < ENOUGH_RUNS ? undefined : quantile(state.lengths, 0.99);
    const line = Math.ceil(Math.max(least, times * (usual ?? 0)));
    if (run.growing < line) return settle(state, fact, window, config);
    state.subject = fact.traceId;
    const finding = {
      severity: usual === undefined ? 3 : 2,
      effect: usual === undefined ? "notice" : "incident",
      signal: "gen_ai.client.token.usage",
      value: run.calls,
      baseline: usual,
      threshold: line,
      window: 0,
      samples: run.calls,
      traceId: fact.traceId,
      spanId: fact.spanId,
      subject: fact.caller.user ?? fact.caller.session,
      reason: `one run has made ${run.calls} calls and its prompt grows; usual is ${usual === undefined ? "not known yet" : `at most ${Math.round(usual)}`}, the line ${line}`,
    } as const;
    return follow(state, longRun, { state: "bad", finding }, fact.cell, fact.at, config);
  },
  tick(state, cell, now, config) {
    return settle(state, { cell, at: now }, config.rules.long_run.window, config);
  },
};

function advance(state: State, fact: CallFact, learnable: boolean, window: number): Run {
  const known = state.runs.get(fact.traceId);
  const run = longer(known !== undefined && fact.at - known.at < window ? known : undefined, fact);
  state.runs.delete(fact.traceId);
  state.runs.set(fact.traceId, run);
  for (const [key, oldest] of state.runs) {
    if (state.runs.size <= MOST_RUNS && fact.at - oldest.at < window) break;
    state.runs.delete(key);
    if (learnable) learn(state, oldest.calls);
  }
  return run;
}

function longer(before: Run | undefined, fact: CallFact): Run {
  const input = fact.usage.input ?? 0;
  if (before === undefined) return { calls: 1, growing: 1, input, at: fact.at };
  // A step may drop a little of what it carried; a new question starts small.
  const grows = input > 0 && input >= 0.9 * before.input;
  return {
    calls: before.calls + 1,
    growing: grows ? before.growing + 1 : 1,
    input: grows ? Math.max(input, before.input) : input,
    at: Math.max(fact.at, before.at),
  };
}

function learn(state: State, calls: number): void {
  record(state.lengths, calls);
  if (state.lengths.count < MOST_LENGTHS) return;
  const { buckets, zeros } = state.lengths;
  const half = [...buckets].map(([index, count]) => [index, count / 2] as const);
  const count = half.reduce((sum, [, each]) => sum + each, zeros / 2);
  state.lengths = { count, zeros: zeros / 2, buckets: new Map(half), quantiles: new Map() };
}

function settle(state: State, { cell, at }: Pick<CallFact, "cell" | "at">, window: number, config: DetectionConfig) {
  if (!state.firing) return undefined;
  const run = state.subject === undefined ? undefined : state.runs.get(state.subject);
  if (run !== undefined && at - run.at < window) return undefined;
  return follow(state, longRun, { state: "good", reason: "the run is over" }, cell, at, config);
}
