import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";

/** A recorded HTTP exchange with a provider, one JSON object a line. */
export interface Exchange {
  readonly id: string;
  readonly provider: string;
  readonly operation: "chat_completions" | "responses" | "messages";
  readonly stream: boolean;
  readonly body_kind: string;
  readonly request: { readonly path: string; readonly body: string | null };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
}

const FILES = [
  "openai/chat_completions",
  "openai/responses",
  "azure_openai/chat_completions",
  "azure_openai/responses",
  "anthropic/messages",
  "openai_compatible/chat_completions",
  "openai_compatible/responses",
] as const;

/** Reads the exchanges under `directory` (`PROVIDER/OPERATION.jsonl.gz`); files that are not there are named in `missing`. */
export async function readExchanges(directory: string): Promise<{ exchanges: Exchange[]; missing: string[] }> {
  const exchanges: Exchange[] = [];
  const missing: string[] = [];
  for (const name of FILES) {
    const file = join(directory, `${name}.jsonl.gz`);
    if (!existsSync(file)) {
      missing.push(name);
      continue;
    }
    const lines = createInterface({ input: createReadStream(file).pipe(createGunzip()) });
    for await (const line of lines) exchanges.push(JSON.parse(line) as Exchange);
  }
  return { exchanges, missing };
}

/** The request to send: the recorded one, or for a recording without one the least that asks for its answer. */
export function requestOf(exchange: Exchange): Record<string, unknown> {
  const { body } = exchange.request;
  if (body !== null && body !== "") return JSON.parse(body) as Record<string, unknown>;
  const message = { role: "user", content: "What is the state of my order?" };
  const stream = exchange.stream ? { stream: true } : {};
  switch (exchange.operation) {
    case "chat_completions":
      return { model: "unknown", messages: [message], ...stream };
    case "responses":
      return { model: "unknown", input: message.content, ...stream };
    case "messages":
      return { model: "unknown", max_tokens: 100, messages: [message], ...stream };
  }
}
