import type { CallFact, Cell } from "../../facts/call-fact.ts";
import type { DetectionConfig } from "../detection-config.ts";
import type { Finding } from "../finding.ts";
import { add, emptySum, sumOf, type SlidingSum } from "../sliding-sum.ts";
import { isUnpriced } from "./unpriced.ts";

/** Calls of a service without a price, by model. Plain data, for `v8.serialize`. */
export type UnknownPrices = Map<string, { readonly tokens: SlidingSum; toldAt: number }>;

const HOUR = 60 * 60_000;
/** Models kept for a service; beyond it the longest unused is forgotten. */
const MOST_MODELS = 32;

/**
 * A model is used whose price nobody knows: what it costs is in no sum. One notice an hour for a model of a service, from so
 * many calls or tokens on; it opens nothing.
 */
export function applyUnknownPrice(
  state: UnknownPrices,
  fact: CallFact,
  service: Cell,
  config: DetectionConfig,
): Finding | undefined {
  if (!isUnpriced(fact)) return undefined;
  const { unknown_price: rule } = config.rules;
  const { provider = "unknown provider", responseModel, requestModel } = fact.facets;
  const model = responseModel ?? requestModel ?? "unknown model";
  const key = `${model} of ${provider}`;
  const kept = state.get(key) ?? { tokens: emptySum(HOUR, 12), toldAt: -Infinity };
  state.delete(key);
  state.set(key, kept);
  const [oldest] = state.keys();
  if (state.size > MOST_MODELS && oldest !== undefined) state.delete(oldest);
  const { input, output } = fact.usage;
  add(kept.tokens, fact.at, (input ?? 0) + (output ?? 0));
  const { sum: tokens, calls } = sumOf(kept.tokens, fact.at);
  if ((calls <= rule.calls && tokens <= rule.tokens) || fact.at - kept.toldAt < HOUR) return undefined;
  kept.toldAt = fact.at;
  const why = input === undefined && output === undefined ? "they tell no tokens" : "no table has a price for it";
  return {
    verdict: "finding",
    kind: "cost_anomaly",
    rule: "unknown_price",
    cell: service,
    at: fact.at,
    effect: "notice",
    severity: 3,
    signal: "spanwarden.cost.amount",
    value: calls,
    threshold: rule.calls,
    window: 3_600,
    samples: calls,
    subject: key,
    traceId: fact.traceId,
    spanId: fact.spanId,
    reason:
      `${calls} calls with ${tokens} tokens to ${key} within the hour have no price: ${why}; ` +
      "all sums of this service are lower bounds until cost.prices names it",
  };
}
