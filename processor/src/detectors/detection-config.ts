import { z } from "zod";

import { baselineConfig } from "../baselines/baseline-config.ts";
import { duration } from "../duration.ts";
import { budgetsConfig } from "./cost/budget-config.ts";

const share = z.number().min(0).max(1);
const suffixTest = z.strictObject({
  /** Calls of the suffix that is tested. */
  calls: z.int().min(5).max(5_000),
  /** Standard deviations by which it must be beyond the line: short suffixes are tested more strictly. */
  z: z.number().min(1).max(10),
});

const errorShare = z.strictObject({
  /** More than this share of calls failing is an outage; where more than a third of it is usual, three times the usual. */
  threshold: share.default(0.05),
  suffixes: z
    .array(suffixTest)
    .min(1)
    .default([
      { calls: 20, z: 4.5 },
      { calls: 50, z: 4 },
      { calls: 100, z: 3.5 },
      { calls: 200, z: 3 },
    ]),
  /** After a pause of so long the calls before it are looked at no more. */
  window: duration.prefault("5m"),
  /** Severity 1 from this share on. */
  severe: share.default(0.5),
});

const earlyWarning = (threshold: number) =>
  z.strictObject({
    /** More than this share of calls is told; where more than a third of it is usual, three times the usual. */
    threshold: share.default(threshold),
    suffixes: z
      .array(suffixTest)
      .min(1)
      .default([
        { calls: 100, z: 4 },
        { calls: 200, z: 3.5 },
        { calls: 500, z: 3 },
        { calls: 2_000, z: 2.5 },
      ]),
  });

const slowShare = (factor: number) =>
  z.strictObject({
    /** A call is slow when it takes so many times the usual 95th percentile. */
    factor: z.number().min(1.1).default(factor),
    /** Share of slow calls that is an outage. */
    threshold: share.default(0.2),
    /** In its first `history` this share: by then the cell has been seen at every hour of the week. */
    learning_threshold: share.default(0.5),
    history: duration.prefault("7d"),
    suffixes: z
      .array(suffixTest)
      .min(1)
      .default([
        { calls: 50, z: 4 },
        { calls: 200, z: 3.5 },
      ]),
  });

const silence = z.strictObject({
  /** No call for so long, where at least `expected` were to be expected. */
  window: duration.prefault("10m"),
  expected: z.number().min(10).default(30),
  /** History of the cell before silence is judged; where it is more than a day, so is the time of the day. */
  history: duration.prefault("7d"),
});

/** By simulation on judged answers: a drop of 23 % is found within 200, one of 14 % stays below the line of 15 %. */
const dropSuffixes = z
  .array(suffixTest)
  .min(1)
  .default([
    { calls: 25, z: 4.6 },
    { calls: 50, z: 3.8 },
    { calls: 100, z: 3.1 },
    { calls: 150, z: 2.65 },
    { calls: 200, z: 2.42 },
  ]);

const qualityDrop = z.strictObject({
  /** Relative drop of the mean quality against the reference. */
  drop: share.default(0.15),
  /** Severity 1 from this drop on. */
  severe: share.default(0.3),
  suffixes: dropSuffixes,
});

const qualityDrift = z.strictObject({
  /** Evidence, in natural-log units, that the mean of quality or of a score lies below the cell's first. */
  threshold: z.number().min(3).default(9),
  /** Smallest relative drop that matters. */
  smallest: share.default(0.02),
});

const evaluationDrop = z.strictObject({
  /** Relative drop of the mean score against the reference. */
  drop: share.default(0.15),
  /** Severity 1 from this drop on. */
  severe: share.default(0.3),
  /** Scores of one evaluator before its baseline is used. */
  min_scores: z.int().min(20).default(100),
  suffixes: dropSuffixes,
});

const formatCompliance = z.strictObject({
  /** Share of compliant answers among the last `calls`. */
  threshold: share.default(0.95),
  calls: z.int().min(100).max(10_000).default(1_000),
  /** Below the threshold at `calls` it must stay so long, or for `hold_calls`, before an incident opens. */
  hold: duration.prefault("5m"),
  hold_calls: z.int().min(1).default(100),
  suffixes: z
    .array(suffixTest)
    .min(1)
    .default([
      { calls: 100, z: 4 },
      { calls: 300, z: 3.5 },
    ]),
  /** Recovered from this share on, over the last `recovery_calls`. */
  recovered: share.default(0.97),
  recovery_calls: z.int().min(20).default(100),
  /** Severity 1 below this share. */
  severe: share.default(0.8),
});

const shapeChange = z.strictObject({
  /** Evidence, in natural-log units, that a feature of the answers has changed; grows with the logarithm of the traffic. */
  threshold: z.number().min(5).default(12),
  /** Smallest change of a share that matters. */
  smallest: share.default(0.02),
});

const tokenSpike = z.strictObject({
  /** A request above so many times the 95th percentile is a spike ... */
  factor: z.number().min(1.5).default(3),
  /** ... and one above so many times it opens an incident by itself. */
  extreme: z.number().min(2).default(10),
  /** So many spikes within `window` open one, or so many by one user or in one trace. */
  spikes: z.int().min(1).default(5),
  by_one: z.int().min(1).default(3),
  window: duration.prefault("10m"),
  /** History of the cell before spikes open an incident; until then they are only noticed. */
  history: duration.prefault("7d"),
});

