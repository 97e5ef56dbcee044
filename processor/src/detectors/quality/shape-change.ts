import type { CallFact } from "../../facts/call-fact.ts";
import type { DetectionConfig } from "../detection-config.ts";
import { evidenceFor } from "../false-pages.ts";
import type { Verdict } from "../finding.ts";
import {
  follow,
  percent,
  quietFiring,
  type Firing,
  type FindingNumbers,
  type Judged,
  type Rule,
  type Tested,
} from "../rule.ts";
import { learnStrata, stratumOf, type InputStrata } from "./input-strata.ts";
import { INPUT_STRATUM, seenOf, viewsOf, type Seen, type View } from "./views.ts";
import { forget, isUsual, noteChanged, see, strongest, watchView, type WatchedView } from "./watched-view.ts";
import { seeWithin, watchWithin, type WithinInputs } from "./within-inputs.ts";

interface State extends Firing {
  /** Until there is enough of it to learn the views from; then of other inputs, until those are usual. */
  sample: Seen[];
  watched: Watched | undefined;
}

/** What is usual in a cell. */
interface Watched {
  readonly strata: InputStrata;
  readonly views: readonly WatchedView[];
  /** The views of the outputs, each within the strata of the inputs. */
  readonly within: readonly WithinInputs[];
}

/** Other inputs may last: that the answers changed with them is told again after so long. */
const REPEAT_NOTICE = 3_600_000;
/** Share of the evidence asked for at which the inputs count as changed: less of it comes by chance too often. */
const OTHER_INPUTS = 2 / 3;
const BACK: Tested = { state: "good", reason: "the answers have their usual shape again" };
const LEARNED: Tested = { state: "good", reason: "these inputs and their answers are taken for usual now" };

/**
 * The shape of the answers has changed: length, format class, refusals, hedging, repetition.
 *
 * Each is a set of yes-or-no views with a usual range of rates, learned from the cell's first calls, and evidence that
 * gathers for a higher or lower rate. The threshold grows with the logarithm of the traffic and of the number of cells, so
 * that the rate of false alarms in time does not.
 *
 * Where the inputs changed as well it is told as a notice: other questions, not worse answers. An incident opens then only
 * on what changed within one sort of questions; and once there are enough of the new ones, they are learned as usual.
 */
export const shapeChange: Rule<State> = {
  name: "shape_change",
  kind: "quality_degradation",
  initial: () => ({ ...quietFiring(), sample: [], watched: undefined }),
  apply(state, judged, config) {
    if (judged.failed || judged.looping) return undefined;
    if (state.watched !== undefined) return judge(state, state.watched, judged, config);
    if (!judged.learnable) return undefined;
    state.sample.push(seenOf(judged.fact));
    if (judged.expectation === undefined || state.sample.length < config.baseline.min_calls) return undefined;
    state.watched = learnViews(state.sample, config.rules.shape_change.smallest);
    state.sample = [];
    return undefined;
  },
};

function judge(
  state: State,
  watched: Watched,
  { fact, learnable, tests }: Judged,
  config: DetectionConfig,
): Verdict | undefined {
  const { smallest, threshold } = config.rules.shape_change;
  const line = Math.max(threshold, evidenceFor(tests));
  const seen = seenOf(fact);
  note(watched, seen, learnable, smallest);
  const asNotice = state.firing && !state.asIncident;
  if (!asNotice || isBrewing(watched, line)) state.sample = [];
  else if (learnable) state.sample.push(seen);
  const learned = state.sample.length >= config.baseline.min_calls;
  const repeat = asNotice ? Math.max(REPEAT_NOTICE, config.repeat) : config.repeat;
  const tested = learned ? LEARNED : testShape(state, watched, fact, line);
  const verdict = follow(state, shapeChange, tested, fact.cell, fact.at, { repeat });
  if (learned) state.watched = learnViews(state.sample, smallest);
  else if (verdict?.verdict === "quiet") forgetAll(watched);
  if (verdict?.verdict === "quiet") state.sample = [];
  return verdict;
}

/** What may become an incident within the new inputs is not learned as usual. */
function isBrewing({ within }: Watched, line: number): boolean {
  return within.some(({ above, below }) => Math.max(above, below) > line / 3);
}

function learnViews(sample: readonly Seen[], smallest: number): Watched {
  const strata = learnStrata(sample);
  const sorted = sample.map((seen) => {
    const stratum = stratumOf(strata, seen);
    return { stratum, seen: stratum === undefined ? seen : { ...seen, [INPUT_STRATUM]: stratum } };
  });
  const views = viewsOf(sorted.map(({ seen }) => seen));
  return {
    strata,
    views: views.map((view) => watchView(view, smallest)),
    within: views.filter(({ side }) => side === "output").map((view) => watchWithin(view, sorted, smallest)),
  };
}

function note({ strata, views, within }: Watched, call: Seen, learnable: boolean, smallest: number): void {
  const stratum = stratumOf(strata, call);
  const seen = stratum === undefined ? call : { ...call, [INPUT_STRATUM]: stratum };
  for (const watched of views) see(watched, seen);
  for (const watched of within) seeWithin(watched, stratum, seen, learnable, smallest);
}

function forgetAll({ views, within }: Watched): void {
  views.forEach(forget);
  for (const one of within) Object.assign(one, { above: 0, below: 0 });
}

function testShape({ firing }: State, { views, within }: Watched, fact: CallFact, line: number): Tested {
  if (firing && views.every(isUsual)) return BACK;
  const outputs = mostChanged(views, "output");
  const inputs = mostChanged(views, "input");
  const otherInputs = inputs !== undefined && inputs.evidence > OTHER_INPUTS * line;
  if (outputs !== undefined && outputs.evidence > line) {
    const noted = views.filter(({ changed }) => changed !== undefined).map(({ view }) => view.signal);
    // One view of a signal stands for the others: shorter than a tenth is shorter than a third.
    if (!noted.includes(outputs.view.signal)) noteChanged(outputs.watched);
  }
  const inside = otherInputs ? within.find(({ above, below }) => Math.max(above, below) > line) : undefined;
  if (inside !== undefined) {
    const what = `${inside.view.name}, ${inside.above > line ? "oftener" : "more seldom"} than usual for the same sort of questions`;
    const numbers = { value: Math.max(inside.above, inside.below), threshold: line, samples: 1 };
    return bad(fact, inside.view, inside.above <= line, "incident", numbers, `the answers changed shape: ${what}`);
  }
  if (outputs === undefined || outputs.evidence <= line)
    return { state: "between", evidence: (outputs?.evidence ?? 0) / line };
  const { view, hits, calls } = outputs;
  const usual = view.hits / view.calls;
  const now = hits / calls;
  const what = `${view.name}: ${percent(now)} of the last ${calls} answers, usual ${percent(usual)}`;
  const numbers = { value: now, baseline: usual, threshold: line, samples: calls };
  return otherInputs
    ? bad(fact, view, now < usual, "notice", numbers, `${what}; the inputs changed as well (${inputs.view.name})`)
    : bad(fact, view, now < usual, "incident", numbers, `the answers changed shape: ${what}`);
}

function bad(
  { traceId, spanId }: CallFact,
  { signal, test: viewTest }: View,
  falls: boolean,
  effect: "notice" | "incident",
  numbers: Pick<FindingNumbers, "value" | "baseline" | "threshold" | "samples">,
  reason: string,
): Tested {
  const series = { view: { signal, test: viewTest }, falls };
  const severity = effect === "notice" ? 3 : 2;
  return {
    state: "bad",
    finding: { severity, effect, signal, window: 0, series, traceId, spanId, reason, ...numbers },
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
