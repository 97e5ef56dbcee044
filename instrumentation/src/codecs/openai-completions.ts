import type { CallRequest, TokenUsage } from "@spanwarden/conventions";

import type { Codec, RequestReading, ResponseReading, StreamEvent, StreamReading } from "./codec.ts";
import { failureOf } from "./failure.ts";
import { asArray, asBoolean, asCount, asName, asNumber, asObject, asString, type JsonObject } from "./json.ts";
import { deploymentOf, namesIn } from "./openai-chat.ts";
import { eventObject, textPart } from "./parts.ts";
import { providerOf } from "./provider.ts";
import { tokenUsage } from "./token-usage.ts";

/** OpenAI's completions of a text, and whoever still speaks them: `POST …/completions` that are no chat. */
export const openaiCompletions: Codec = {
  name: "openai-completions",
  matches: (method, url) => method === "POST" && url.pathname.endsWith("/completions"),
  readRequest,
  readResponse,
  readFailure: failureOf,
  readStream: () => new CompletionStream(),
};

function readRequest(body: unknown, url: URL): RequestReading | undefined {
  const given = asObject(body);
  const { prompt } = given;
  if (typeof prompt !== "string" && !Array.isArray(prompt)) return undefined;
  const prompts = (typeof prompt === "string" ? [prompt] : prompt).filter((one) => typeof one === "string");
  return {
    operation: "text_completion",
    provider: providerOf(url, "openai"),
    request: { ...parameters(given), model: asName(given["model"]) ?? deploymentOf(url) },
    content: {
      systemInstructions: [],
      input: prompts.map((text) => ({ role: "user", parts: textPart(text) })),
      tools: [],
      format: undefined,
    },
  };
}

function parameters(given: JsonObject): CallRequest {
  const { stop } = given;
  const count = asCount(given["n"]);
  return {
    stream: asBoolean(given["stream"]),
    maxTokens: asCount(given["max_tokens"]),
    temperature: asNumber(given["temperature"]),
    topP: asNumber(given["top_p"]),
    frequencyPenalty: asNumber(given["frequency_penalty"]),
    presencePenalty: asNumber(given["presence_penalty"]),
    seed: asNumber(given["seed"]),
    choiceCount: count === 1 ? undefined : count,
    stopSequences: typeof stop === "string" ? [stop] : Array.isArray(stop) ? stop.map(String) : undefined,
  };
}

function readResponse(body: unknown): ResponseReading {
  const stream = new CompletionStream();
  stream.add(asObject(body));
  return stream.result();
}

/** The chunks of one answer; a whole answer is one chunk. */
class CompletionStream implements StreamReading {
  #head: JsonObject = {};
  #usage: TokenUsage | undefined;
  #error: unknown;
  #finished = false;
  #ended = false;
  readonly #choices = new Map<number, { text: string; finishReason: string | undefined }>();

  get started(): boolean {
    return this.#choices.size > 0;
  }

  get finished(): boolean {
    return this.#finished;
  }

  /** Usage may come after the last choice has finished. */
  get ended(): boolean {
    return this.#ended;
  }

  push({ data }: StreamEvent): void {
    if (data === "[DONE]") this.#finished = this.#ended = true;
    else this.add(eventObject(data));
  }

  add(chunk: JsonObject): void {
    if (chunk["error"] !== undefined && chunk["error"] !== null) this.#error = chunk;
    this.#head = { ...this.#head, ...namesIn(chunk) };
    this.#usage = tokenUsage("openai-chat", chunk["usage"]) ?? this.#usage;
    for (const [at, given] of asArray(chunk["choices"]).map(asObject).entries()) {
      const index = asCount(given["index"]) ?? at;
      const choice = this.#choices.get(index) ?? { text: "", finishReason: undefined };
      this.#choices.set(index, choice);
      choice.text += asString(given["text"]) ?? "";
      choice.finishReason = asName(given["finish_reason"]) ?? choice.finishReason;
    }
    const choices = [...this.#choices.values()];
    if (choices.length > 0) this.#finished = choices.every(({ finishReason }) => finishReason !== undefined);
  }

  result(): ResponseReading {
    const choices = [...this.#choices].toSorted(([a], [b]) => a - b).map(([, choice]) => choice);
    return {
      response: {
        model: asName(this.#head["model"]),
        id: asName(this.#head["id"]),
        systemFingerprint: asName(this.#head["system_fingerprint"]),
        finishReasons: choices.length === 0 ? undefined : choices.map(({ finishReason }) => finishReason ?? "error"),
      },
      usage: this.#usage,
      output: choices.map(({ text }) => ({ role: "assistant", parts: textPart(text) })),
      failure: this.#error === undefined ? undefined : failureOf(undefined, this.#error),
    };
  }
}
