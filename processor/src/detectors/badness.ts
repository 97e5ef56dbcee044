import {
  ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS,
  ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT,
  callQuality,
} from "@spanwarden/conventions";

import type { Expectation } from "../baselines/baseline.ts";
import { totalTokens } from "../baselines/statistics.ts";
import type { CallFact } from "../facts/call-fact.ts";
import { scoreName, type Series, type ViewSeries } from "./finding.ts";
import { hits, seenOf } from "./quality/views.ts";

/** The call did not do what it was made for: it failed, or was answered with nothing. Cancelling is the app's own doing. */
export function hasFailed({ failure, labels }: CallFact): boolean {
  if (failure !== undefined) return failure !== "cancelled";
  return labels[ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS] === "empty";
}

/** Quality of the call in [0, 1], with what is usual in its cell in mind; `undefined` is unknown. */
export function qualityOf(fact: CallFact, expectation: Expectation | undefined): number | undefined {
  return callQuality({
    measurements: fact.measurements,
    labels: fact.labels,
    failed: fact.pending || fact.failure !== undefined || hasFailed(fact),
    finishReason: fact.finishReason,
    endReason: fact.endReason,
    usual: expectation,
  });
}

/** The number of a series that rises with the fault; `undefined` is unknown. */
export function badness(series: Series, fact: CallFact, expectation: Expectation | undefined): number | undefined {
  switch (series) {
    case "failed":
      return fact.failure === "cancelled" ? undefined : Number(fact.pending || hasFailed(fact));
    case "quality":
      return rest(qualityOf(fact, expectation));
    case "format":
      return rest(fact.measurements[ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT]);
    case "tokens":
      return totalTokens(fact);
    case "cost":
      return fact.cost;
    case "latency":
      return fact.pending || hasFailed(fact) ? undefined : fact.duration;
    default:
      return "evaluation" in series ? rest(fact.measurements[scoreName(series)]) : hitOf(series, fact);
  }
}

function rest(share: number | undefined): number | undefined {
  return share === undefined ? undefined : 1 - share;
}

function hitOf({ view, falls }: ViewSeries, fact: CallFact): number | undefined {
  const hit = hits(view.test, seenOf(fact)[view.signal]);
  return hit === undefined ? undefined : Number(hit !== falls);
}
