import { evidenceFor } from "../false-pages.ts";
import { follow, percent, quietFiring, type Firing, type Rule, type Tested } from "../rule.ts";
import type { CallFact } from "../../facts/call-fact.ts";
import { learnStrata, stratumOf, type InputStrata } from "./input-strata.ts";
import { INPUT_STRATUM, seenOf, viewsOf, type Seen } from "./views.ts";
import { forget, isUsual, noteChanged, see, strongest, watchView, type WatchedView } from "./watched-view.ts";

interface State extends Firing {
  /** Until there is enough of it to learn from; while the inputs differ, of what they are now. */
  sample: Seen[];
  watched: { readonly strata: InputStrata; readonly views: readonly WatchedView[] } | undefined;
}

/** A lasting shift is told of again after so long. */
const REPEAT = 3_600_000;

/**
 * Other questions come than usual: their sorts (by fingerprint, language and length) or lengths have other shares. It
 * informs: other users came, or another caller; the answers may be as good as ever. Once there are enough of the new
 * ones they are what is usual.
 */
export const inputShift: Rule<State> = {
  name: "input_shift",
  kind: "quality_degradation",
  initial: () => ({ ...quietFiring(), sample: [], watched: undefined }),
  apply(state, { fact, looping, learnable, tests }, config) {
    if (looping) return undefined;
    const { smallest, threshold } = config.rules.shape_change;
    const seen = seenOf(fact);
    if (learnable && (state.watched === undefined || state.firing)) state.sample.push(seen);
    const learned = state.sample.length >= config.baseline.min_calls;
    const line = Math.max(threshold, evidenceFor(tests));
    const tested = learned ? LEARNED : judge(state, seen, fact, line);
    const verdict = follow(state, inputShift, tested, fact.cell, fact.at, { repeat: Math.max(REPEAT, config.repeat) });
    if (learned) state.watched = learnInputs(state.sample, smallest);
    else if (verdict?.verdict === "quiet") state.watched?.views.forEach(forget);
    if (learned || verdict?.verdict === "quiet") state.sample = [];
    return verdict;
  },
};

const LEARNED: Tested = { state: "good", reason: "these inputs are what is usual now" };

function learnInputs(sample: readonly Seen[], smallest: number): NonNullable<State["watched"]> {
  const strata = learnStrata(sample);
  const views = viewsOf(sample.map((seen) => withStratum(strata, seen))).filter(({ side }) => side === "input");
  return { strata, views: views.map((view) => watchView(view, smallest)) };
}

function withStratum(strata: InputStrata, seen: Seen): Seen {
  const stratum = stratumOf(strata, seen);
  return stratum === undefined ? seen : { ...seen, [INPUT_STRATUM]: stratum };
}

function judge({ watched, firing }: State, call: Seen, { traceId, spanId }: CallFact, line: number): Tested {
  if (watched === undefined) return { state: "between" };
  const seen = withStratum(watched.strata, call);
  for (const view of watched.views) see(view, seen);
  if (firing && watched.views.every(isUsual)) return { state: "good", reason: "the inputs are as usual again" };
  const changed = watched.views
    .flatMap((view) => ({ view, best: strongest(view) }))
    .reduce<{ readonly view: WatchedView; readonly best: ReturnType<typeof strongest> } | undefined>(
      (most, one) => ((one.best?.evidence ?? 0) > (most?.best?.evidence ?? 0) ? one : most),
      undefined,
    );
  if (changed?.best === undefined || changed.best.evidence <= line)
    return { state: "between", evidence: (changed?.best?.evidence ?? 0) / line };
  if (!firing) noteChanged(changed.view);
  const { name, hits, calls, signal } = changed.view.view;
  const [now, usual] = [changed.best.hits / changed.best.calls, hits / calls];
  return {
    state: "bad",
    finding: {
      severity: 3,
      effect: "notice",
      signal,
      value: now,
      baseline: usual,
      threshold: line,
      window: 0,
      samples: changed.best.calls,
      traceId,
      spanId,
      reason: `other questions come: ${name} in ${percent(now)} of the last ${changed.best.calls}, usual ${percent(usual)}`,
    },
  };
}
