import { AsyncLocalStorage } from "node:async_hooks";

import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import { CohereClientV2 } from "cohere-ai";
import Groq from "groq-sdk";
import { Ollama } from "ollama";
import OpenAI from "openai";

import { requestOf, type Exchange, type Operation } from "./exchange.ts";

/** What the app sees of a call, as text: its value or every event of its stream, and its error. */
export type Outcome = string;

/** The `fetch` of a run, for client libraries that use the global one. */
export const ofRun = new AsyncLocalStorage<typeof globalThis.fetch>();

/** Sends an exchange's request through the provider's own client library and writes down all that comes of it. */
export async function outcomeOf(exchange: Exchange, server: string, fetch: typeof globalThis.fetch): Promise<Outcome> {
  const seen: unknown[] = [];
  try {
    const answer = await ofRun.run(fetch, () => send(exchange, server, fetch));
    if (isStream(answer)) for await (const event of answer) seen.push(event);
    else seen.push(answer);
  } catch (error) {
    seen.push(describe(error));
  }
  // Some libraries hand the headers on, and with them the second in which the server answered.
  return JSON.stringify(seen, (key, value: unknown) => (key === "date" ? undefined : value));
}

/** A request as the client libraries need it. */
interface Asked {
  readonly exchange: Exchange;
  /** What is recorded is what the types of the libraries cannot know. */
  readonly body: never;
  /** The recorded path at the server. */
  readonly base: string;
  readonly query: string;
  readonly fetch: typeof globalThis.fetch;
}

async function send(exchange: Exchange, server: string, fetch: typeof globalThis.fetch): Promise<unknown> {
  const [path = "", query = ""] = exchange.request.path.split("?");
  const asked = { exchange, body: requestOf(exchange) as never, base: `${server}/${exchange.id}${path}`, query, fetch };
  return await (LIBRARIES[exchange.operation] ?? plain)(asked);
}

/** The client library of each format; without one, `fetch` alone. */
const LIBRARIES: Readonly<Partial<Record<Operation, (asked: Asked) => Promise<unknown>>>> = {
  chat_completions: async (asked) =>
    asked.exchange.provider === "groq"
      ? await new Groq(optionsOf(asked, /\/openai\/v1\/chat\/completions$/) as never).chat.completions.create(
          asked.body,
        )
      : await new OpenAI(optionsOf(asked, /\/chat\/completions$/)).chat.completions.create(asked.body),
  responses: async (asked) => await new OpenAI(optionsOf(asked, /\/responses$/)).responses.create(asked.body),
  completions: async (asked) => await new OpenAI(optionsOf(asked, /\/completions$/)).completions.create(asked.body),
  embeddings: async (asked) => await new OpenAI(optionsOf(asked, /\/embeddings$/)).embeddings.create(asked.body),
  messages: async (asked) =>
    await new Anthropic(optionsOf(asked, /\/v1\/messages$/)).messages.create(asked.body, { timeout: 60_000 }),
  generate_content: google,
  stream_generate_content: google,
  v2_chat: cohere,
  api_chat: ollama,
  api_generate: ollama,
};

function optionsOf({ base, query, fetch }: Asked, path: RegExp): NonNullable<ConstructorParameters<typeof OpenAI>[0]> {
  const defaultQuery = Object.fromEntries(new URLSearchParams(query));
  return { apiKey: "none", maxRetries: 0, fetch, defaultQuery, baseURL: base.replace(path, "") };
}

async function google(asked: Asked): Promise<unknown> {
  const { exchange, base } = asked;
  // The library refuses what the service itself once sent.
  if (exchange.request.body?.includes("partialArgs") === true) return await plain(asked);
  const body = requestOf(exchange);
  const [, baseUrl = "", apiVersion = "", model = ""] =
    /^(.*?\/\/[^/]+\/[^/]+)\/(.+)\/models\/([^/:]+):\w+$/.exec(base) ?? [];
  const client = new GoogleGenAI({ apiKey: "none", httpOptions: { baseUrl, apiVersion } });
  const request = { model, contents: body["contents"], config: body["generationConfig"] ?? {} } as never;
  if (exchange.operation === "generate_content") return await client.models.generateContent(request);
  return await client.models.generateContentStream(request);
}

async function cohere({ exchange, base, body, fetch }: Asked): Promise<unknown> {
  const request = inCamelCase(body) as never;
  const client = new CohereClientV2({ token: "none", baseUrl: base.replace(/\/v2\/chat$/, ""), fetch, maxRetries: 0 });
  return await (exchange.stream ? client.chatStream(request) : client.chat(request));
}

async function ollama({ exchange, base, fetch }: Asked): Promise<unknown> {
  const client = new Ollama({ host: base.replace(/\/api\/\w+$/, ""), fetch });
  const request = { ...requestOf(exchange), stream: exchange.stream } as never;
  return await (exchange.operation === "api_chat" ? client.chat(request) : client.generate(request));
}

async function plain({ base, query, body, fetch }: Asked): Promise<unknown> {
  const response = await fetch(`${base}?${query}`, { method: "POST", body: JSON.stringify(body) });
  return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
}

/** As the library takes what the wire has in snake case; what the caller named himself stays. */
function inCamelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inCamelCase);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => {
    const name = key.replaceAll(/_[a-z]/g, (cut) => cut.slice(1).toUpperCase());
    return [name, ["parameters", "data", "schema", "json_schema"].includes(key) ? (one as unknown) : inCamelCase(one)];
  });
  return Object.fromEntries(entries) as unknown;
}

function isStream(answer: unknown): answer is AsyncIterable<unknown> {
  return typeof answer === "object" && answer !== null && Symbol.asyncIterator in answer;
}

function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return { thrown: String(error) };
  const { name, message, status, code, type, error: body } = error as Error & Record<string, unknown>;
  return { class: error.constructor.name, name, message, status, code, type, body };
}
