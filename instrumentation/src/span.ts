import type { AnyValue } from "@opentelemetry/api";
import {
  ATTR_ERROR_TYPE,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_OUTPUT_TYPE,
  ATTR_GEN_AI_PROMPT_NAME,
  ATTR_GEN_AI_PROMPT_VERSION,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_CHOICE_COUNT,
  ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY,
  ATTR_GEN_AI_REQUEST_MAX_TOKENS,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY,
  ATTR_GEN_AI_REQUEST_PREVIOUS_RESPONSE_ID,
  ATTR_GEN_AI_REQUEST_REASONING_LEVEL,
  ATTR_GEN_AI_REQUEST_SEED,
  ATTR_GEN_AI_REQUEST_STOP_SEQUENCES,
  ATTR_GEN_AI_REQUEST_STREAM,
  ATTR_GEN_AI_REQUEST_TEMPERATURE,
  ATTR_GEN_AI_REQUEST_TOP_K,
  ATTR_GEN_AI_REQUEST_TOP_P,
  ATTR_GEN_AI_RESPONSE_FINISH_REASONS,
  ATTR_GEN_AI_RESPONSE_ID,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK,
  ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
  ATTR_HTTP_REQUEST_RESEND_COUNT,
  ATTR_SPANWARDEN_USAGE_CACHE_WRITE_LONG_INPUT_TOKENS,
  ATTR_SPANWARDEN_USAGE_AUDIO_INPUT_TOKENS,
  ATTR_SPANWARDEN_USAGE_AUDIO_OUTPUT_TOKENS,
  ATTR_SPANWARDEN_USAGE_IMAGE_INPUT_TOKENS,
  ATTR_SPANWARDEN_USAGE_IMAGE_OUTPUT_TOKENS,
  ATTR_SPANWARDEN_USAGE_WEB_SEARCHES,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_OPENAI_REQUEST_SERVICE_TIER,
  ATTR_OPENAI_RESPONSE_SERVICE_TIER,
  ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_SPANWARDEN_CALLER_ROUTE,
  ATTR_SPANWARDEN_CALLER_SESSION,
  ATTR_SPANWARDEN_CALLER_TENANT,
  ATTR_SPANWARDEN_CALLER_USER,
  ATTR_SPANWARDEN_CONTENT_STATE,
  ATTR_SPANWARDEN_FAILURE_CLASS,
  ATTR_SPANWARDEN_MODEL_PINNED,
  ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM,
  ATTR_SPANWARDEN_PROMPT_RENDERED_CHECKSUM,
  ATTR_SPANWARDEN_PROMPT_SYSTEM_INSTRUCTIONS_CHECKSUM,
  ATTR_SPANWARDEN_PROMPT_TEMPLATE_CHECKSUM,
  ATTR_SPANWARDEN_REQUEST_PARAMETERS_CHECKSUM,
  ATTR_SPANWARDEN_RESPONSE_END_REASON,
  ATTR_SPANWARDEN_RESPONSE_TIME_PER_CHUNK,
  ATTR_SPANWARDEN_SIGNALS_INCOMPLETE,
  ATTR_SPANWARDEN_SIGNALS_VERSION,
  ATTR_SPANWARDEN_TOOL_DEFINITIONS_CHECKSUM,
  observationAttributes,
  observe,
  SIGNALS_VERSION,
  toolCallsChecksum,
  type ChecksumOptions,
  type LlmCall,
} from "@spanwarden/conventions";

import type { Resolved } from "./config.ts";
import { contentAttributes } from "./content.ts";

/** What goes on a span or a record; absent is unknown. */
export type CallAttributes = Readonly<Record<string, AnyValue>>;

/** As many as any provider offers. */
const MOST_CHOICES = 128;

type Given = Readonly<Record<string, AnyValue>>;

/** What a call is, before anything is known of its answer. */
export type Subject = Pick<LlmCall, "operation" | "provider" | "server" | "request">;

/** All that was sent. */
export type Sent = Subject & Pick<LlmCall, "prompt" | "caller">;