const runawayLoop = z.strictObject({
  /** The same tool with the same arguments so many times in a row, within one trace, conversation or session. */
  repeats: z.int().min(2).default(6),
  /** Without a further call for so long, a row ends. */
  window: duration.prefault("10m"),
});

const longRun = z.strictObject({
  /** Calls in one trace, each with no less input than the one before ... */
  calls: z.int().min(10).default(30),
  /** ... and so many times as many as the 99th percentile of the cell's runs. */
  times_usual: z.number().min(1).default(3),
  /** Without a further call for so long, a run is over. */
  window: duration.prefault("10m"),
});

const costRule = (suffixes: readonly { readonly calls: number; readonly z: number }[]) =>
  z.strictObject({
    /** The mean above so many times the reference. */
    factor: z.number().min(1.1).default(1.5),
    /** History of the cell before its own greatest mean of a week raises the line. */
    history: duration.prefault("7d"),
    /** Until then, so many times the reference: callers and hours differ. */
    learning_factor: z.number().min(1.1).default(3),
    suffixes: z
      .array(suffixTest)
      .min(1)
      .default([...suffixes]),
  });

const MEAN_COST = [
  { calls: 100, z: 5 },
  { calls: 200, z: 4.5 },
];
/** What a token costs hardly differs between calls of one model. */
const UNIT_COST = [
  { calls: 30, z: 6 },
  { calls: 100, z: 5 },
];

const spendRate = z.strictObject({
  /** US dollars an hour above what is expected. */
  excess: z.number().positive().default(50),
});

const unknownPrice = z.strictObject({
  /** A model with more than so many calls without a price within the hour, or so many tokens, is told of. */
  calls: z.int().min(0).default(20),
  tokens: z.int().min(0).default(100_000),
});

const callerShare = z.strictObject({
  /** One user's, tenant's or route's share of a service's tokens, and so many times the greatest it had in a week ... */
  share: share.default(0.3),
  times_own_share: z.number().min(1).default(1.5),
  /** ... of so many times the most tokens it ever used in the window ... */
  times_own_tokens: z.number().min(1).default(2),
  /** ... where the service uses so many times the median of this time of the day. */
  times_service: z.number().min(0).default(1.6),
  window: duration.prefault("10m"),
  min_calls: z.int().min(10).default(50),
  /** It must last so long. */
  hold: duration.prefault("15m"),
  /** History of the service before a share opens an incident; until then it is only noticed. */
  history: duration.prefault("7d"),
});

const volumeRule = {
  /** Calls in ten minutes from which they are judged by their volume. */
  min_calls: z.int().min(10).default(30),
  /** So many buckets of ten minutes in a row. */
  buckets: z.int().min(1).default(2),
};

const tokensWithoutTraffic = z.strictObject({
  /** Tokens above so many times the most of this time of the day in a week ... */
  tokens: z.number().min(1).default(1.5),
  /** ... while calls are below so many times their median. */
  calls: z.number().min(1).default(1.2),
  ...volumeRule,
});

const loadSurge = z.strictObject({
  /** Calls or tokens above so many times the most of a week. */
  factor: z.number().min(1.1).default(2),
  ...volumeRule,
});

/** What is judged, and by which numbers. */
export const detectionConfig = z.strictObject({
  /** The grid on which time passes. */
  tick: duration.prefault("1s"),
  /** A rule that keeps firing says so again after so long. */
  repeat: duration.prefault("5m"),
  /** Cells with state; newcomers never push out established ones. */
  max_cells: z.int().min(1).default(10_000),
  /**
   * False pages a week that the whole installation may make, safety aside: the thresholds of the sequential tests follow
   * from it, from the traffic and from the number of cells and signals; those of the rules below are the least.
   */
  false_pages_per_week: z.number().min(0.001).max(1_000).default(1),
  /** Latest calls of a cell that are kept to find onset and cause in. */
  recent_calls: z.int().min(50).max(4_000).default(500),
  baseline: baselineConfig.prefault({}),
  budgets: budgetsConfig,
  rules: z
    .strictObject({
      error_share: errorShare.prefault({}),
      error_rise: earlyWarning(0.005).prefault({}),
      failed_attempts: earlyWarning(0.05).prefault({}),
      slow_answers: slowShare(3).prefault({}),
      slow_first_chunk: slowShare(1.5).prefault({}),
      slow_chunks: slowShare(1.2).prefault({}),
      silence: silence.prefault({}),
      quality_drop: qualityDrop.prefault({}),
      quality_drift: qualityDrift.prefault({}),
      evaluation_drop: evaluationDrop.prefault({}),
      format_compliance: formatCompliance.prefault({}),
      shape_change: shapeChange.prefault({}),
      token_spike: tokenSpike.prefault({}),
      runaway_loop: runawayLoop.prefault({}),
      long_run: longRun.prefault({}),
      cost_per_request: costRule(MEAN_COST).prefault({}),
      price_rise: costRule(UNIT_COST).prefault({}),
      spend_rate: spendRate.prefault({}),
      unknown_price: unknownPrice.prefault({}),
      caller_share: callerShare.prefault({}),
      tokens_without_traffic: tokensWithoutTraffic.prefault({}),
      load_surge: loadSurge.prefault({}),
    })
    .prefault({}),
});

/** As parsed: durations in milliseconds. */
export type DetectionConfig = z.output<typeof detectionConfig>;
