import {
  metrics,
  type Attributes,
  type Counter,
  type Histogram,
  type MeterProvider,
  type UpDownCounter,
} from "@opentelemetry/api";
import {
  ATTR_ERROR_TYPE,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_GEN_AI_TOKEN_MODALITY,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  METRIC_GEN_AI_CLIENT_INFERENCE_DURATION,
  METRIC_GEN_AI_CLIENT_INFERENCE_DURATION_BUCKETS as BUCKETS,
  METRIC_GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK,
  METRIC_GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK,
  METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_READ_INPUT_TOKENS,
  METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_WRITE_INPUT_TOKENS,
  METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_INPUT_TOKENS,
  METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_OUTPUT_TOKENS,
  METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_REASONING_OUTPUT_TOKENS,
  METRIC_SPANWARDEN_CLIENT_INFERENCE_ACTIVE,
  type LlmCall,
} from "@spanwarden/conventions";

import { SCOPE } from "./scope.ts";

type Subject = Pick<LlmCall, "operation" | "provider" | "server" | "request">;

interface Instruments {
  readonly duration: Histogram;
  readonly timeToFirstChunk: Histogram;
  readonly timePerChunk: Histogram;
  readonly input: Counter;
  readonly output: Counter;
  readonly cacheRead: Counter;
  readonly cacheWrite: Counter;
  readonly reasoning: Counter;
  readonly active: UpDownCounter;
}

let made: { readonly by: MeterProvider; readonly instruments: Instruments } | undefined;

/** A call began (1) or ended (-1). */
export function countActive(call: Subject, change: 1 | -1): void {
  instruments().active.add(change, subject(call));
}

/** Measures a finished call. Tokens are counted where the provider told them. */
export function measureCall(call: LlmCall): void {
  const { duration, timeToFirstChunk, timePerChunk, ...tokens } = instruments();
  const attributes = defined({
    ...subject(call),
    [ATTR_GEN_AI_RESPONSE_MODEL]: call.response.model,
    [ATTR_ERROR_TYPE]: call.failure?.type,
  });
  if (call.timing.duration !== undefined) duration.record(call.timing.duration, attributes);
  if (call.timing.timeToFirstChunk !== undefined) timeToFirstChunk.record(call.timing.timeToFirstChunk, attributes);
  if (call.timing.timePerChunk !== undefined) timePerChunk.record(call.timing.timePerChunk, attributes);
  // Providers tell the sum of all modalities.
  const counted = { ...attributes, [ATTR_GEN_AI_TOKEN_MODALITY]: "unknown" };
  for (const kind of ["input", "output"] as const) {
    const count = call.usage?.[kind];
    if (count !== undefined) tokens[kind].add(count, counted);
  }
  for (const kind of ["cacheRead", "cacheWrite", "reasoning"] as const) {
    const count = call.usage?.[kind];
    if (count !== undefined) tokens[kind].add(count, attributes);
  }
}

function subject({ operation, provider, server, request }: Subject): Attributes {
  return defined({
    [ATTR_GEN_AI_OPERATION_NAME]: operation,
    [ATTR_GEN_AI_PROVIDER_NAME]: provider,
    [ATTR_GEN_AI_REQUEST_MODEL]: request.model,
    [ATTR_SERVER_ADDRESS]: server?.address,
    [ATTR_SERVER_PORT]: server?.port,
  });
}

/** Made again when the provider has changed: an app may bring its SDK after its first call. */
function instruments(): Instruments {
  const by = metrics.getMeterProvider();
  if (made?.by !== by) made = { by, instruments: make(by) };
  return made.instruments;
}

function make(by: MeterProvider): Instruments {
  const meter = by.getMeter(SCOPE.name, SCOPE.version, { schemaUrl: SCOPE.schemaUrl });
  const seconds = { unit: "s", advice: { explicitBucketBoundaries: [...BUCKETS] } };
  const tokens = { unit: "{token}" };
  return {
    duration: meter.createHistogram(METRIC_GEN_AI_CLIENT_INFERENCE_DURATION, seconds),
    timeToFirstChunk: meter.createHistogram(METRIC_GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK, seconds),
    timePerChunk: meter.createHistogram(METRIC_GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK, seconds),
    input: meter.createCounter(METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_INPUT_TOKENS, tokens),
    output: meter.createCounter(METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_OUTPUT_TOKENS, tokens),
    cacheRead: meter.createCounter(METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_READ_INPUT_TOKENS, tokens),
    cacheWrite: meter.createCounter(METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_WRITE_INPUT_TOKENS, tokens),
    reasoning: meter.createCounter(METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_REASONING_OUTPUT_TOKENS, tokens),
    active: meter.createUpDownCounter(METRIC_SPANWARDEN_CLIENT_INFERENCE_ACTIVE, { unit: "{call}" }),
  };
}

function defined(attributes: Readonly<Record<string, string | number | undefined>>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
