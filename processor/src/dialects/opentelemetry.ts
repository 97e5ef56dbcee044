import {
  ATTR_ERROR_TYPE,
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_CONVERSATION_ID,
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
  ATTR_GEN_AI_USAGE_COST_AMOUNT,
  ATTR_GEN_AI_USAGE_COST_CURRENCY,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  ATTR_SPANWARDEN_USAGE_CACHE_WRITE_LONG_INPUT_TOKENS,
  ATTR_SPANWARDEN_USAGE_AUDIO_INPUT_TOKENS,
  ATTR_SPANWARDEN_USAGE_AUDIO_OUTPUT_TOKENS,
  ATTR_SPANWARDEN_USAGE_IMAGE_INPUT_TOKENS,
  ATTR_SPANWARDEN_USAGE_IMAGE_OUTPUT_TOKENS,
  ATTR_SPANWARDEN_USAGE_WEB_SEARCHES,
  ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_OPENAI_REQUEST_SERVICE_TIER,
  ATTR_OPENAI_RESPONSE_SERVICE_TIER,
  ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  classifyFailure,
  type CallFailure,
  type CallRequest,
  type CallResponse,
  type LlmCall,
  type TokenUsage,
} from "@spanwarden/conventions";

import type { AttributeReader } from "../otlp/records.ts";
import { countAt, flagAt, numberAt, textAt, textsAt } from "./attribute-values.ts";
import { finishReason } from "./finish-reasons.ts";
import { contentOf } from "./messages.ts";
import { providerName } from "./provider-names.ts";

/**
 * Operations that are one inference of one model. All others either wrap inferences and repeat their tokens
 * (`invoke_agent`, `invoke_workflow`, `plan`) or are none (`execute_tool`, memory, retrieval).
 */
const INFERENCE: ReadonlySet<string> = new Set(["chat", "generate_content", "text_completion", "embeddings", "rerank"]);

/** Words that are in use beside OpenTelemetry's. */
const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ["completion", "text_completion"],
  ["embedding", "embeddings"],
  ["llm_call", "chat"],
]);

/** How a span or a record ended, beside its attributes. */
export interface Ending {
  /** OTLP's status says error. */
  readonly failed: boolean;
  readonly message: string;
  /** Seconds. */
  readonly duration: number | undefined;
}

/** A call in OpenTelemetry's GenAI conventions as of core 1.44; `undefined` for anything that is no inference. */
export function openTelemetryCall(attributes: AttributeReader, ending: Ending): LlmCall | undefined {
  const given = textAt(attributes, ATTR_GEN_AI_OPERATION_NAME) ?? "";
  const operation = OPERATIONS.get(given) ?? given;
  if (!INFERENCE.has(operation)) return undefined;
  const provider = textAt(attributes, ATTR_GEN_AI_PROVIDER_NAME);
  const address = textAt(attributes, ATTR_SERVER_ADDRESS);
  return {
    operation,
    provider: provider && providerName(provider),
    server: address === undefined ? undefined : { address, port: countAt(attributes, ATTR_SERVER_PORT) },
    request: requestOf(attributes),
    response: responseOf(attributes),
    usage: usageOf(attributes),
    cost: costOf(attributes),
    failure: failureOf(attributes, ending),
    attempts: [],
    timing: {
      duration: ending.duration,
      timeToFirstChunk: numberAt(attributes, ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK),
    },
    prompt: {
      name: textAt(attributes, ATTR_GEN_AI_PROMPT_NAME),
      version: textAt(attributes, ATTR_GEN_AI_PROMPT_VERSION),
    },
    caller: {},
    conversation: textAt(attributes, ATTR_GEN_AI_CONVERSATION_ID),
    agent: textAt(attributes, ATTR_GEN_AI_AGENT_NAME),
    content: contentOf(attributes),
    observations: [],
  };
}

