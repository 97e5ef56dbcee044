import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_RESEND_COUNT,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_SPANWARDEN_ATTEMPT_DURATION,
  ATTR_SPANWARDEN_ATTEMPT_RETRY_AFTER,
  ATTR_SPANWARDEN_CONTENT_STATE,
  ATTR_SPANWARDEN_FAILURE_CLASS,
  ATTR_SPANWARDEN_PROMPT_RENDERED_CHECKSUM,
  ATTR_SPANWARDEN_PROMPT_SYSTEM_INSTRUCTIONS_CHECKSUM,
  ATTR_SPANWARDEN_PROMPT_TEMPLATE_CHECKSUM,
  ATTR_SPANWARDEN_REQUEST_PARAMETERS_CHECKSUM,
  ATTR_SPANWARDEN_RESPONSE_END_REASON,
  ATTR_SPANWARDEN_RESPONSE_TIME_PER_CHUNK,
  ATTR_SPANWARDEN_SAFETY_RULES,
  ATTR_SPANWARDEN_SIGNALS_VERSION,
  ATTR_SPANWARDEN_TOOL_DEFINITIONS_CHECKSUM,
  classifyFailure,
  EVENT_SPANWARDEN_ATTEMPT,
  parseSafetyLabel,
  SPANWARDEN_CONTENT_STATE_VALUE_ABSENT,
  SPANWARDEN_CONTENT_STATE_VALUE_COMPLETE,
  SPANWARDEN_CONTENT_STATE_VALUE_TRUNCATED,
  type CallFailure,
  type EndReason,
  type FailedAttempt,
  type FailureClass,
  type LlmCall,
  type Observation,
} from "@spanwarden/conventions";

import type { AttributeReader, SpanEventRecord } from "../otlp/records.ts";
import { countAt, numberAt, textAt, textsAt } from "./attribute-values.ts";
import { LABELS, MEASUREMENTS } from "./observation-names.ts";
import type { EmittedSignals } from "./recognised.ts";

const END_REASONS: ReadonlySet<string> = new Set<EndReason>(["done", "cancelled", "cut", "error", "abandoned"]);
const CONTENT_STATES: ReadonlySet<string> = new Set([
  SPANWARDEN_CONTENT_STATE_VALUE_COMPLETE,
  SPANWARDEN_CONTENT_STATE_VALUE_TRUNCATED,
  SPANWARDEN_CONTENT_STATE_VALUE_ABSENT,
]);
const FAILURE_CLASSES: ReadonlySet<string> = new Set<FailureClass>([
  "rate_limited",
  "server_error",
  "timeout",
  "network",
  "refused_by_provider",
  "invalid_request",
  "auth",
  "empty",
  "cancelled",
  "other",
]);

/** What spanwarden's own instrumentation adds to a call in OpenTelemetry's conventions: the wire contract. */
export function withSpanwarden(
  call: LlmCall,
  attributes: AttributeReader,
  events: readonly SpanEventRecord[],
): LlmCall {
  const endReason = textAt(attributes, ATTR_SPANWARDEN_RESPONSE_END_REASON);
  return {
    ...call,
    response: {
      ...call.response,
      endReason: endReason !== undefined && END_REASONS.has(endReason) ? (endReason as EndReason) : undefined,
    },
    failure: call.failure && classified(call.failure, attributes),
    attempts: attemptsOf(attributes, events),
    timing: { ...call.timing, timePerChunk: numberAt(attributes, ATTR_SPANWARDEN_RESPONSE_TIME_PER_CHUNK) },
    prompt: {
      ...call.prompt,
      templateChecksum: textAt(attributes, ATTR_SPANWARDEN_PROMPT_TEMPLATE_CHECKSUM),
      renderedChecksum: textAt(attributes, ATTR_SPANWARDEN_PROMPT_RENDERED_CHECKSUM),
      systemInstructionsChecksum: textAt(attributes, ATTR_SPANWARDEN_PROMPT_SYSTEM_INSTRUCTIONS_CHECKSUM),
      toolDefinitionsChecksum: textAt(attributes, ATTR_SPANWARDEN_TOOL_DEFINITIONS_CHECKSUM),
      parametersChecksum: textAt(attributes, ATTR_SPANWARDEN_REQUEST_PARAMETERS_CHECKSUM),
    },
    observations: observationsOf(attributes),
  };
}

/** `undefined` where the emitter computed no signals. */
export function emittedSignals(attributes: AttributeReader): EmittedSignals | undefined {
  const version = textAt(attributes, ATTR_SPANWARDEN_SIGNALS_VERSION);
  if (version === undefined) return undefined;
  const state = textAt(attributes, ATTR_SPANWARDEN_CONTENT_STATE);
  const known = state !== undefined && CONTENT_STATES.has(state);
  return { version, content: known ? (state as EmittedSignals["content"]) : SPANWARDEN_CONTENT_STATE_VALUE_ABSENT };
}

function classified(failure: CallFailure, attributes: AttributeReader): CallFailure {
  const cls = textAt(attributes, ATTR_SPANWARDEN_FAILURE_CLASS);
  return cls !== undefined && FAILURE_CLASSES.has(cls) ? { ...failure, class: cls as FailureClass } : failure;
}

/** Each failed attempt is an event; a log record, which has none, still has their number. */
function attemptsOf(attributes: AttributeReader, events: readonly SpanEventRecord[]): readonly FailedAttempt[] {
  const told = events.filter(({ name }) => name === EVENT_SPANWARDEN_ATTEMPT).map(attemptOf);
  if (told.length > 0) return told;
  const resent = Math.min(20, countAt(attributes, ATTR_HTTP_REQUEST_RESEND_COUNT) ?? 0);
  return Array.from({ length: resent }, () => ({ at: 0, type: "_OTHER", class: "other" }));
}

function attemptOf({ time, attributes }: SpanEventRecord): FailedAttempt {
  const type = textAt(attributes, ATTR_ERROR_TYPE) ?? "_OTHER";
  const status = countAt(attributes, ATTR_HTTP_RESPONSE_STATUS_CODE);
  return {
    at: time,
    status,
    type,
    class: classifyFailure({ type, status }),
    duration: numberAt(attributes, ATTR_SPANWARDEN_ATTEMPT_DURATION),
    retryAfter: numberAt(attributes, ATTR_SPANWARDEN_ATTEMPT_RETRY_AFTER),
  };
}

function observationsOf(attributes: AttributeReader): readonly Observation[] {
  const measurements = MEASUREMENTS.flatMap((name): Observation[] => {
    const given = attributes.get(name);
    const value = typeof given === "boolean" ? Number(given) : numberAt(attributes, name);
    return value === undefined ? [] : [{ name, value }];
  });
  const labels = LABELS.flatMap((name): Observation[] => {
    const label = textAt(attributes, name);
    return label === undefined ? [] : [{ name, label }];
  });
  const safety = (textsAt(attributes, ATTR_SPANWARDEN_SAFETY_RULES) ?? [])
    .filter((label) => parseSafetyLabel(label) !== undefined)
    .map((label): Observation => ({ name: ATTR_SPANWARDEN_SAFETY_RULES, label }));
  return [...measurements, ...labels, ...safety];
}
