import { EVENT_GEN_AI_CHOICE, EVENT_GEN_AI_EVALUATION_RESULT } from "@spanwarden/conventions";

import type { LogRecord } from "../otlp/records.ts";
import { evaluationResult, type EvaluationResult } from "./evaluation-result.ts";
import { DEFAULT_IDENTITY, type IdentityAttributes } from "./identity-config.ts";
import { eventFields, isMessageEvent, messageEvent, type MessageEvent } from "./message-events.ts";
import { eventName, recogniseLog } from "./recognise.ts";
import type { Recognised } from "./recognised.ts";

/**
 * What a log record says of a model call. `call`: it stands for a call, whose span was not sampled or is still to come.
 * `details`: content of a call that has a span. `message`: one message of it; with the choice all of them are there.
 */
export type Told =
  | { readonly told: "call"; readonly recognised: Recognised }
  | { readonly told: "details"; readonly recognised: Recognised }
  | { readonly told: "message"; readonly event: MessageEvent | undefined; readonly isChoice: boolean }
  | { readonly told: "evaluation"; readonly result: EvaluationResult };

const SAMPLED = 1;

/** Reads a log record; `undefined` for every one that is not about a model call. */
export function readLog(record: LogRecord, identity: IdentityAttributes = DEFAULT_IDENTITY): Told | undefined {
  const recognised = recogniseLog(record, identity);
  if (recognised !== undefined) return { told: isDetails(record, recognised) ? "details" : "call", recognised };
  const name = eventName(record);
  if (name === EVENT_GEN_AI_EVALUATION_RESULT) {
    const result = evaluationResult(record.attributes);
    return result && { told: "evaluation", result };
  }
  if (!isMessageEvent(name)) return undefined;
  const event = messageEvent(name, eventFields(record.body, record.attributes));
  return { told: "message", event, isChoice: name === EVENT_GEN_AI_CHOICE };
}

/**
 * The call has a span of its own, of which this tells the content. Our instrumentation writes a record only in place of a
 * span; that of others comes beside it, where the trace is sampled.
 */
function isDetails({ flags = 0, spanId }: LogRecord, { emitted, pending }: Recognised): boolean {
  return !pending && emitted === undefined && spanId !== "" && (flags & SAMPLED) !== 0;
}
