import type { TokenUsage } from "@spanwarden/conventions";

import { asArray, asCount, asObject, type JsonObject } from "./json.ts";

/** Reads one count out of a usage object. */
type Count = (usage: JsonObject) => number | undefined;

/** How one wire format tells its tokens. */
interface UsageFormat {
  readonly counts: Readonly<Partial<Record<keyof TokenUsage, Count>>>;
  /** Cached tokens are told beside the input, not as part of it. */
  readonly cachedBeside?: true | undefined;
  /** Reasoning tokens are told beside the output: always, or only where the format's own total says so. */
  readonly reasoningBeside?: "always" | "by_total" | undefined;
}

export type UsageFormatName =
  | "openai-chat"
  | "openai-responses"
  | "anthropic-messages"
  | "gemini"
  | "bedrock-converse"
  | "cohere-chat"
  | "ollama";

/**
 * Where each format keeps its counts. Sources: the providers' API references; the habits are those of real answers.
 * Groq, Mistral, DeepSeek, xAI, OpenRouter, vLLM and the others of OpenAI's shape are `openai-chat`.
 */
const FORMATS: Readonly<Record<UsageFormatName, UsageFormat>> = {
  "openai-chat": {
    counts: {
      input: at("prompt_tokens"),
      output: at("completion_tokens"),
      cacheRead: first(
        at("prompt_tokens_details", "cached_tokens"),
        at("prompt_cache_hit_tokens"),
        at("cached_tokens"),
      ),
      cacheWrite: at("prompt_tokens_details", "cache_write_tokens"),
      reasoning: at("completion_tokens_details", "reasoning_tokens"),
      inputAudio: at("prompt_tokens_details", "audio_tokens"),
      outputAudio: at("completion_tokens_details", "audio_tokens"),
      inputImage: at("prompt_tokens_details", "image_tokens"),
      outputImage: at("completion_tokens_details", "image_tokens"),
    },
    // xAI's completion leaves the reasoning out.
    reasoningBeside: "by_total",
  },
  "openai-responses": {
    counts: {
      input: at("input_tokens"),
      output: at("output_tokens"),
      cacheRead: at("input_tokens_details", "cached_tokens"),
      cacheWrite: at("input_tokens_details", "cache_write_tokens"),
      reasoning: at("output_tokens_details", "reasoning_tokens"),
      inputAudio: at("input_tokens_details", "audio_tokens"),
      outputAudio: at("output_tokens_details", "audio_tokens"),
      inputImage: at("input_tokens_details", "image_tokens"),
      outputImage: at("output_tokens_details", "image_tokens"),
    },
  },
  "anthropic-messages": {
    counts: {
      input: at("input_tokens"),
      output: at("output_tokens"),
      cacheRead: at("cache_read_input_tokens"),
      cacheWrite: at("cache_creation_input_tokens"),
      cacheWriteLong: at("cache_creation", "ephemeral_1h_input_tokens"),
      reasoning: at("output_tokens_details", "thinking_tokens"),
      webSearches: at("server_tool_use", "web_search_requests"),
    },
    cachedBeside: true,
  },
  gemini: {
    counts: {
      input: sum(at("promptTokenCount"), at("toolUsePromptTokenCount")),
      // There is no count of an answer that consists of thoughts alone.
      output: first(at("candidatesTokenCount"), (usage) =>
        at("thoughtsTokenCount")(usage) === undefined ? undefined : 0,
      ),
      cacheRead: at("cachedContentTokenCount"),
      reasoning: at("thoughtsTokenCount"),
      inputAudio: modality("promptTokensDetails", "AUDIO"),
      outputAudio: modality("candidatesTokensDetails", "AUDIO"),
      inputImage: modality("promptTokensDetails", "IMAGE"),
      outputImage: modality("candidatesTokensDetails", "IMAGE"),
    },
    reasoningBeside: "always",
  },
  "bedrock-converse": {
    counts: {
      input: at("inputTokens"),
      output: at("outputTokens"),
      cacheRead: at("cacheReadInputTokens"),
      cacheWrite: at("cacheWriteInputTokens"),
    },
    cachedBeside: true,
  },
  "cohere-chat": {
    counts: {
      input: first(at("billed_units", "input_tokens"), at("tokens", "input_tokens")),
      output: first(at("billed_units", "output_tokens"), at("tokens", "output_tokens")),
    },
  },
  ollama: { counts: { input: at("prompt_eval_count"), output: at("eval_count") } },
};

/** Counts that most answers tell as 0 and few calls have. */
const SELDOM: readonly (keyof TokenUsage)[] = [
  "cacheWriteLong",
  "inputAudio",
  "outputAudio",
  "inputImage",
  "outputImage",
  "webSearches",
];

/** Usage as a provider's answer tells it, in our words; `undefined` where neither input nor output is told. */
export function tokenUsage(format: UsageFormatName, usage: unknown): TokenUsage | undefined {
  const given = asObject(usage);
  const { counts, cachedBeside, reasoningBeside } = FORMATS[format];
  const read = Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count(given)])) as TokenUsage;
  const { input, output, cacheRead = 0, cacheWrite = 0, reasoning = 0 } = read;
  if (input === undefined && output === undefined) return undefined;
  const beside =
    reasoningBeside === "always" ||
    (reasoningBeside === "by_total" && asCount(given["total_tokens"]) === (input ?? 0) + (output ?? 0) + reasoning);
  const cached = cachedBeside === true ? cacheRead + cacheWrite : 0;
  const seldom = SELDOM.filter((name) => read[name] === 0).map((name) => [name, undefined]);
  return {
    ...read,
    ...(Object.fromEntries(seldom) as TokenUsage),
    input: input === undefined ? undefined : input + cached,
    output: output === undefined ? undefined : output + (beside ? reasoning : 0),
  };
}

function at(...path: readonly string[]): Count {
  return (usage) => {
    const holder = path.slice(0, -1).reduce<JsonObject>((object, key) => asObject(object[key]), usage);
    return asCount(holder[path.at(-1) ?? ""]);
  };
}

function first(...counts: readonly Count[]): Count {
  return (usage) => counts.map((count) => count(usage)).find((tokens) => tokens !== undefined);
}

function sum(...counts: readonly Count[]): Count {
  return (usage) => {
    const known = counts.map((count) => count(usage)).filter((tokens) => tokens !== undefined);
    return known.length === 0 ? undefined : known.reduce((total, tokens) => total + tokens, 0);
  };
}

/** Google's list of `{modality, tokenCount}`. */
function modality(list: string, name: string): Count {
  return (usage) =>
    asCount(
      asArray(usage[list])
        .map(asObject)
        .find((entry) => entry["modality"] === name)?.["tokenCount"],
    );
}