/** What a sampler may look at: known before the request leaves. */
export function startAttributes(call: Subject): CallAttributes {
  return known({
    [ATTR_GEN_AI_OPERATION_NAME]: call.operation,
    [ATTR_GEN_AI_PROVIDER_NAME]: call.provider,
    [ATTR_GEN_AI_REQUEST_MODEL]: call.request.model,
    [ATTR_SERVER_ADDRESS]: call.server?.address,
    [ATTR_SERVER_PORT]: call.server?.port,
  });
}

/** What is known of a call while it waits for its answer. */
export function sentAttributes(call: Sent): CallAttributes {
  return known({ ...startAttributes(call), ...requestAttributes(call), ...identityAttributes(call) });
}

/** All that is told of a finished call: the conventions' attributes and the wire contract with the processor. */
export function callAttributes(call: LlmCall, config: Resolved): CallAttributes {
  const { observations, incomplete } = observe(call, { fingerprint: fingerprintKey(config.checksum) });
  return {
    ...sentAttributes(call),
    ...known({
      ...responseAttributes(call),
      [ATTR_SPANWARDEN_CONTENT_STATE]: call.content.state,
      [ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM]: toolCallsChecksum(call.content.output, config.checksum),
      [ATTR_SPANWARDEN_SIGNALS_VERSION]: SIGNALS_VERSION,
      [ATTR_SPANWARDEN_SIGNALS_INCOMPLETE]: incomplete.length > 0 ? [...incomplete] : undefined,
    }),
    ...observationAttributes(observations),
    ...(config.captureContent ? contentAttributes(call) : {}),
  };
}

/** Fingerprints are keyed, and off, as checksums are: from both a short text could be guessed. */
function fingerprintKey({ mode, key }: ChecksumOptions): { readonly key: string } | "off" | undefined {
  if (mode === "off") return "off";
  if (mode === "sha256" || key === undefined) return undefined;
  return { key: typeof key === "string" ? key : Buffer.from(key).toString("hex") };
}

function requestAttributes({ request }: Sent): Given {
  return {
    [ATTR_GEN_AI_REQUEST_STREAM]: request.stream === true ? true : undefined,
    [ATTR_GEN_AI_REQUEST_MAX_TOKENS]: request.maxTokens,
    [ATTR_GEN_AI_REQUEST_TEMPERATURE]: request.temperature,
    [ATTR_GEN_AI_REQUEST_TOP_P]: request.topP,
    [ATTR_GEN_AI_REQUEST_TOP_K]: request.topK,
    [ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY]: request.frequencyPenalty,
    [ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY]: request.presencePenalty,
    [ATTR_GEN_AI_REQUEST_SEED]: request.seed,
    [ATTR_GEN_AI_REQUEST_CHOICE_COUNT]: request.choiceCount,
    [ATTR_GEN_AI_REQUEST_STOP_SEQUENCES]: request.stopSequences && [...request.stopSequences],
    [ATTR_GEN_AI_REQUEST_REASONING_LEVEL]: request.reasoningLevel,
    [ATTR_GEN_AI_REQUEST_PREVIOUS_RESPONSE_ID]: request.previousResponseId,
    [ATTR_GEN_AI_OUTPUT_TYPE]: request.outputType,
    [ATTR_OPENAI_REQUEST_SERVICE_TIER]: request.serviceTier === "auto" ? undefined : request.serviceTier,
  };
}

