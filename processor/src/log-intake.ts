import { hash } from "node:crypto";

import { ATTR_GEN_AI_OPERATION_NAME } from "@spanwarden/conventions";

import { OWN_EVALUATOR, type EvaluationResult } from "./dialects/evaluation-result.ts";
import type { Told } from "./dialects/log-record.ts";
import { messageAttributes } from "./dialects/message-events.ts";
import { openTelemetryCall } from "./dialects/opentelemetry.ts";
import { evaluate, type EarlierContent, type Evaluation, type Evaluator } from "./evaluate.ts";
import { contentAmendment, scoreAmendment } from "./facts/amendment-of.ts";
import type { Amendment } from "./facts/amendment.ts";
import { serviceName } from "./facts/fact-of-call.ts";
import { normalisedScore, type EvaluationsConfig } from "./facts/evaluations-config.ts";
import { HeldContent } from "./held-content.ts";
import type { LogRecord } from "./otlp/records.ts";

/** What a log record adds to a call, and the evaluation of its content where that was read. */
export interface Taken {
  readonly amendment: Amendment;
  readonly evaluation?: Evaluation | undefined;
}

/** Why a record that is about a call adds nothing to it. */
export type NotTaken = "own" | "untrusted" | "not_configured" | "judged_upstream" | "no_content";

/** What is told of a call beside its span or in place of it. */
type Beside = Exclude<Told, { readonly told: "call" }>;

/**
 * Log records about calls that have a span of their own: messages are gathered until the answer is there, content is read
 * and let go, scores are brought onto one scale. What it hands on is written to the journal before it counts here as read,
 * so that a batch that is refused is read again when it is sent again.
 */
export class LogIntake {
  readonly #evaluations: EvaluationsConfig;
  readonly #evaluator: Evaluator;
  readonly #held = new HeldContent();
  /** Spans whose answer came in the present batch, with the last record of each. */
  #answered = new Map<string, LogRecord>();

  constructor(evaluations: EvaluationsConfig, evaluator: Evaluator) {
    this.#evaluations = evaluations;
    this.#evaluator = evaluator;
  }

  /** Calls whose messages were dropped before the answer came. */
  get dropped(): number {
    return this.#held.dropped;
  }

  /** Takes a record of a batch; `trusted` whether its sender's scores are believed. `arrival` in milliseconds since the epoch. */
  take(told: Beside, record: LogRecord, trusted: boolean, arrival: number): Taken | NotTaken | undefined {
    switch (told.told) {
      case "message":
        return this.#hold(told, record, arrival);
      case "details":
        return this.#details(told, record, trusted, arrival);
      case "evaluation":
        return this.#score(told.result, record, trusted, arrival);
    }
  }

  /** Ends a batch: the content of the calls whose answer came in it. */
  answers(arrival: number): readonly Taken[] {
    const answered = this.#answered;
    this.#answered = new Map();
    return [...answered].flatMap(([span, record]) => {
      const events = this.#held.messages(span);
      const attributes = messageAttributes(events);
      const call = openTelemetryCall(
        // Only chats were ever told message by message.
        {
          get: (key) => (key === ATTR_GEN_AI_OPERATION_NAME ? "chat" : attributes.get(key)),
          keys: () => attributes.keys(),
        },
        { failed: false, message: "", duration: undefined },
      );
      if (call === undefined || call.content.state === "absent") return [];
      const service = serviceName(record.resource.attributes);
      const recognised = { dialect: "opentelemetry", call, at: record.time, pending: false, service };
      const evaluation = evaluate(recognised, false, this.#evaluator);
      return { amendment: contentAmendment(evaluation, record, arrival), evaluation };
    });
  }

  /** The journal has it: its content is let go, and what was read of it is kept until the span comes. */
  written({ amendment, evaluation }: Taken, now: number): void {
    if (evaluation !== undefined) this.#held.keep(spanOf(amendment), evaluation, now);
  }

  /** What was read of a call's content before its span came. */
  earlier(span: { readonly traceId: string; readonly spanId: string }): EarlierContent | undefined {
    return this.#held.read(spanOf(span));
  }

  advance(now: number): void {
    this.#held.advance(now);
  }

  #hold(
    { event, isChoice }: Extract<Told, { readonly told: "message" }>,
    record: LogRecord,
    arrival: number,
  ): NotTaken | undefined {
    if (event === undefined || record.spanId === "") return "no_content";
    const identity = hash("sha256", `${record.time} ${JSON.stringify(event, plain)}`);
    this.#held.hold(spanOf(record), identity, event, arrival);
    if (isChoice) this.#answered.set(spanOf(record), record);
    return undefined;
  }

  #details(
    { recognised }: Extract<Told, { readonly told: "details" }>,
    record: LogRecord,
    trusted: boolean,
    arrival: number,
  ): Taken | NotTaken {
    if (trusted && recognised.processorId !== undefined) return "judged_upstream";
    if (recognised.call.content.state === "absent") return "no_content";
    const evaluation = evaluate(recognised, trusted, this.#evaluator);
    return { amendment: contentAmendment(evaluation, record, arrival), evaluation };
  }

  #score(result: EvaluationResult, record: LogRecord, trusted: boolean, arrival: number): Taken | NotTaken {
    // What this project emits itself may come back through the backend or the next tier.
    if (result.evaluator.id === OWN_EVALUATOR) return "own";
    if (!trusted) return "untrusted";
    const score = normalisedScore(this.#evaluations, result.name, result.value, result.label);
    if (score === undefined) return "not_configured";
    return { amendment: scoreAmendment(result, score, record, arrival) };
  }
}

function spanOf({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): string {
  return `${traceId}:${spanId}`;
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
