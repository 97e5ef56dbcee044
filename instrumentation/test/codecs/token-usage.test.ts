import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { tokenUsage, type UsageFormatName } from "../../src/codecs/token-usage.ts";

const FORMATS: readonly UsageFormatName[] = [
  "openai-chat",
  "openai-responses",
  "anthropic-messages",
  "gemini",
  "bedrock-converse",
  "cohere-chat",
  "ollama",
];

describe("usage of a provider's answer", () => {
  it.each<[string, UsageFormatName, unknown, object]>([
    [
      "OpenAI counts cached and reasoning tokens within",
      "openai-chat",
      {
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_tokens_details: { cached_tokens: 60, audio_tokens: 10 },
        completion_tokens_details: { reasoning_tokens: 20, audio_tokens: 5 },
      },
      { input: 100, output: 50, cacheRead: 60, reasoning: 20, inputAudio: 10, outputAudio: 5 },
    ],
    [
      "xAI counts reasoning tokens beside the completion, which its total tells",
      "openai-chat",
      {
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 170,
        completion_tokens_details: { reasoning_tokens: 20 },
      },
      { input: 100, output: 70, reasoning: 20 },
    ],
    [
      "DeepSeek names its cache otherwise",
      "openai-chat",
      { prompt_tokens: 100, completion_tokens: 5, prompt_cache_hit_tokens: 64, prompt_cache_miss_tokens: 36 },
      { input: 100, output: 5, cacheRead: 64 },
    ],
    [
      "tokens written to OpenAI's cache are counted within",
      "openai-responses",
      { input_tokens: 100, output_tokens: 5, input_tokens_details: { cache_write_tokens: 90, cached_tokens: 0 } },
      { input: 100, output: 5, cacheRead: 0, cacheWrite: 90 },
    ],
    [
      "Anthropic counts cached tokens beside the input, and tells the long-lived ones apart",
      "anthropic-messages",
      {
        input_tokens: 10,
        output_tokens: 5,
        cache_read_input_tokens: 1_000,
        cache_creation_input_tokens: 300,
        cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 },
        output_tokens_details: { thinking_tokens: 2 },
        server_tool_use: { web_search_requests: 3, web_fetch_requests: 1 },
      },
      {
        input: 1_310,
        output: 5,
        cacheRead: 1_000,
        cacheWrite: 300,
        cacheWriteLong: 200,
        reasoning: 2,
        webSearches: 3,
      },
    ],
    [
      "Gemini counts thoughts beside the answer and cached content within the prompt",
      "gemini",
      {
        promptTokenCount: 100,
        toolUsePromptTokenCount: 20,
        candidatesTokenCount: 30,
        thoughtsTokenCount: 40,
        cachedContentTokenCount: 50,
        promptTokensDetails: [
          { modality: "TEXT", tokenCount: 75 },
          { modality: "AUDIO", tokenCount: 25 },
        ],
      },
      { input: 120, output: 70, cacheRead: 50, reasoning: 40, inputAudio: 25 },
    ],
    [
      "Bedrock counts cached tokens beside the input",
      "bedrock-converse",
      { inputTokens: 10, outputTokens: 5, cacheReadInputTokens: 90, cacheWriteInputTokens: 0 },
      { input: 100, output: 5, cacheRead: 90, cacheWrite: 0 },
    ],
    [
      "Cohere's billed units count",
      "cohere-chat",
      { billed_units: { input_tokens: 10, output_tokens: 5 }, tokens: { input_tokens: 80, output_tokens: 5 } },
      { input: 10, output: 5 },
    ],
    ["Ollama's", "ollama", { prompt_eval_count: 10, eval_count: 5 }, { input: 10, output: 5 }],
  ])("%s", (_, format, usage, expected) => {
    expect(tokenUsage(format, usage)).toEqual(expected);
  });

  it.each(FORMATS)("is unknown where nothing is told: %s", (format) => {
    expect(tokenUsage(format, {})).toBeUndefined();
    expect(tokenUsage(format, null)).toBeUndefined();
    expect(tokenUsage(format, { prompt_tokens: "12", input_tokens: -1, inputTokens: 1.5 })).toBeUndefined();
  });

  it("of whatever shape never throws, and counts are whole", () => {
    fc.assert(
      fc.property(fc.constantFrom(...FORMATS), fc.jsonValue(), (format, usage) => {
        const counts = Object.values(tokenUsage(format, usage) ?? {}).filter((count) => count !== undefined);
        expect(counts.filter((count) => !(count >= 0))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
