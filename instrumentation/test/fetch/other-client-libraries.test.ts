import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { GoogleGenAI } from "@google/genai";
import { CohereClientV2 } from "cohere-ai";
import Groq from "groq-sdk";
import { Ollama } from "ollama";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { Seam } from "../../src/fetch/instrument-fetch.ts";
import { Telemetry } from "../telemetry.ts";

const telemetry = new Telemetry();
const seam = new Seam();
const plainFetch = globalThis.fetch;
const TEXT = { "content-type": "text/event-stream" };

/** Each format's shortest answer in pieces. */
const server = createServer((request, response) => {
  request.resume().on("end", () => answer(request.url ?? "", response));
});
let url = "";

function answer(path: string, response: ServerResponse): void {
  const events = (...all: object[]): void => {
    response.writeHead(200, TEXT).end(all.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(""));
  };
  if (path.includes(":streamGenerateContent")) {
    const part = (text: string, finishReason?: string): object => ({
      candidates: [{ content: { role: "model", parts: [{ text }] }, finishReason }],
      modelVersion: "gemini-3-001",
      usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 2 },
    });
    events(part("Bo"), part("nn", "STOP"));
  } else if (path === "/v2/chat") {
    const text = (content: object): object => ({ type: "content-delta", index: 0, delta: { message: { content } } });
    const usage = { billed_units: { input_tokens: 5, output_tokens: 2 }, tokens: {} };
    events({ type: "message-start", id: "r" }, text({ text: "Bonn" }), {
      type: "message-end",
      delta: { finish_reason: "COMPLETE", usage },
    });
  } else if (path === "/api/chat") {
    const line = (content: string, rest: object): string =>
      `${JSON.stringify({ model: "llama3", message: { role: "assistant", content }, ...rest })}\n`;
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    response.write(line("Bonn", { done: false }));
    // The client leaves after this line, and lets the rest be.
    response.write(line("", { done: true, done_reason: "stop", prompt_eval_count: 5, eval_count: 2 }));
  } else {
    const chunk = (content: string, finish_reason: string | null): object => ({
      id: "c",
      model: "llama-3.3",
      choices: [{ index: 0, delta: { content }, finish_reason }],
    });
    events(chunk("Bonn", "stop"), { id: "c", choices: [], usage: { prompt_tokens: 5, completion_tokens: 2 } });
  }
}

beforeAll(async () => {
  telemetry.start();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  globalThis.fetch = plainFetch;
  server.closeAllConnections();
  server.close();
  await telemetry.stop();
});
beforeEach(() => telemetry.clear());

const question = "Where from?";
const messages = [{ role: "user" as const, content: question }];

/** Each library's own way to stream, and how its pieces become the text. */
const libraries: Readonly<Record<string, (fetch: typeof globalThis.fetch) => Promise<string>>> = {
  "@google/genai": async (fetch) => {
    globalThis.fetch = fetch;
    const client = new GoogleGenAI({ apiKey: "none", httpOptions: { baseUrl: url } });
    const stream = await client.models.generateContentStream({ model: "gemini-3", contents: question });
    return await joined(stream, ({ text }) => text);
  },
  "cohere-ai": async (fetch) => {
    const client = new CohereClientV2({ token: "none", baseUrl: url, fetch });
    const stream = await client.chatStream({ model: "command-a", messages });
    return await joined(stream, (event) => (event.type === "content-delta" ? event.delta?.message?.content?.text : ""));
  },
  ollama: async (fetch) => {
    const stream = await new Ollama({ host: url, fetch }).chat({ model: "llama3", messages, stream: true });
    return await joined(stream, ({ message }) => message.content);
  },
  "groq-sdk": async (fetch) => {
    const client = new Groq({ apiKey: "none", baseURL: url, fetch });
    const stream = await client.chat.completions.create({ model: "llama-3.3", messages, stream: true });
    return await joined(stream, ({ choices }) => choices[0]?.delta.content);
  },
};

async function joined<T>(pieces: AsyncIterable<T>, textOf: (piece: T) => string | null | undefined): Promise<string> {
  let text = "";
  for await (const piece of pieces) text += textOf(piece) ?? "";
  return text;
}

describe.each(Object.entries(libraries))("a stream of %s", (_, ask) => {
  it("is to the app what it is without us, and its span ends with the tokens", async () => {
    const without = await ask(plainFetch);
    const seen = await ask(seam.instrument(plainFetch));
    expect([seen, without]).toEqual(["Bonn", "Bonn"]);
    seam.flush();
    const { spans } = telemetry;
    expect(spans.map(({ attributes }) => attributes["spanwarden.response.end_reason"])).toEqual(["done"]);
    expect(spans[0]?.attributes).toMatchObject({ "gen_ai.usage.input_tokens": 5, "gen_ai.usage.output_tokens": 2 });
  });
});
