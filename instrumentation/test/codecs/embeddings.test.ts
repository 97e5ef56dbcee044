import { describe, expect, it } from "vitest";

import { codecs } from "../../src/codecs/index.ts";
import { plain } from "./codec-readings.ts";

describe("a request for vectors", () => {
  it.each<[string, string, object, string, readonly string[], object, number | undefined]>([
    [
      "openai",
      "https://api.openai.com/v1/embeddings",
      { model: "e", input: "a" },
      "embeddings",
      ["a"],
      { usage: { prompt_tokens: 3 } },
      3,
    ],
    [
      "openai, many",
      "https://api.openai.com/v1/embeddings",
      { input: ["a", "b"] },
      "embeddings",
      ["a", "b"],
      { usage: { total_tokens: 4 } },
      4,
    ],
    ["openai, tokens", "https://api.openai.com/v1/embeddings", { input: [1, 2] }, "embeddings", [], {}, undefined],
    ["openai, empty", "https://api.openai.com/v1/embeddings", { input: "" }, "embeddings", [""], {}, undefined],
    [
      "gemini",
      "https://generativelanguage.googleapis.com/v1beta/models/e:embedContent",
      { content: { parts: [{ text: "a" }] } },
      "embeddings",
      ["a"],
      { usageMetadata: { promptTokenCount: 2 } },
      2,
    ],
    [
      "gemini, many",
      "https://generativelanguage.googleapis.com/v1beta/models/e:batchEmbedContents",
      { requests: [{ content: { parts: [{ text: "a" }] } }, { content: { parts: [{ text: "b" }] } }] },
      "embeddings",
      ["a", "b"],
      {},
      undefined,
    ],
    [
      "cohere",
      "https://api.cohere.com/v2/embed",
      { model: "e", texts: ["a"] },
      "embeddings",
      ["a"],
      { meta: { billed_units: { input_tokens: 5 } } },
      5,
    ],
    [
      "cohere, an order of documents",
      "https://api.cohere.com/v2/rerank",
      { model: "r", query: "q", documents: ["a", { text: "b" }] },
      "rerank",
      ["q", "a", "b"],
      { meta: { billed_units: { search_units: 1 } } },
      undefined,
    ],
    [
      "ollama",
      "http://localhost:11434/api/embed",
      { model: "e", input: ["a"] },
      "embeddings",
      ["a"],
      { prompt_eval_count: 1 },
      1,
    ],
  ])("of %s is read with its texts and its tokens", (_, href, body, operation, texts, answer, tokens) => {
    const url = new URL(href);
    const codec = codecs.find((one) => one.matches("POST", url));
    const reading = codec?.readRequest(body, url);
    expect(reading?.operation).toBe(operation);
    expect(plain(reading?.content.input ?? [])).toEqual(
      texts.map((text) => ({ role: "user", parts: text === "" ? [] : [{ kind: "text", text }] })),
    );
    expect(codec?.readResponse(answer).usage?.input).toBe(tokens);
    expect(codec?.readResponse(answer).output).toEqual([]);
  });

  it.each([
    ["https://api.openai.com/v1/embeddings", { model: "e" }],
    ["https://api.cohere.com/v2/embed", { model: "e" }],
    ["https://api.cohere.com/v2/rerank", { query: "q" }],
    ["https://generativelanguage.googleapis.com/v1beta/models/e:embedContent", {}],
  ])("at %s without an input is no call", (href, body) => {
    const url = new URL(href);
    expect(codecs.find((one) => one.matches("POST", url))?.readRequest(body, url)).toBeUndefined();
  });
});
