import type { Cell } from "../facts/call-fact.ts";
import type { View } from "./quality/views.ts";

export type IncidentKind = "outage" | "quality_degradation" | "cost_anomaly" | "safety_violation";

/** 0 is the gravest; 3 informs. */
export type Severity = 0 | 1 | 2 | 3;

/** What a detector concluded; both carry the numbers and the reason it was decided on. */
export type Verdict = Finding | Quiet;

export interface Finding {
  readonly verdict: "finding";
  readonly kind: IncidentKind;
  /** Name of the rule: `quality_drop`, `format_compliance`, `token_spike`, `error_share`, ... */
  readonly rule: string;
  readonly cell: Cell;
  /** Event time, milliseconds since the epoch. */
  readonly at: number;
  /** `notice` is exported as an anomaly and opens nothing; `incident` opens one or joins the open one. */
  readonly effect: "notice" | "incident";
  readonly severity: Severity;
  /** The attribute or metric that was tested. */
  readonly signal: string;
  readonly value: number;
  readonly baseline?: number | undefined;
  readonly threshold: number;
  /** Seconds the tested window spans. */
  readonly window: number;
  /** Calls in it. */
  readonly samples: number;
  readonly reason: string;
  /** Which series shows the onset: `incidents/onset.ts` searches it; absent for rules that judge one call. */
  readonly series?: Series | undefined;
  /** The call that tipped it. */
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
  /** For per-call and per-caller rules: what the finding is about (a safety rule, a hashed user). */
  readonly subject?: string | undefined;
}

/** Nothing to report. `recovered` is true only when the signal is back on the healthy side of the rule's close level. */
export interface Quiet {
  readonly verdict: "quiet";
  readonly kind: IncidentKind;
  readonly rule: string;
  readonly cell: Cell;
  readonly at: number;
  readonly recovered: boolean;
  readonly reason: string;
}

/** A per-call number in which a fault shows as a rise; `badness` computes it from a fact. */
export type Series = "failed" | "quality" | "format" | "tokens" | "cost" | "latency" | ViewSeries | EvaluationSeries;

/** Whether a call is a hit of a view, or where the view's rate fell, a miss. */
export interface ViewSeries {
  readonly view: Pick<View, "signal" | "test">;
  readonly falls: boolean;
}

/** Scores of one evaluation. */
export interface EvaluationSeries {
  readonly evaluation: string;
}

/** Under this name a score is kept beside the signals of its call. */
export function scoreName({ evaluation }: EvaluationSeries): string {
  return `evaluation:${evaluation}`;
}
