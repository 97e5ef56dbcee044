import type { CallResponse, Message, TokenUsage } from "@spanwarden/conventions";

import type { Codec, RequestReading, ResponseReading, StreamReading } from "./codec.ts";
import { failureOf } from "./failure.ts";
import { asArray, asCount, asName, asObject, type JsonObject } from "./json.ts";
import { deploymentOf } from "./openai-chat.ts";
import { textPart } from "./parts.ts";
import { providerOf, type Format } from "./provider.ts";

/** What one provider's way to ask for vectors, or for an order of documents, looks like. */
interface Shape {
  readonly name: string;
  readonly operation: "embeddings" | "rerank";
  readonly path: RegExp;
  readonly format: Format;
  /** The texts that are sent; `undefined` where the body is no such request. */
  texts(given: JsonObject): readonly unknown[] | undefined;
  /** Where the path names the model, the body need not. */
  model?(url: URL): string | undefined;
  head?(given: JsonObject): CallResponse;
  inputTokens(given: JsonObject): number | undefined;
}

const GOOGLE = /\/models\/([^/:]+):(embedContent|batchEmbedContents)$/;

const SHAPES: readonly Shape[] = [
  {
    name: "openai-embeddings",
    operation: "embeddings",
    path: /\/embeddings$/,
    format: "openai",
    // Ollama's older `/api/embeddings` takes a prompt.
    texts: ({ input, prompt }) => listOf(input ?? prompt),
    model: deploymentOf,
    head: ({ model, id }) => ({ model: asName(model), id: asName(id) }),
    inputTokens: usedTokens,
  },
  {
    name: "gemini-embeddings",
    operation: "embeddings",
    path: GOOGLE,
    format: "gcp.gen_ai",
    texts: ({ content, requests }) => {
      const contents = content === undefined ? asArray(requests).map((one) => asObject(one)["content"]) : [content];
      const parts = contents.flatMap((one) => asArray(asObject(one)["parts"]));
      return contents.length === 0 ? undefined : parts.map((part) => asObject(part)["text"]);
    },
    model: (url) => GOOGLE.exec(url.pathname)?.[1],
    inputTokens: ({ usageMetadata }) => asCount(asObject(usageMetadata)["promptTokenCount"]),
  },
  {
    name: "cohere-embeddings",
    operation: "embeddings",
    path: /\/v[12]\/embed$/,
    format: "cohere",
    texts: ({ texts, inputs, images }) => {
      const contents = asArray(inputs).flatMap((input) => asArray(asObject(input)["content"]));
      if (texts === undefined && inputs === undefined && images === undefined) return undefined;
      return [...asArray(texts), ...contents.map((part) => asObject(part)["text"])];
    },
    head: ({ id }) => ({ id: asName(id) }),
    inputTokens: billedTokens,
  },
  {
    name: "cohere-rerank",
    operation: "rerank",
    path: /\/v[12]\/rerank$/,
    format: "cohere",
    texts: ({ query, documents }) =>
      Array.isArray(documents) ? [query, ...documents.map((one: unknown) => asObject(one)["text"] ?? one)] : undefined,
    head: ({ model, id }) => ({ model: asName(model), id: asName(id) }),
    // Cohere bills searches; those who took over its format bill tokens.
    inputTokens: (given) => billedTokens(given) ?? usedTokens(given),
  },
  {
    name: "ollama-embeddings",
    operation: "embeddings",
    path: /\/api\/embed$/,
    format: "ollama",
    texts: ({ input }) => listOf(input),
    head: ({ model }) => ({ model: asName(model) }),
    inputTokens: (given) => asCount(given["prompt_eval_count"]),
  },
];

/** Requests that are answered with vectors, or with an order of documents: they have an input, tokens and failures, but no text. */
export const embeddings: readonly Codec[] = SHAPES.map(codecOf);

function codecOf(shape: Shape): Codec {
  const readResponse = (body: unknown): ResponseReading => {
    const given = asObject(body);
    const input = shape.inputTokens(given);
    const usage: TokenUsage | undefined = input === undefined ? undefined : { input };
    return { response: shape.head?.(given) ?? {}, usage, output: [] };
  };
  return {
    name: shape.name,
    matches: (method, url) => method === "POST" && shape.path.test(url.pathname),
    readRequest: (body, url) => readRequest(shape, asObject(body), url),
    readResponse,
    readFailure: failureOf,
    readStream: () => NO_STREAM,
  };
}

function readRequest(shape: Shape, given: JsonObject, url: URL): RequestReading | undefined {
  const texts = shape.texts(given);
  if (texts === undefined) return undefined;
  const input = texts.map((text): Message => ({ role: "user", parts: textPart(text) }));
  return {
    operation: shape.operation,
    provider: providerOf(url, shape.format),
    request: { model: asName(given["model"]) ?? asName(shape.model?.(url)) },
    content: { systemInstructions: [], input, tools: [], format: undefined },
  };
}

/** A text, texts, or tokens, which say nothing. */
function listOf(input: unknown): readonly unknown[] | undefined {
  if (typeof input === "string") return [input];
  return Array.isArray(input) ? (input as readonly unknown[]).filter((one) => typeof one === "string") : undefined;
}

function usedTokens({ usage }: JsonObject): number | undefined {
  return asCount(asObject(usage)["prompt_tokens"]) ?? asCount(asObject(usage)["total_tokens"]);
}

function billedTokens({ meta }: JsonObject): number | undefined {
  return asCount(asObject(asObject(meta)["billed_units"])["input_tokens"]);
}

/** Nobody streams these. */
const NO_STREAM: StreamReading = {
  push: () => undefined,
  started: false,
  finished: true,
  ended: true,
  result: () => ({ response: {}, output: [] }),
};
