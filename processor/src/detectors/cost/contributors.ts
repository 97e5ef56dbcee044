import type { CallFact } from "../../facts/call-fact.ts";

/** Who spends, in two stretches of time, so that what is old is forgotten. Plain data, for `v8.serialize`. */
export interface Contributors {
  since: number;
  /** US dollars by what spends them: `route ...`, `prompt ...`, `model ...`. */
  latest: Map<string, number>;
  before: Map<string, number>;
}

/** Milliseconds; what is told is of the last one to two stretches. */
const STRETCH = 30 * 60_000;
/** Contributors kept of one stretch; what comes later is left out, which a reason of the heaviest three does not need. */
const MOST = 150;
const TOLD = 3;

export function noContributors(): Contributors {
  return { since: -Infinity, latest: new Map(), before: new Map() };
}

/** Notes what a call cost and on whose account: endpoint, prompt and model; no user, for a reason is read by many. */
export function contribute(state: Contributors, fact: CallFact, dollars: number): void {
  if (fact.at - state.since >= STRETCH) {
    state.before = fact.at - state.since >= 2 * STRETCH ? new Map() : state.latest;
    state.latest = new Map();
    state.since = fact.at;
  }
  const { caller, cell, facets } = fact;
  const named = {
    route: caller.route,
    prompt: cell.prompt === "-" ? undefined : cell.prompt,
    model: facets.responseModel ?? facets.requestModel,
  };
  for (const [kind, name] of Object.entries(named)) {
    const key = `${kind} ${name}`;
    if (name === undefined || (state.latest.size >= MOST && !state.latest.has(key))) continue;
    state.latest.set(key, (state.latest.get(key) ?? 0) + dollars);
  }
}

/** The heaviest, in words; empty where nothing is known of them. */
export function heaviest({ latest, before }: Contributors): string {
  const sums = new Map(before);
  for (const [key, dollars] of latest) sums.set(key, (sums.get(key) ?? 0) + dollars);
  const top = [...sums].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, TOLD);
  return top.map(([key, dollars]) => `${key} $${dollars.toFixed(2)}`).join(", ");
}
