import {
  ATTR_SPANWARDEN_INPUT_LENGTH,
  ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS,
  ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT,
  ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE,
  ATTR_SPANWARDEN_OUTPUT_LENGTH,
  ATTR_SPANWARDEN_OUTPUT_REFUSAL,
  ATTR_SPANWARDEN_OUTPUT_REPETITION_SCORE,
} from "@spanwarden/conventions";

import { detectionConfig, type DetectionConfig } from "../../src/detectors/detection-config.ts";
import type { Detectors } from "../../src/detectors/detectors.ts";
import type { Finding, Verdict } from "../../src/detectors/finding.ts";
import type { CallFact, Cell } from "../../src/facts/call-fact.ts";
import { CELL, fact, seeded, T0 } from "../incidents/fixtures.ts";

export { CELL, fact, seeded, T0, throughDisk } from "../incidents/fixtures.ts";

/** Four cells with 45 calls a second between them have one call each in so many milliseconds. */
const SPACING = 89;

/** The windows of a demonstration: a baseline in seconds, short suffixes. */
export const QUICK: DetectionConfig = detectionConfig.parse({
  baseline: { min_calls: 100, window: "20s", gap: "3s" },
  rules: {
    error_share: { suffixes: suffixes([20, 4], [50, 4], [100, 3.5]), window: "30s" },
    quality_drop: { suffixes: suffixes([20, 3.5], [50, 3], [100, 3]) },
    format_compliance: { suffixes: suffixes([20, 4], [50, 3.5], [100, 3.5]), recovery_calls: 20 },
    slow_answers: { suffixes: suffixes([20, 4], [50, 4]), history: "0s" },
    slow_first_chunk: { suffixes: suffixes([20, 4], [50, 4]), history: "0s" },
    slow_chunks: { suffixes: suffixes([20, 4], [50, 4]), history: "0s" },
    cost_per_request: { suffixes: suffixes([50, 5], [100, 5]), history: "0s" },
    price_rise: { suffixes: suffixes([50, 5], [100, 5]), history: "0s" },
    token_spike: { window: "20s", history: "0s" },
    runaway_loop: { window: "20s" },
    silence: { window: "20s", history: "60s" },
    // At the pace of a demonstration any price comes to more than the default in an hour.
    spend_rate: { excess: 100_000 },
  },
});

/** As shipped, but for a baseline, and a history, that fit into a short stream. */
export const DEFAULTS: DetectionConfig = detectionConfig.parse({
  baseline: { min_calls: 300, window: "1h", gap: "1m" },
  rules: {
    token_spike: { history: "0s" },
    cost_per_request: { history: "0s" },
    price_rise: { history: "0s" },
    slow_answers: { history: "0s" },
  },
});

function suffixes(...pairs: readonly (readonly [number, number])[]): readonly { calls: number; z: number }[] {
  return pairs.map(([calls, z]) => ({ calls, z }));
}

/** What differs between services: all of it is usual for each. */
export interface Habits {
  readonly cell: Cell;
  /** Standard deviation of the logarithm of lengths and tokens. */
  readonly spread: number;
  readonly formatClass: string;
  /** Shares of the calls. */
  readonly failing: number;
  readonly hedging: number;
}

const HABITS: Habits = { cell: CELL, spread: 0.8, formatClass: "json", failing: 0.005, hedging: 0.03 };

/** Faultless traffic of one cell, drawn by a seed: the same seed gives the same calls. */
export class Traffic {
  readonly #random: () => number;
  readonly #habits: Habits;
  readonly #seed: number;
  #n = 0;
  #at = T0;

  constructor(seed: number, habits: Partial<Habits> = {}) {
    this.#seed = seed;
    this.#random = seeded(seed * 7919 + 1);
    this.#habits = { ...HABITS, ...habits };
  }

  get now(): number {
    return this.#at;
  }

  random(): number {
    return this.#random();
  }

  /** One call; `overrides` replace what was drawn, measurement by measurement. */
  next(overrides: Partial<CallFact> = {}): CallFact {
    const { cell, spread, formatClass, failing, hedging } = this.#habits;
    this.#at += SPACING * 2 * this.#random();
    const at = Math.round(this.#at);
    const failed = this.#random() < failing;
    const output = Math.ceil(120 * Math.exp(spread * this.#normal()));
    const input = Math.ceil(400 * Math.exp(spread * this.#normal()));
    const duration = 0.4 * Math.exp(0.5 * this.#normal());
    const hedges = this.#random() < hedging ? 0.2 + 0.5 * this.#random() : 0;
    const base = fact(this.#n++, {
      cell,
      at,
      start: Math.round(at - 1_000 * duration),
      duration,
      timeToFirstChunk: duration / 4,
      identity: `${this.#seed}-${this.#n}`,
      traceId: (this.#seed * 1e6 + this.#n).toString(16).padStart(32, "0"),
      caller: { user: `user-${Math.floor(40 * this.#random())}` },
      signals: "1/process",
    });
    const answered: Partial<CallFact> = {
      usage: { input, output },
      cost: input * 2e-6 + output * 8e-6,
      measurements: {
        [ATTR_SPANWARDEN_INPUT_LENGTH]: 4 * input,
        [ATTR_SPANWARDEN_OUTPUT_LENGTH]: 4 * output,
        [ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE]: hedges,
        [ATTR_SPANWARDEN_OUTPUT_REFUSAL]: 0,
        [ATTR_SPANWARDEN_OUTPUT_REPETITION_SCORE]: 0,
        [ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT]: 1,
      },
      labels: { [ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS]: formatClass },
    };
    const call = { ...base, ...(failed ? { failure: "server_error" as const } : answered) };
    return {
      ...call,
      ...overrides,
      measurements: { ...call.measurements, ...overrides.measurements },
      labels: { ...call.labels, ...overrides.labels },
    };
  }

  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }
}

/** Judges calls with time passing between them on the grid of a second. */
export function judge(detectors: Detectors, facts: Iterable<CallFact>): Verdict[] {
  const verdicts: Verdict[] = [];
  let second = -Infinity;
  for (const call of facts) {
    const now = Math.floor(call.arrival / 1_000);
    if (now > second) {
      verdicts.push(...detectors.tick(now * 1_000));
      second = now;
    }
    verdicts.push(...detectors.apply(call));
  }
  return verdicts;
}

/** The findings that would open an incident. */
export function incidents(verdicts: readonly Verdict[]): readonly Finding[] {
  return verdicts.filter((verdict) => verdict.verdict === "finding").filter(({ effect }) => effect === "incident");
}

/** So many calls of the traffic; `overrides` are asked for each. */
export function take(traffic: Traffic, count: number, overrides?: (n: number) => Partial<CallFact>): CallFact[] {
  return Array.from({ length: count }, (_, n) => traffic.next(overrides?.(n)));
}
