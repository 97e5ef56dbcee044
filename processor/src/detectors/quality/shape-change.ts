import type { CallFact } from "../../facts/call-fact.ts";
import type { DetectionConfig } from "../detection-config.ts";
import { follow, percent, quietFiring, type Firing, type Rule, type Tested } from "../rule.ts";
import { seenOf, viewsOf, type Seen, type View } from "./views.ts";
import { forget, isUsual, noteChanged, see, strongest, watchView, type WatchedView } from "./watched-view.ts";

interface State extends Firing {
  /** Until there is enough of it to learn the views from. */
  sample: Seen[];
  watched: WatchedView[] | undefined;
  /** Calls since the sample was complete. */
  calls: number;
}

const BACK: Tested = { state: "good", reason: "the answers have their usual shape again" };
const CALLS_A_MILLION = 1_000_000;

/**
 * The shape of the answers has changed: length, format class, refusals, hedging, repetition.
 *
 * Each is a set of yes-or-no views with a usual range of rates, learned from the cell's first calls, and evidence that
 * gathers for a higher or lower rate. The threshold grows with the logarithm of the traffic, so that the rate of false
 * alarms in time does not grow with it. Where the inputs changed as well, it is told as a notice: other questions, not
 * worse answers.
 */
export const shapeChange: Rule<State> = {
  name: "shape_change",
  kind: "quality_degradation",
  initial: () => ({ ...quietFiring(), sample: [], watched: undefined, calls: 0 }),
  apply(state, { fact, failed, looping, learnable, expectation }, config) {
    if (failed || looping) return undefined;
    const seen = seenOf(fact);
    if (state.watched === undefined) {
      if (!learnable) return undefined;
      state.sample.push(seen);
      if (expectation === undefined || state.sample.length < config.baseline.min_calls) return undefined;
      state.watched = viewsOf(state.sample).map((view) => watchView(view, config.rules.shape_change.smallest));
      state.sample = [];
      return undefined;
    }
    state.calls++;
    for (const watched of state.watched) see(watched, seen);
    const tested = state.firing && state.watched.every(isUsual) ? BACK : test(state, state.watched, fact, config);
    const verdict = follow(state, shapeChange, tested, fact.cell, fact.at, config);
    if (verdict?.verdict === "quiet") state.watched.forEach(forget);
    return verdict;
  },
};

function test(state: State, watched: readonly WatchedView[], fact: CallFact, config: DetectionConfig): Tested {
  const { threshold } = config.rules.shape_change;
  const line = threshold + Math.max(0, Math.log(state.calls / CALLS_A_MILLION));
  const outputs = mostChanged(watched, "output");
  if (outputs === undefined || outputs.evidence <= line) return { state: "between" };
  const noted = watched.filter(({ changed }) => changed !== undefined).map(({ view }) => view.signal);
  // One view of a signal stands for the others: shorter than a tenth is shorter than a third.
  if (!noted.includes(outputs.view.signal)) noteChanged(outputs.watched);
  const inputs = mostChanged(watched, "input");
  const otherInputs = inputs !== undefined && inputs.evidence > line / 2;
  const { view, hits, calls } = outputs;
  const usual = view.hits / view.calls;
  const now = hits / calls;
  const what = `${view.name}: ${percent(now)} of the last ${calls} answers, usual ${percent(usual)}`;
  return {
    state: "bad",
    finding: {
      severity: otherInputs ? 3 : 2,
      effect: otherInputs ? "notice" : "incident",
      signal: view.signal,
      value: now,
      baseline: usual,
      threshold: line,
      window: 0,
      samples: calls,
      series: { view: { signal: view.signal, test: view.test }, falls: now < usual },
      traceId: fact.traceId,
      spanId: fact.spanId,
      reason: otherInputs
        ? `${what}; the inputs changed as well (${inputs.view.name})`
        : `the answers changed shape: ${what}`,
    },
  };
}

interface MostChanged {
  readonly watched: WatchedView;
  readonly view: View;
  readonly evidence: number;
  readonly hits: number;
  readonly calls: number;
}

function mostChanged(watched: readonly WatchedView[], side: View["side"]): MostChanged | undefined {
  let most: MostChanged | undefined;
  for (const one of watched) {
    const best = one.view.side === side ? strongest(one) : undefined;
    if (best !== undefined && best.evidence > (most?.evidence ?? 0)) most = { ...best, watched: one, view: one.view };
  }
  return most;
}
