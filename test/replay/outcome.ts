import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";

import { requestOf, type Exchange } from "./exchange.ts";

/** What the app sees of a call, as text: its value or every event of its stream, and its error. */
export type Outcome = string;

/** Sends an exchange's request through the provider's own client library and writes down all that comes of it. */
export async function outcomeOf(exchange: Exchange, server: string, fetch: typeof globalThis.fetch): Promise<Outcome> {
  const seen: unknown[] = [];
  try {
    const answer = await send(exchange, server, fetch);
    if (isStream(answer)) for await (const event of answer) seen.push(event);
    else seen.push(answer);
  } catch (error) {
    seen.push(describe(error));
  }
  return JSON.stringify(seen);
}

async function send(exchange: Exchange, server: string, fetch: typeof globalThis.fetch): Promise<unknown> {
  const body = requestOf(exchange);
  const [path = "", query = ""] = exchange.request.path.split("?");
  const base = `${server}/${exchange.id}${path}`;
  const common = { apiKey: "none", maxRetries: 0, fetch, defaultQuery: Object.fromEntries(new URLSearchParams(query)) };
  // The recorded body is what the types of the libraries cannot know.
  switch (exchange.operation) {
    case "chat_completions": {
      const client = new OpenAI({ ...common, baseURL: base.replace(/\/chat\/completions$/, "") });
      return await client.chat.completions.create(body as never);
    }
    case "responses": {
      const client = new OpenAI({ ...common, baseURL: base.replace(/\/responses$/, "") });
      return await client.responses.create(body as never);
    }
    case "messages": {
      const client = new Anthropic({ ...common, baseURL: base.replace(/\/v1\/messages$/, "") });
      return await client.messages.create(body as never, { timeout: 60_000 });
    }
  }
}

function isStream(answer: unknown): answer is AsyncIterable<unknown> {
  return typeof answer === "object" && answer !== null && Symbol.asyncIterator in answer;
}

function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return { thrown: String(error) };
  const { name, message, status, code, type, error: body } = error as Error & Record<string, unknown>;
  return { class: error.constructor.name, name, message, status, code, type, body };
}
