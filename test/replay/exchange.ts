import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";

/** A recorded HTTP exchange with a provider, one JSON object a line. */
export interface Exchange {
  readonly id: string;
  readonly provider: string;
  readonly operation: Operation;
  readonly stream: boolean;
  readonly body_kind: string;
  readonly request: { readonly path: string; readonly body: string | null };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
}

/** Wire formats that the instrumentation reads, whoever speaks them. */
const OPERATIONS = [
  "chat_completions",
  "responses",
  "messages",
  "completions",
  "embeddings",
  "generate_content",
  "stream_generate_content",
  "embed_content",
  "batch_embed_contents",
  "v2_chat",
  "v2_embed",
  "v2_rerank",
  "v1_rerank",
  "rerank",
  "api_chat",
  "api_generate",
  "api_embeddings",
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Recordings under such a name in another format. */
const OTHERWISE: ReadonlySet<string> = new Set([
  "bedrock/rerank", // Bedrock's own API, by AWS's own client
  "portkey/completions", // a gateway's stored prompts: the request has neither prompt nor messages
]);

export interface Recordings {
  readonly exchanges: readonly Exchange[];
  /** `PROVIDER/OPERATION` of exchanges that nothing reads: other formats, and requests that are no model calls. */
  readonly unread: readonly string[];
}

/** Reads the exchanges under `directory` (`PROVIDER/OPERATION.jsonl.gz`). */
export async function readExchanges(directory: string): Promise<Recordings> {
  const exchanges: Exchange[] = [];
  const unread: string[] = [];
  const found = await readdir(directory, { recursive: true });
  for (const file of found.filter((name) => name.endsWith(".jsonl.gz")).toSorted()) {
    const [provider = "", operation = ""] = file.replace(/\.jsonl\.gz$/, "").split("/");
    if (!isRead(operation) || OTHERWISE.has(`${provider}/${operation}`)) {
      unread.push(`${provider}/${operation}`);
      continue;
    }
    const lines = createInterface({ input: createReadStream(join(directory, file)).pipe(createGunzip()) });
    for await (const line of lines) exchanges.push(JSON.parse(line) as Exchange);
  }
  return { exchanges, unread };
}

function isRead(operation: string): operation is Operation {
  return (OPERATIONS as readonly string[]).includes(operation);
}

/** The request to send: the recorded one, or for a recording without one the least that asks for its answer. */
export function requestOf({ request, operation, stream }: Exchange): Record<string, unknown> {
  if (request.body !== null && request.body !== "") return JSON.parse(request.body) as Record<string, unknown>;
  return { ...LEAST[operation], ...(stream && !operation.includes("content") ? { stream } : {}) };
}

const QUESTION = "What is the state of my order?";
const MODEL = { model: "unknown" };
const CHAT = { ...MODEL, messages: [{ role: "user", content: QUESTION }] };
const PROMPT = { ...MODEL, prompt: QUESTION };
const INPUT = { ...MODEL, input: QUESTION };
const PARTS = { parts: [{ text: QUESTION }] };
const CONTENTS = { contents: [{ role: "user", ...PARTS }] };
const ORDER = { ...MODEL, query: QUESTION, documents: [QUESTION] };

const LEAST: Readonly<Record<Operation, object>> = {
  chat_completions: CHAT,
  v2_chat: CHAT,
  api_chat: CHAT,
  messages: { ...CHAT, max_tokens: 100 },
  responses: INPUT,
  embeddings: INPUT,
  completions: PROMPT,
  api_generate: PROMPT,
  api_embeddings: PROMPT,
  generate_content: CONTENTS,
  stream_generate_content: CONTENTS,
  embed_content: { content: PARTS },
  batch_embed_contents: { requests: [{ content: PARTS }] },
  v2_embed: { ...MODEL, texts: [QUESTION] },
  rerank: ORDER,
  v1_rerank: ORDER,
  v2_rerank: ORDER,
};