function usageAttributes(usage: LlmCall["usage"] = {}): Given {
  return {
    [ATTR_GEN_AI_USAGE_INPUT_TOKENS]: usage.input,
    [ATTR_GEN_AI_USAGE_OUTPUT_TOKENS]: usage.output,
    [ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS]: usage.cacheRead,
    [ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS]: usage.cacheWrite,
    [ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS]: usage.reasoning,
    [ATTR_SPANWARDEN_USAGE_CACHE_WRITE_LONG_INPUT_TOKENS]: usage.cacheWriteLong,
    [ATTR_SPANWARDEN_USAGE_AUDIO_INPUT_TOKENS]: usage.inputAudio,
    [ATTR_SPANWARDEN_USAGE_AUDIO_OUTPUT_TOKENS]: usage.outputAudio,
    [ATTR_SPANWARDEN_USAGE_IMAGE_INPUT_TOKENS]: usage.inputImage,
    [ATTR_SPANWARDEN_USAGE_IMAGE_OUTPUT_TOKENS]: usage.outputImage,
    [ATTR_SPANWARDEN_USAGE_WEB_SEARCHES]: usage.webSearches,
  };
}

function responseAttributes({ request, response, usage, failure, attempts, timing }: LlmCall): Given {
  return {
    [ATTR_GEN_AI_RESPONSE_ID]: response.id,
    [ATTR_GEN_AI_RESPONSE_MODEL]: response.model,
    [ATTR_GEN_AI_RESPONSE_FINISH_REASONS]: response.finishReasons?.slice(0, MOST_CHOICES),
    [ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK]: timing.timeToFirstChunk,
    [ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT]: response.systemFingerprint,
    [ATTR_OPENAI_RESPONSE_SERVICE_TIER]: response.serviceTier,
    ...usageAttributes(usage),
    [ATTR_ERROR_TYPE]: failure?.type,
    [ATTR_SPANWARDEN_FAILURE_CLASS]: failure?.class,
    [ATTR_HTTP_RESPONSE_STATUS_CODE]: failure?.status,
    [ATTR_HTTP_REQUEST_RESEND_COUNT]: resent(attempts.length, failure !== undefined),
    [ATTR_SPANWARDEN_RESPONSE_END_REASON]: response.endReason,
    [ATTR_SPANWARDEN_RESPONSE_TIME_PER_CHUNK]: timing.timePerChunk,
    [ATTR_SPANWARDEN_MODEL_PINNED]: isPinned(request.model, response.systemFingerprint),
  };
}

function identityAttributes({ prompt, caller }: Sent): Given {
  return {
    [ATTR_GEN_AI_PROMPT_NAME]: prompt.name,
    [ATTR_GEN_AI_PROMPT_VERSION]: prompt.version,
    [ATTR_SPANWARDEN_PROMPT_TEMPLATE_CHECKSUM]: prompt.templateChecksum,
    [ATTR_SPANWARDEN_PROMPT_RENDERED_CHECKSUM]: prompt.renderedChecksum,
    [ATTR_SPANWARDEN_PROMPT_SYSTEM_INSTRUCTIONS_CHECKSUM]: prompt.systemInstructionsChecksum,
    [ATTR_SPANWARDEN_TOOL_DEFINITIONS_CHECKSUM]: prompt.toolDefinitionsChecksum,
    [ATTR_SPANWARDEN_REQUEST_PARAMETERS_CHECKSUM]: prompt.parametersChecksum,
    [ATTR_SPANWARDEN_CALLER_USER]: caller.user,
    [ATTR_SPANWARDEN_CALLER_SESSION]: caller.session,
    [ATTR_SPANWARDEN_CALLER_TENANT]: caller.tenant,
    [ATTR_SPANWARDEN_CALLER_ROUTE]: caller.route,
  };
}

/** The last of the failed attempts is the answer itself where the call failed. */
function resent(failedAttempts: number, failed: boolean): number | undefined {
  const count = failed ? failedAttempts - 1 : failedAttempts;
  return count > 0 ? count : undefined;
}

/** A date in the name (`gpt-4o-2024-08-06`, `claude-sonnet-4-5-20250929`) or a month and day (`gpt-4-0613`). */
const DATED = /[-@](?:20\d{2}-?\d{2}-?\d{2}|\d{4})$/;

function isPinned(model: string | undefined, fingerprint: string | undefined): boolean | undefined {
  if (fingerprint !== undefined) return true;
  return model === undefined ? undefined : DATED.test(model);
}

function known(attributes: Given): CallAttributes {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
