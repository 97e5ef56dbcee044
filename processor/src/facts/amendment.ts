import type { ContentState } from "@spanwarden/conventions";

import type { CallFact, Cell, Facets } from "./call-fact.ts";

/**
 * What a log record adds to a call that is, or will be, a fact of its own: signals of its content, or somebody's score.
 * It holds no content, and is journaled like a fact; it never counts a call, its tokens
 * or its failure again.
 */
export type Amendment = ContentAmendment | ScoreAmendment;

/** One entry of the journal. */
export type Fact = CallFact | Amendment;

interface Head {
  /** Of the amendment itself: one that is sent twice has the same. */
  readonly identity: string;
  /** Of the record, milliseconds since the epoch; the call's own event time counts where it is found. */
  readonly at: number;
  /** When the processor received it, milliseconds since the epoch. */
  readonly arrival: number;
  /** Of the call. Empty where the record does not say; then the response tells which call it is. */
  readonly traceId: string;
  readonly spanId: string;
  /** Digest of the provider's response id. */
  readonly response?: string | undefined;
  /** Who sent it: where a score belongs whose call is not found. */
  readonly source: Pick<Cell, "namespace" | "service" | "environment">;
}

/** Signals of a call whose span bears no content. */
export interface ContentAmendment extends Head {
  readonly amends: "content";
  readonly signals: string;
  readonly content: ContentState;
  readonly finishReason?: string | undefined;
  readonly facets: Facets;
  readonly measurements: Readonly<Record<string, number>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly safety: readonly string[];
}

/** An evaluation that is judged. */
export interface ScoreAmendment extends Head {
  readonly amends: "score";
  readonly evaluation: JudgedEvaluation;
}

export interface JudgedEvaluation {
  readonly name: string;
  /** From 0, the worst, to 1. */
  readonly score: number;
  readonly label?: string | undefined;
  /** Id, type and version of who judged, together: what a baseline belongs to. */
  readonly evaluator: string;
  /** `llm_judge`, `human`, ...; empty is unknown. */
  readonly evaluatorType: string;
}

export function isCall(fact: Fact): fact is CallFact {
  return !("amends" in fact);
}

const SAFETY_KEPT = 8;

/** The call with what was learned of its content later. What it said itself stands. */
export function amended(call: CallFact, amendment: ContentAmendment): CallFact {
  return {
    ...call,
    signals: amendment.signals,
    content: amendment.content,
    finishReason: call.finishReason ?? amendment.finishReason,
    facets: { ...amendment.facets, ...known(call.facets) },
    measurements: { ...amendment.measurements, ...call.measurements },
    labels: { ...amendment.labels, ...call.labels },
    safety: [...new Set([...amendment.safety, ...call.safety])].slice(0, SAFETY_KEPT),
  };
}

function known<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as Partial<T>;
}
