import type { Exchange, Operation } from "./exchange.ts";

/** What the body of an answer itself says, read without any code of the project's. Absent: it does not say. */
export interface Expected {
  readonly model?: string | undefined;
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  readonly finish?: readonly string[] | undefined;
}

type Json = Record<string, any>; // eslint-disable-line typescript/no-explicit-any -- bodies of any provider

export function expectedOf(exchange: Exchange): Expected {
  const { status, body } = exchange.response;
  if (status < 200 || status > 299) return {};
  const documents = documentsOf(exchange.body_kind, body);
  return (READERS[exchange.operation] ?? vectors)(documents);
}

function documentsOf(kind: string, body: string): Json[] {
  if (kind === "sse") return events(body);
  if (kind === "ndjson")
    return body
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map(parse);
  const whole: unknown = parse(body);
  return Array.isArray(whole) ? (whole as Json[]) : [whole as Json];
}

function events(body: string): Json[] {
  return body
    .split(/\r\n\r\n|\n\n|\r\r/)
    .map((event) =>
      event
        .split(/\r\n|\n|\r/)
        .filter((line) => line.startsWith("data:"))
        .map((line) => line.slice(5).replace(/^ /, ""))
        .join("\n"),
    )
    .filter((data) => data !== "" && data !== "[DONE]")
    .map(parse);
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
}

function chat(documents: readonly Json[]): Expected {
  const finish = new Map<number, string>();
  for (const document of documents) {
    for (const [at, choice] of (document["choices"] ?? []).entries()) {
      if (typeof choice.finish_reason === "string" && choice.finish_reason !== "")
        finish.set(choice.index ?? at, choice.finish_reason);
    }
  }
  const usage = documents.findLast((document) => document["usage"])?.["usage"];
  return {
    model: documents.findLast(({ model }) => model)?.["model"],
    input: usage?.prompt_tokens,
    output: usage?.completion_tokens,
    finish: finish.size === 0 ? undefined : [...finish].toSorted(([a], [b]) => a - b).map(([, reason]) => reason),
  };
}

function responses(documents: readonly Json[]): Expected {
  const last = documents.findLast((document) => document["response"]?.status ?? document["status"]);
  const response = last?.["response"] ?? last;
  return { model: response?.model, input: response?.usage?.input_tokens, output: response?.usage?.output_tokens };
}

/** Anthropic counts cached tokens beside the input; the conventions count them inside. */
function messages(documents: readonly Json[]): Expected {
  const start = documents.find(({ message }) => message)?.["message"] ?? documents[0];
  const delta = documents.findLast(({ type }) => type === "message_delta");
  const usage = { ...start?.usage, ...defined(delta?.["usage"]) };
  const cached = (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
  const reason = delta?.["delta"]?.stop_reason ?? start?.stop_reason;
  return {
    model: start?.model,
    input: usage.input_tokens === undefined ? undefined : usage.input_tokens + cached,
    output: usage.output_tokens,
    finish: typeof reason === "string" ? [reason] : undefined,
  };
}

/** Google counts thoughts, and what its own tools found, beside the rest. Enumerations may be numbers, which are not compared. */
function candidates(documents: readonly Json[]): Expected {
  const usage = Object.assign({}, ...documents.map(({ usageMetadata }) => usageMetadata as Json)) as Json;
  const finish = new Map<number, string>();
  for (const document of documents) {
    for (const candidate of document["candidates"] ?? []) {
      if (typeof candidate.finishReason === "string") finish.set(candidate.index ?? 0, candidate.finishReason);
    }
  }
  const { promptTokenCount: prompt, candidatesTokenCount: answer, thoughtsTokenCount: thoughts } = usage;
  return {
    model: documents.findLast(({ modelVersion }) => modelVersion)?.["modelVersion"],
    input: prompt === undefined ? undefined : prompt + (usage["toolUsePromptTokenCount"] ?? 0),
    output: answer === undefined ? undefined : answer + (thoughts ?? 0),
    finish: finish.size === 0 ? undefined : [...finish].toSorted(([a], [b]) => a - b).map(([, reason]) => reason),
  };
}

function cohere(documents: readonly Json[]): Expected {
  const end = documents.find(({ type }) => type === "message-end")?.["delta"] ?? documents[0];
  const { input_tokens: input, output_tokens: output } = end?.usage?.billed_units ?? {};
  return { input, output, finish: end?.finish_reason === undefined ? undefined : [end.finish_reason] };
}

function ollama(documents: readonly Json[]): Expected {
  const last = documents.at(-1) ?? {};
  const { model, done_reason: reason, prompt_eval_count: input, eval_count: output } = last;
  return { model, input, output, finish: reason === undefined ? undefined : [reason] };
}

function vectors([document = {}]: readonly Json[]): Expected {
  const { model, usage, usageMetadata, meta, prompt_eval_count: evaluated } = document;
  const input = usage?.prompt_tokens ?? usage?.total_tokens ?? usageMetadata?.promptTokenCount ?? evaluated;
  return { model, input: input ?? meta?.billed_units?.input_tokens };
}

function defined(usage: Json | undefined): Json {
  return Object.fromEntries(Object.entries(usage ?? {}).filter(([, value]) => value !== null));
}

const READERS: Readonly<Partial<Record<Operation, (documents: readonly Json[]) => Expected>>> = {
  chat_completions: chat,
  completions: chat,
  responses,
  messages,
  generate_content: candidates,
  stream_generate_content: candidates,
  v2_chat: cohere,
  api_chat: ollama,
  api_generate: ollama,
};
