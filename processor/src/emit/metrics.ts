import type { Attributes, Counter, Histogram, Meter, ObservableResult } from "@opentelemetry/api";
import {
  ATTR_GEN_AI_EVALUATION_NAME,
  ATTR_GEN_AI_EVALUATION_SCORE_LABEL,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_SECURITY_RULE_RULESET_NAME,
  ATTR_SPANWARDEN_ANOMALY_RULE_NAME,
  ATTR_SPANWARDEN_COST_PRICING_VERSION,
  ATTR_SPANWARDEN_COST_SOURCE,
  ATTR_SPANWARDEN_EVALUATOR_TYPE,
  ATTR_SPANWARDEN_INCIDENT_SEVERITY,
  ATTR_SPANWARDEN_INCIDENT_TYPE,
  ATTR_SPANWARDEN_SAFETY_ACTION,
  ATTR_SPANWARDEN_SAFETY_CATEGORY,
  METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_INPUT_TOKENS,
  METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_OUTPUT_TOKENS,
  METRIC_SPANWARDEN_ANOMALIES,
  METRIC_SPANWARDEN_CLIENT_INFERENCE_OPERATION_COST,
  METRIC_SPANWARDEN_CLIENT_INFERENCE_UNPRICED,
  METRIC_SPANWARDEN_CLIENT_INFERENCE_USAGE_COST,
  METRIC_SPANWARDEN_EVALUATION_RESULTS,
  METRIC_SPANWARDEN_EVALUATION_SCORE,
  METRIC_SPANWARDEN_INCIDENT_ACTIVE,
  METRIC_SPANWARDEN_INCIDENT_DURATION,
  METRIC_SPANWARDEN_SAFETY_FINDINGS,
  parseSafetyLabel,
} from "@spanwarden/conventions";

import { isUnpriced } from "../detectors/cost/unpriced.ts";
import type { Finding } from "../detectors/finding.ts";
import type { JudgedEvaluation } from "../facts/amendment.ts";
import type { CallFact, Cell } from "../facts/call-fact.ts";
import type { Incident, IncidentChange } from "../incidents/incident.ts";
import type { Clock } from "../settings.ts";
import { RULESET } from "./call-events.ts";
import { Dimensions } from "./dimensions.ts";
import type { EmitConfig } from "./emit-config.ts";
import type { Evaluation } from "./evaluations.ts";

/** How long the count of incidents stays at 0 after the last one closed, before it is no longer reported. */
const FADING = 15 * 60_000;

/** Words of others that may be a dimension. */
const EVALUATOR_TYPES: ReadonlySet<string> = new Set(["llm_judge", "deterministic", "human"]);

