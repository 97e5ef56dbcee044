import type { ClosedBucket, VolumeReference } from "../../baselines/seasonal-volume.ts";
import type { DetectionConfig } from "../detection-config.ts";
import { follow, quietFiring, type Firing, type FindingNumbers, type Rule } from "../rule.ts";

/** Buckets in a row that were so, or were not. Plain data. */
interface State extends Firing {
  bad: number;
  good: number;
}

interface VolumeTest {
  readonly name: "tokens_without_traffic" | "load_surge";
  /** `undefined` where the bucket is as usual. */
  readonly test: (bucket: ClosedBucket, usual: VolumeReference, config: DetectionConfig) => FindingNumbers | undefined;
}

/** Buckets as usual after which it is over. */
const CALM = 3;

/** Far more tokens than ever at this time of the day while no more calls come: they grew, or someone feeds them. */
export const tokensWithoutTraffic = volumeRule({
  name: "tokens_without_traffic",
  test({ calls, tokens, samples }, usual, config) {
    const rule = config.rules.tokens_without_traffic;
    const line = rule.tokens * usual.usualMost.tokens;
    if (tokens <= line || calls >= rule.calls * usual.median.calls) return undefined;
    return {
      severity: 2,
      ...numbers(tokens, usual.usualMost.tokens, line, samples),
      series: "tokens",
      reason: `${times(tokens, usual.usualMost.tokens)} the most tokens of this time of the day, but ${times(calls, usual.median.calls)} its usual calls`,
    };
  },
});

/** More calls or tokens than in the whole week. It informs: most likely more people came. */
export const loadSurge = volumeRule({
  name: "load_surge",
  test({ calls, tokens, samples }, { most }, config) {
    const { factor } = config.rules.load_surge;
    if (calls <= factor * most.calls && tokens <= factor * most.tokens) return undefined;
    return {
      severity: 3,
      effect: "notice",
      ...numbers(tokens, most.tokens, factor * most.tokens, samples),
      reason: `${times(calls, most.calls)} the most calls in ten minutes of the last week, ${times(tokens, most.tokens)} its most tokens`,
    };
  },
});

function volumeRule({ name, test }: VolumeTest): Rule<State> {
  const rule: Rule<State> = {
    name,
    kind: "cost_anomaly",
    initial: () => ({ ...quietFiring(), bad: 0, good: 0 }),
    apply: () => undefined,
    tick(state, cell, now, config, volume) {
      const bucket = volume?.closed;
      if (bucket === undefined) return undefined;
      const { min_calls: least, buckets } = config.rules[name];
      const { reference: usual, samples } = bucket;
      const judged = usual !== undefined && samples >= least;
      const finding = judged ? test(bucket, usual, config) : undefined;
      state.bad = finding === undefined ? 0 : state.bad + 1;
      state.good = finding === undefined ? state.good + 1 : 0;
      if (!state.firing) state.evidence = Math.min(1, state.bad / buckets);
      if (finding !== undefined && state.bad >= buckets) {
        return follow(state, rule, { state: "bad", finding }, cell, now, config);
      }
      if (state.good < CALM) return undefined;
      const reason = `${CALM * 10} minutes as usual at this time of the day`;
      return follow(state, rule, { state: "good", reason }, cell, now, config);
    },
  };
  return rule;
}

function numbers(tokens: number, usual: number, line: number, samples: number) {
  return {
    signal: "gen_ai.client.token.usage",
    value: tokens,
    baseline: usual,
    threshold: line,
    window: 600,
    samples,
  } as const;
}

function times(value: number, usual: number): string {
  return usual > 0 ? `${(value / usual).toFixed(1)} times` : "beyond";
}
