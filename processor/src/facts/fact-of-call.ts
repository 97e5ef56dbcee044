import { hash } from "node:crypto";

import {
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_NAMESPACE,
  ATTR_SERVICE_VERSION,
  ATTR_SPANWARDEN_SAFETY_RULES,
  parseSafetyLabel,
  type LlmCall,
  type Observation,
} from "@spanwarden/conventions";

import { textAt } from "../dialects/attribute-values.ts";
import type { Evaluation } from "../evaluate.ts";
import type { AttributeReader, LogRecord, SpanRecord } from "../otlp/records.ts";
import { samplingWeight, type SamplingWeight } from "../otlp/sampling.ts";
import { callerId } from "./caller-id.ts";
import type { CallFact, Caller, Cell, Facets } from "./call-fact.ts";
import type { FactsConfig } from "./facts-config.ts";
import type { inputOf } from "./input-config.ts";

/** An event time further ahead of its arrival than this is a clock that is wrong; milliseconds. */
const MOST_AHEAD = 5_000;
const SAFETY_KEPT = 8;
/** Hexadecimal digits of a hashed id that are kept: 128 bits, enough to count and to compare. */
const ID_DIGITS = 32;

/** What a fact is made of beside the evaluation. */
export interface Occurrence {
  readonly record: SpanRecord | LogRecord;
  readonly pending: boolean;
  /** Milliseconds since the epoch. */
  readonly arrival: number;
  /** What is known of the input of its service. */
  readonly input?: ReturnType<typeof inputOf>;
}

/**
 * The fact of an evaluated call; `too_old` where it ended longer ago than facts are judged.
 * Pure, and content ends here: nothing of a text is in a fact.
 */
export function factOfCall(evaluation: Evaluation, occurrence: Occurrence, config: FactsConfig): CallFact | "too_old" {
  const { call, price } = evaluation;
  const { record, pending, arrival, input } = occurrence;
  const times = timesOf(record, call);
  const { start, end } = times;
  const at = isAhead(end, arrival) ? arrival : end;
  if (at < arrival - config.max_age) return "too_old";
  const resource = record.resource.attributes;
  const { weight, known } = weightOf(record, evaluation, input);
  const knownPrice = "unknown" in price ? undefined : price;
  return {
    identity: identityOf(record, call, pending, times),
    at,
    start: Math.min(start, at),
    arrival,
    late: at < arrival - config.allowed_lateness,
    traceId: record.traceId,
    spanId: record.spanId,
    response: call.response.id === undefined ? undefined : responseDigest(call.response.id),
    cell: cellOf(resource, call),
    facets: facetsOf(resource, call),
    caller: callerOf(call),
    conversation: call.conversation,
    failure: call.failure?.class,
    pending,
    failedAttempts: call.attempts.length,
    endReason: call.response.endReason,
    finishReason: call.response.finishReasons?.[0],
    duration: call.timing.duration,
    timeToFirstChunk: call.timing.timeToFirstChunk,
    timePerChunk: call.timing.timePerChunk,
    usage: usageOf(call),
    cost: knownPrice?.amount,
    costSource: knownPrice?.source,
    pricing: knownPrice?.pricingVersion,
    content: evaluation.content,
    ...observedOf(call.observations),
    weight,
    weightKnown: known,
    tailSampled: input === "tail_sampled" ? true : undefined,
    signals: evaluation.signals,
  };
}

/** Identity of a call, as its fact has it. */
export function identityOfCall(record: SpanRecord | LogRecord, call: LlmCall, pending: boolean): string {
  return identityOf(record, call, pending, timesOf(record, call));
}

/** An event time further ahead than clocks and ways explain; both in milliseconds since the epoch. */
export function isAhead(end: number, arrival: number): boolean {
  return end > arrival + MOST_AHEAD;
}

/**
 * Calls that a span stands for. Where every call comes it is one, whatever the threshold says; where that is not known, it
 * is one for our own instrumentation too, which sends a record of each call that was not sampled.
 */
function weightOf(
  { traceState }: SpanRecord | LogRecord,
  { signals }: Evaluation,
  input: Occurrence["input"],
): SamplingWeight {
  if (input === "complete") return { weight: 1, known: true };
  if (input === undefined && signals.endsWith("/process")) return { weight: 1, known: false };
  return samplingWeight(traceState ?? "");
}

/**
 * Identity of the call: the provider's response id within service and trace, so that two instrumentations of one call
 * count once; else the span; else, for a record outside any trace, what is known of it. A pending call has one of its own,
 * for its final span is still to be judged.
 */
