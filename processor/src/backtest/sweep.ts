import type { Config } from "../config.ts";
import type { DetectionConfig } from "../detectors/detection-config.ts";
import type { Fact } from "../facts/amendment.ts";
import type { Incident } from "../incidents/incident.ts";
import { Judgement } from "../judgement.ts";
import { isPage, weekly, type Rate } from "./pages.ts";

/** One number of the configuration, and the values that it is tried with. */
export interface Knob {
  /** Below `detection.rules`. */
  readonly rule: keyof DetectionConfig["rules"];
  readonly key: string;
  readonly values: readonly number[];
}

/** What an SRE would turn first; each from what finds most to what finds least. */
const KNOBS: readonly Knob[] = [
  { rule: "error_share", key: "threshold", values: [0.02, 0.05, 0.1, 0.2] },
  { rule: "slow_answers", key: "threshold", values: [0.1, 0.2, 0.4] },
  { rule: "quality_drop", key: "drop", values: [0.1, 0.15, 0.2, 0.3] },
  { rule: "format_compliance", key: "threshold", values: [0.98, 0.95, 0.9, 0.8] },
  { rule: "shape_change", key: "threshold", values: [9, 12, 16, 24] },
  { rule: "token_spike", key: "factor", values: [2, 3, 5] },
  { rule: "cost_per_request", key: "factor", values: [1.25, 1.5, 2, 3] },
  { rule: "spend_rate", key: "excess", values: [10, 50, 200] },
];

/** What one value of one knob comes to. */
export interface SweepPoint {
  readonly rule: Knob["rule"];
  readonly key: string;
  readonly value: number;
  readonly isConfigured: boolean;
  /** Incidents that this rule had a part in. */
  readonly incidents: number;
  readonly pages: Rate;
  /** Median milliseconds from onset to opening; `undefined` without incidents. */
  readonly delay: number | undefined;
}

interface Variant {
  readonly knob: Knob;
  readonly value: number;
  readonly judgement: Judgement;
  readonly incidents: Map<string, Incident>;
}

/** Incidents of a variant that are kept. */
const MOST_INCIDENTS = 10_000;

/**
 * The same facts judged under other thresholds, all in one pass: facts do not depend on the rules. Each variant costs what
 * judging costs once more, in time and in memory of baselines.
 */
export class Sweep {
  readonly #variants: readonly Variant[];
  readonly #configured: DetectionConfig["rules"];

  constructor(config: Config, knobs: readonly Knob[] = KNOBS) {
    this.#configured = config.detection.rules;
    this.#variants = knobs.flatMap((knob) =>
      knob.values.map((value) => ({
        knob,
        value,
        judgement: new Judgement(
          withValue(config.detection, knob, value),
          config.incidents,
          config.facts.allowed_lateness,
        ),
        incidents: new Map(),
      })),
    );
  }

  add(fact: Fact): void {
    for (const { judgement, incidents } of this.#variants) {
      for (const { incident } of judgement.apply(fact).incidents) {
        if (incidents.has(incident.id) || incidents.size < MOST_INCIDENTS) incidents.set(incident.id, incident);
      }
    }
  }

  /** `exposure` in milliseconds. */
  points(exposure: number): readonly SweepPoint[] {
    return this.#variants.map(({ knob: { rule, key }, value, incidents }) => {
      const own = [...incidents.values()].filter(({ rules }) => rules.includes(rule));
      const delays = own.map(({ openedAt, onset }) => openedAt - onset.time).toSorted((a, b) => a - b);
      return {
        rule,
        key,
        value,
        isConfigured: numberOf(this.#configured, rule, key) === value,
        incidents: own.length,
        pages: weekly(own.filter(isPage).length, exposure),
        delay: delays[Math.floor(delays.length / 2)],
      };
    });
  }
}

/** The number as it is configured. */
export function numberOf(rules: DetectionConfig["rules"], rule: Knob["rule"], key: string): number | undefined {
  const value = (rules[rule] as Readonly<Record<string, unknown>>)[key];
  return typeof value === "number" ? value : undefined;
}

function withValue(detection: DetectionConfig, { rule, key }: Knob, value: number): DetectionConfig {
  const changed = { ...detection.rules[rule], [key]: value };
  return { ...detection, rules: { ...detection.rules, [rule]: changed } };
}
