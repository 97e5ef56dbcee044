import {
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_SERVICE_NAME,
  ATTR_SPANWARDEN_CALL_DURATION,
  ATTR_SPANWARDEN_PROCESSOR_ID,
  EVENT_GEN_AI_CLIENT_INFERENCE_OPERATION_DETAILS,
  EVENT_SPANWARDEN_CALL_PENDING,
} from "@spanwarden/conventions";

import { KeySet } from "../otlp/key-set.ts";
import type { AttributeReader, LogRecord, SpanEventRecord, SpanRecord } from "../otlp/records.ts";
import { numberAt, textAt } from "./attribute-values.ts";
import { callerIdentity } from "./caller-identity.ts";
import { speaks, translated, type Dialect, type NotOwn } from "./dialect.ts";
import { DIALECTS } from "./dialects.ts";
import { earlierOpenTelemetry } from "./earlier-opentelemetry.ts";
import { DEFAULT_IDENTITY, type IdentityAttributes } from "./identity-config.ts";
import { withMessageEvents } from "./message-events.ts";
import { openTelemetryCall, type Ending } from "./opentelemetry.ts";
import type { Recognised } from "./recognised.ts";
import { emittedSignals, withSpanwarden } from "./spanwarden.ts";
import { withCachedInput } from "./token-usage.ts";

const STATUS_ERROR = 2;

/** Why a span is no model call. */
export type NoCall =
  | { readonly noCall: "no_dialect" }
  /** `other_operation`: it is one of a dialect, but no inference; `operation` is what it says it is. */
  | {
      readonly noCall: "no_operation" | "other_operation" | NotOwn;
      readonly dialect: string;
      readonly operation?: string;
    };

/** The model call that a span tells of; `undefined` for every other span. */
export function recogniseSpan(
  span: SpanRecord,
  identity: IdentityAttributes = DEFAULT_IDENTITY,
): Recognised | undefined {
  const understood = understandSpan(span, identity);
  return "noCall" in understood ? undefined : understood;
}

/** As `recogniseSpan`, with the reason where a span is no call. */
export function understandSpan(span: SpanRecord, identity: IdentityAttributes = DEFAULT_IDENTITY): Recognised | NoCall {
  if (!maySpeak(span)) return { noCall: "no_dialect" };
  const duration = span.end >= span.start ? (span.end - span.start) / 1_000 : undefined;
  const failed = span.status.code === STATUS_ERROR;
  const ending = { failed, message: span.status.message, duration };
  const understood = understand(
    { attributes: span.attributes, scope: span.scope.name, events: span.events },
    ending,
    identity,
  );
  return "noCall" in understood ? understood : { ...understood, at: span.end, service: serviceOf(span) };
}

/** The model call that a log record tells of, as a whole: with its content, or in place of a span, or while it still waits. */
export function recogniseLog(
  record: LogRecord,
  identity: IdentityAttributes = DEFAULT_IDENTITY,
): Recognised | undefined {
  const name = eventName(record);
  const pending = name === EVENT_SPANWARDEN_CALL_PENDING;
  if (!pending && name !== EVENT_GEN_AI_CLIENT_INFERENCE_OPERATION_DETAILS) return undefined;
  const given = { attributes: record.attributes, scope: record.scope.name, events: [] };
  const understood = understand(given, { failed: false, message: "", duration: undefined }, identity);
  return "noCall" in understood ? undefined : { ...understood, pending, at: record.time, service: serviceOf(record) };
}

function serviceOf({ resource }: SpanRecord | LogRecord): string | undefined {
  return textAt(resource.attributes, ATTR_SERVICE_NAME);
}

/** Name of the event that a log record is; older emitters write it as an attribute. */
export function eventName({ eventName: name, attributes }: LogRecord): string {
  return name || (textAt(attributes, "event.name") ?? "");
}

interface Given {
  readonly attributes: AttributeReader;
  readonly scope: string;
  readonly events: readonly SpanEventRecord[];
}

const MARKS = DIALECTS.flatMap(({ marks }) => marks);
const MARKED_ATTRIBUTES = new KeySet(MARKS.flatMap((mark) => ("attribute" in mark ? mark.attribute : [])));
const MARKED_SCOPES = MARKS.flatMap((mark) => ("scope" in mark ? mark.scope : []));

/** False for nearly every span that is no model call; nothing but its keys is looked at for it. */
function maySpeak({ attributes, scope }: SpanRecord): boolean {
  if (attributes.hasAny?.(MARKED_ATTRIBUTES) !== false) return true;
  return MARKED_SCOPES.some((marked) => scope.name.startsWith(marked));
}

function understand(given: Given, ending: Ending, identity: IdentityAttributes): Omit<Recognised, "at"> | NoCall {
  const spoken = DIALECTS.filter((dialect) => speaks(dialect, given.attributes, given.scope));
  const [first] = spoken;
  if (first === undefined) return { noCall: "no_dialect" };
  const notOwn = reasonOf(spoken, given.attributes, ending.failed);
  if (notOwn !== undefined) return { noCall: notOwn, dialect: first.name };
  const attributes = withMessageEvents(translated(given.attributes, [...spoken, earlierOpenTelemetry]), given.events);
  const duration = numberAt(attributes, ATTR_SPANWARDEN_CALL_DURATION) ?? ending.duration;
  const plain = openTelemetryCall(attributes, { ...ending, duration });
  if (plain === undefined) {
    const operation = textAt(attributes, ATTR_GEN_AI_OPERATION_NAME);
    if (operation === undefined) return { noCall: "no_operation", dialect: first.name };
    return { noCall: "other_operation", dialect: first.name, operation };
  }
  const usage = plain.usage && withCachedInput(plain.usage, first.cachedBesideInput?.(given.attributes) ?? false);
  const emitted = emittedSignals(attributes);
  const call = withSpanwarden(
    { ...plain, usage, caller: callerIdentity(attributes, identity) },
    attributes,
    given.events,
  );
  const processorId = textAt(attributes, ATTR_SPANWARDEN_PROCESSOR_ID);
  return { dialect: emitted === undefined ? first.name : "spanwarden", call, pending: false, emitted, processorId };
}

function reasonOf(spoken: readonly Dialect[], attributes: AttributeReader, failed: boolean): NotOwn | undefined {
  for (const { notOwn } of spoken) {
    const reason = notOwn?.(attributes, failed);
    if (reason !== undefined) return reason;
  }
  return undefined;
}