function identityOf(record: SpanRecord | LogRecord, call: LlmCall, pending: boolean, times: Times): string {
  const { traceId, spanId, resource } = record;
  const { id } = call.response;
  const service = serviceName(resource.attributes);
  if (id !== undefined && !pending) return `response:${digest([service, traceId, id])}`;
  const prefix = pending ? "pending:" : "";
  if (/^[0-9a-f]{32}$/.test(traceId) && /^[0-9a-f]{16}$/.test(spanId)) return `${prefix}${traceId}:${spanId}`;
  const instance = textAt(resource.attributes, ATTR_SERVICE_INSTANCE_ID);
  return `${prefix}record:${digest([service, instance, traceId, spanId, times, call.request.model, call.usage])}`;
}

/** What stands for a provider's response id: 64 bits of its hash. */
export function responseDigest(id: string): string {
  return hash("sha256", id).slice(0, 16);
}

/** 128 bits of the hash of these parts. */
export function digest(parts: readonly unknown[]): string {
  return hash("sha256", JSON.stringify(parts)).slice(0, ID_DIGITS);
}

/** Milliseconds since the epoch. */
interface Times {
  readonly start: number;
  readonly end: number;
}

/** A log record stands at the end of the call. */
function timesOf(record: SpanRecord | LogRecord, call: LlmCall): Times {
  if ("time" in record) return { start: record.time - (call.timing.duration ?? 0) * 1_000, end: record.time };
  return { start: record.start, end: Math.max(record.start, record.end) };
}

/** OpenTelemetry's own word where a service does not say its name. */
export function serviceName(resource: AttributeReader): string {
  return textAt(resource, ATTR_SERVICE_NAME) ?? "unknown_service";
}

function cellOf(resource: AttributeReader, call: LlmCall): Cell {
  return {
    namespace: textAt(resource, ATTR_SERVICE_NAMESPACE) ?? "",
    service: serviceName(resource),
    environment: textAt(resource, ATTR_DEPLOYMENT_ENVIRONMENT_NAME) ?? "",
    operation: call.operation,
    prompt: call.prompt.name ?? call.agent ?? "-",
  };
}

function facetsOf(resource: AttributeReader, { provider, request, response, prompt }: LlmCall): Facets {
  return {
    provider,
    requestModel: request.model,
    responseModel: response.model,
    systemFingerprint: response.systemFingerprint,
    promptVersion: prompt.version,
    template: prompt.templateChecksum,
    systemInstructions: prompt.systemInstructionsChecksum,
    toolDefinitions: prompt.toolDefinitionsChecksum,
    parameters: prompt.parametersChecksum,
    serviceVersion: textAt(resource, ATTR_SERVICE_VERSION),
    serviceInstance: textAt(resource, ATTR_SERVICE_INSTANCE_ID),
  };
}

function callerOf({ caller }: LlmCall): Caller {
  return {
    user: callerId(caller.user),
    session: callerId(caller.session),
    tenant: callerId(caller.tenant),
    route: caller.route,
  };
}

/** What rules and reasons look at; the rest has gone into the price. */
function usageOf({ usage = {} }: LlmCall): CallFact["usage"] {
  const { input, output, cacheRead, cacheWrite, reasoning } = usage;
  return { input, output, cacheRead, cacheWrite, reasoning };
}

/** Observations as a fact keeps them. */
export function observedOf(observations: readonly Observation[]): Pick<CallFact, "measurements" | "labels" | "safety"> {
  return {
    measurements: measurementsOf(observations),
    labels: labelsOf(observations),
    safety: safetyOf(observations),
  };
}

function measurementsOf(observations: readonly Observation[]): Record<string, number> {
  return Object.fromEntries(observations.flatMap((o) => ("value" in o ? [[o.name, o.value]] : [])));
}

function labelsOf(observations: readonly Observation[]): Record<string, string> {
  const labels = observations.filter((o) => "label" in o).filter(({ name }) => name !== ATTR_SPANWARDEN_SAFETY_RULES);
  return Object.fromEntries(labels.map((o) => [o.name, o.label]));
}

/** Page class first, so that the bound cuts off what matters least. */
function safetyOf(observations: readonly Observation[]): readonly string[] {
  const labels = observations.flatMap((o) =>
    "label" in o && o.name === ATTR_SPANWARDEN_SAFETY_RULES ? [o.label] : [],
  );
  const isRecord = (label: string): number => Number(parseSafetyLabel(label)?.class !== "page");
  return [...new Set(labels)].toSorted((a, b) => isRecord(a) - isRecord(b)).slice(0, SAFETY_KEPT);
}