const BUCKETS = {
  /** US dollars. */
  cost: [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
  score: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  /** Seconds: one minute to three days. */
  duration: [60, 300, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400, 259_200],
};

interface ActiveSeries {
  readonly attributes: Attributes;
  readonly count: number;
  /** When it last counted an incident, milliseconds since the epoch. */
  readonly activeAt: number;
}

/**
 * The metrics of what was judged. Totals are weighted by the sampling probability, distributions are not.
 * A call is measured once, from its fact, and pending calls are not: their final span is.
 */
export class Metrics {
  readonly #dimensions: Dimensions;
  readonly #clock: Pick<Clock, "now">;
  readonly #incidents: () => readonly Incident[];
  readonly #cost: Counter;
  readonly #costOfCall: Histogram;
  readonly #unpriced: Counter;
  readonly #tokens: { readonly input: Counter; readonly output: Counter } | undefined;
  readonly #score: Histogram;
  readonly #results: Counter;
  readonly #safety: Counter;
  readonly #anomalies: Counter;
  readonly #duration: Histogram;
  #active = new Map<string, ActiveSeries>();

  /** `incidents` gives the open ones; it is asked at each collection. */
  constructor(meter: Meter, config: EmitConfig, clock: Pick<Clock, "now">, incidents: () => readonly Incident[]) {
    this.#dimensions = new Dimensions(config.max_series);
    this.#clock = clock;
    this.#incidents = incidents;
    this.#cost = meter.createCounter(METRIC_SPANWARDEN_CLIENT_INFERENCE_USAGE_COST, { unit: "{USD}" });
    this.#costOfCall = histogram(meter, METRIC_SPANWARDEN_CLIENT_INFERENCE_OPERATION_COST, "{USD}", BUCKETS.cost);
    this.#unpriced = meter.createCounter(METRIC_SPANWARDEN_CLIENT_INFERENCE_UNPRICED, { unit: "{call}" });
    this.#tokens = config.derive_usage_metrics ? tokenCounters(meter) : undefined;
    this.#score = histogram(meter, METRIC_SPANWARDEN_EVALUATION_SCORE, "1", BUCKETS.score);
    this.#results = meter.createCounter(METRIC_SPANWARDEN_EVALUATION_RESULTS, { unit: "{result}" });
    this.#safety = meter.createCounter(METRIC_SPANWARDEN_SAFETY_FINDINGS, { unit: "{finding}" });
    this.#anomalies = meter.createCounter(METRIC_SPANWARDEN_ANOMALIES, { unit: "{anomaly}" });
    this.#duration = histogram(meter, METRIC_SPANWARDEN_INCIDENT_DURATION, "s", BUCKETS.duration);
    meter
      .createObservableUpDownCounter(METRIC_SPANWARDEN_INCIDENT_ACTIVE, { unit: "{incident}" })
      .addCallback((result) => this.#observeActive(result));
  }

  /** Measurements that fell under `_OTHER` for want of series. */
  get overflowed(): number {
    return this.#dimensions.overflowed;
  }

  /** Measures one judged call. */
  call(fact: CallFact, evaluations: readonly Evaluation[]): void {
    if (fact.pending) return;
    const subject = this.#dimensions.ofCall(fact);
    this.#measureCost(fact, subject);
    if (isUnpriced(fact)) {
      this.#unpriced.add(fact.weight, this.#dimensions.bounded(METRIC_SPANWARDEN_CLIENT_INFERENCE_UNPRICED, subject));
    }
    this.#measureTokens(fact, subject);
    this.#content(fact, evaluations, subject);
  }

  /** Measures what the content of a call tells that was measured without. */
  content(fact: CallFact, evaluations: readonly Evaluation[]): void {
    this.#content(fact, evaluations, this.#dimensions.ofCall(fact));
  }

  /** Measures somebody's score. */
  score({ cell, evaluation }: { readonly cell: Cell; readonly evaluation: JudgedEvaluation }): void {
    const { name, score, label, evaluatorType } = evaluation;
    const attributes = { ...this.#dimensions.ofCell(cell), [ATTR_GEN_AI_EVALUATION_NAME]: name };
    const type = EVALUATOR_TYPES.has(evaluatorType) ? evaluatorType : undefined;
    const evaluator = { ...attributes, [ATTR_SPANWARDEN_EVALUATOR_TYPE]: type };
    this.#score.record(score, this.#dimensions.bounded(METRIC_SPANWARDEN_EVALUATION_SCORE, evaluator));
    if (label === undefined) return;
    const result = { ...attributes, [ATTR_GEN_AI_EVALUATION_SCORE_LABEL]: label };
    this.#results.add(1, this.#dimensions.bounded(METRIC_SPANWARDEN_EVALUATION_RESULTS, result));
  }

  /** Counts what a rule found. */
  finding({ cell, kind, rule }: Finding): void {
    const subject = this.#dimensions.ofCell(cell);
    const attributes = { ...subject, [ATTR_SPANWARDEN_INCIDENT_TYPE]: kind, [ATTR_SPANWARDEN_ANOMALY_RULE_NAME]: rule };
    this.#anomalies.add(1, this.#dimensions.bounded(METRIC_SPANWARDEN_ANOMALIES, attributes));
  }

  /** Records how long an incident was open, when it closes. */
  change({ transition, at, incident }: IncidentChange): void {
    if (transition !== "closed") return;
    const subject = this.#dimensions.ofCell(incident.cell);
    const attributes = { ...subject, [ATTR_SPANWARDEN_INCIDENT_TYPE]: incident.kind };
    const seconds = ((incident.closedAt ?? at) - incident.openedAt) / 1_000;
    this.#duration.record(seconds, this.#dimensions.bounded(METRIC_SPANWARDEN_INCIDENT_DURATION, attributes));
  }

  #content(fact: CallFact, evaluations: readonly Evaluation[], subject: Attributes): void {
    for (const { name, score, label } of evaluations) {
      const attributes = { ...subject, [ATTR_GEN_AI_EVALUATION_NAME]: name };
      const evaluator = { ...attributes, [ATTR_SPANWARDEN_EVALUATOR_TYPE]: "deterministic" };
      this.#score.record(score, this.#dimensions.bounded(METRIC_SPANWARDEN_EVALUATION_SCORE, evaluator));
      if (label === undefined) continue;
      const result = { ...attributes, [ATTR_GEN_AI_EVALUATION_SCORE_LABEL]: label };
      this.#results.add(fact.weight, this.#dimensions.bounded(METRIC_SPANWARDEN_EVALUATION_RESULTS, result));
    }
    for (const text of fact.safety) this.#countSafety(text, subject);
  }

  #measureCost({ cost, costSource, pricing, weight }: CallFact, subject: Attributes): void {
    if (cost === undefined) return;
    const attributes = {
      ...subject,
      [ATTR_SPANWARDEN_COST_SOURCE]: costSource,
      [ATTR_SPANWARDEN_COST_PRICING_VERSION]: pricing,
    };
    this.#cost.add(cost * weight, this.#dimensions.bounded(METRIC_SPANWARDEN_CLIENT_INFERENCE_USAGE_COST, attributes));
    const series = this.#dimensions.bounded(METRIC_SPANWARDEN_CLIENT_INFERENCE_OPERATION_COST, attributes);
    this.#costOfCall.record(cost, series);
  }

  #measureTokens({ usage, weight, cell }: CallFact, subject: Attributes): void {
    if (this.#tokens === undefined) return;
    const attributes = { ...subject, [ATTR_GEN_AI_OPERATION_NAME]: cell.operation };
    const series = this.#dimensions.bounded(METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_INPUT_TOKENS, attributes);
    if (usage.input !== undefined) this.#tokens.input.add(usage.input * weight, series);
    if (usage.output !== undefined) this.#tokens.output.add(usage.output * weight, series);
  }

  #countSafety(text: string, subject: Attributes): void {
    const label = parseSafetyLabel(text);
    if (label === undefined || label.origin === "example") return;
    const attributes = {
      ...subject,
      [ATTR_SPANWARDEN_SAFETY_CATEGORY]: label.category,
      [ATTR_SPANWARDEN_SAFETY_ACTION]: "observed",
      [ATTR_SECURITY_RULE_RULESET_NAME]: RULESET,
    };
    this.#safety.add(1, this.#dimensions.bounded(METRIC_SPANWARDEN_SAFETY_FINDINGS, attributes));
  }

  /**
   * Incidents of cells that differ only in what is no dimension (operation, namespace) add up. A series whose incidents
   * have closed, or moved to another severity, is 0 for a while. With cumulative temporality the SDK repeats that 0.
   */
  #observeActive(result: ObservableResult): void {
    const now = this.#clock.now();
    const active = new Map<string, ActiveSeries>();
    for (const { cell, kind, severity } of this.#incidents()) {
      const attributes = this.#dimensions.bounded(METRIC_SPANWARDEN_INCIDENT_ACTIVE, {
        ...this.#dimensions.ofCell(cell),
        [ATTR_SPANWARDEN_INCIDENT_TYPE]: kind,
        [ATTR_SPANWARDEN_INCIDENT_SEVERITY]: severity,
      });
      const key = JSON.stringify(attributes);
      active.set(key, { attributes, count: (active.get(key)?.count ?? 0) + 1, activeAt: now });
    }
    for (const [key, series] of this.#active) {
      if (!active.has(key) && now - series.activeAt < FADING) active.set(key, { ...series, count: 0 });
    }
    for (const { attributes, count } of active.values()) result.observe(count, attributes);
    this.#active = active;
  }
}

function histogram(meter: Meter, name: string, unit: string, explicitBucketBoundaries: number[]): Histogram {
  return meter.createHistogram(name, { unit, advice: { explicitBucketBoundaries } });
}

function tokenCounters(meter: Meter): { readonly input: Counter; readonly output: Counter } {
  return {
    input: meter.createCounter(METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_INPUT_TOKENS, { unit: "{token}" }),
    output: meter.createCounter(METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_OUTPUT_TOKENS, { unit: "{token}" }),
  };
}
