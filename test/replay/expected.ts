import type { Exchange } from "./exchange.ts";

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
  const documents: Json[] = exchange.body_kind === "sse" ? events(body) : [parse(body)];
  switch (exchange.operation) {
    case "chat_completions":
      return chat(documents);
    case "responses":
      return responses(documents);
    case "messages":
      return messages(documents);
  }
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
      if (typeof choice.finish_reason === "string") finish.set(choice.index ?? at, choice.finish_reason);
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

function defined(usage: Json | undefined): Json {
  return Object.fromEntries(Object.entries(usage ?? {}).filter(([, value]) => value !== null));
}