function requestOf(attributes: AttributeReader): CallRequest {
  return {
    model: textAt(attributes, ATTR_GEN_AI_REQUEST_MODEL),
    stream: flagAt(attributes, ATTR_GEN_AI_REQUEST_STREAM),
    maxTokens: countAt(attributes, ATTR_GEN_AI_REQUEST_MAX_TOKENS),
    temperature: numberAt(attributes, ATTR_GEN_AI_REQUEST_TEMPERATURE),
    topP: numberAt(attributes, ATTR_GEN_AI_REQUEST_TOP_P),
    topK: numberAt(attributes, ATTR_GEN_AI_REQUEST_TOP_K),
    frequencyPenalty: numberAt(attributes, ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY),
    presencePenalty: numberAt(attributes, ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY),
    seed: numberAt(attributes, ATTR_GEN_AI_REQUEST_SEED),
    choiceCount: countAt(attributes, ATTR_GEN_AI_REQUEST_CHOICE_COUNT),
    stopSequences: textsAt(attributes, ATTR_GEN_AI_REQUEST_STOP_SEQUENCES),
    reasoningLevel: textAt(attributes, ATTR_GEN_AI_REQUEST_REASONING_LEVEL),
    serviceTier: textAt(attributes, ATTR_OPENAI_REQUEST_SERVICE_TIER),
    previousResponseId: textAt(attributes, ATTR_GEN_AI_REQUEST_PREVIOUS_RESPONSE_ID),
    outputType: textAt(attributes, ATTR_GEN_AI_OUTPUT_TYPE),
  };
}

function responseOf(attributes: AttributeReader): CallResponse {
  return {
    model: textAt(attributes, ATTR_GEN_AI_RESPONSE_MODEL),
    id: textAt(attributes, ATTR_GEN_AI_RESPONSE_ID),
    finishReasons: textsAt(attributes, ATTR_GEN_AI_RESPONSE_FINISH_REASONS)?.map(finishReason),
    systemFingerprint: textAt(attributes, ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT),
    serviceTier: textAt(attributes, ATTR_OPENAI_RESPONSE_SERVICE_TIER),
  };
}

function usageOf(attributes: AttributeReader): TokenUsage | undefined {
  const usage = {
    input: countAt(attributes, ATTR_GEN_AI_USAGE_INPUT_TOKENS),
    output: countAt(attributes, ATTR_GEN_AI_USAGE_OUTPUT_TOKENS),
    cacheRead: countAt(attributes, ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS),
    cacheWrite: countAt(attributes, ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS),
    reasoning: countAt(attributes, ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS),
    cacheWriteLong: countAt(attributes, ATTR_SPANWARDEN_USAGE_CACHE_WRITE_LONG_INPUT_TOKENS),
    inputAudio: countAt(attributes, ATTR_SPANWARDEN_USAGE_AUDIO_INPUT_TOKENS),
    outputAudio: countAt(attributes, ATTR_SPANWARDEN_USAGE_AUDIO_OUTPUT_TOKENS),
    inputImage: countAt(attributes, ATTR_SPANWARDEN_USAGE_IMAGE_INPUT_TOKENS),
    outputImage: countAt(attributes, ATTR_SPANWARDEN_USAGE_IMAGE_OUTPUT_TOKENS),
    webSearches: countAt(attributes, ATTR_SPANWARDEN_USAGE_WEB_SEARCHES),
  };
  return Object.values(usage).every((tokens) => tokens === undefined) ? undefined : usage;
}

/** Of the proposed `gen_ai.usage.cost.*`; only US dollars are understood. */
function costOf(attributes: AttributeReader): LlmCall["cost"] {
  const amount = numberAt(attributes, ATTR_GEN_AI_USAGE_COST_AMOUNT);
  const currency = textAt(attributes, ATTR_GEN_AI_USAGE_COST_CURRENCY) ?? "USD";
  return amount === undefined || amount < 0 || currency !== "USD" ? undefined : { amount, source: "local" };
}

function failureOf(attributes: AttributeReader, ending: Ending): CallFailure | undefined {
  const type = textAt(attributes, ATTR_ERROR_TYPE);
  if (type === undefined && !ending.failed) return undefined;
  const status = countAt(attributes, ATTR_HTTP_RESPONSE_STATUS_CODE);
  return { type: type ?? "_OTHER", class: classifyFailure({ type, status, message: ending.message }), status };
}
