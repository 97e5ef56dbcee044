import {
  decodedText,
  type CallRequest,
  type CallResponse,
  type DeclaredFormat,
  type Message,
  type MessagePart,
  type TokenUsage,
} from "@spanwarden/conventions";

import type { Codec, RequestReading, ResponseReading, StreamEvent, StreamReading } from "./codec.ts";
import { failureOf } from "./failure.ts";
import {
  asArray,
  asBoolean,
  asCount,
  asName,
  asNumber,
  asObject,
  asString,
  parseJson,
  type JsonObject,
} from "./json.ts";
import { reasoningPart, textPart, textsOf, toolCall, toolOf } from "./parts.ts";
import { tokenUsage } from "./token-usage.ts";
import { providerOf } from "./provider.ts";

/** OpenAI Chat Completions, and whoever speaks it: `POST …/chat/completions`. */
export const openaiChat: Codec = {
  name: "openai-chat",
  matches: (method, url) => method === "POST" && url.pathname.endsWith("/chat/completions"),
  readRequest,
  readResponse,
  readFailure: failureOf,
  readStream: () => new ChatStream(),
};

function readRequest(body: unknown, url: URL): RequestReading | undefined {
  const given = asObject(body);
  if (!Array.isArray(given["messages"])) return undefined;
  return {
    operation: "chat",
    provider: providerOf(url, "openai"),
    request: { ...chatParameters(given), model: asName(given["model"]) ?? deploymentOf(url) },
    content: chatContent(given),
    attributes: { "openai.api.type": "chat_completions" },
  };
}

/** Azure names the deployment in the path. */
export function deploymentOf(url: URL): string | undefined {
  const name = /\/deployments\/([^/]+)\//.exec(url.pathname)?.[1];
  try {
    return name === undefined ? undefined : decodeURIComponent(name);
  } catch {
    return name;
  }
}

function chatParameters(given: JsonObject): CallRequest {
  const { stop } = given;
  const count = asCount(given["n"]);
  return {
    stream: asBoolean(given["stream"]),
    maxTokens: asCount(given["max_completion_tokens"]) ?? asCount(given["max_tokens"]),
    temperature: asNumber(given["temperature"]),
    topP: asNumber(given["top_p"]),
    frequencyPenalty: asNumber(given["frequency_penalty"]),
    presencePenalty: asNumber(given["presence_penalty"]),
    seed: asNumber(given["seed"]),
    choiceCount: count === 1 ? undefined : count,
    stopSequences: typeof stop === "string" ? [stop] : Array.isArray(stop) ? stop.map(String) : undefined,
    reasoningLevel: asString(given["reasoning_effort"]),
    serviceTier: asName(given["service_tier"]),
    outputType: formatOf(given["response_format"]) === undefined ? undefined : "json",
  };
}

function chatContent(given: JsonObject): RequestReading["content"] {
  const messages = asArray(given["messages"]).map(asObject);
  const isSystem = (message: JsonObject): boolean => message["role"] === "system" || message["role"] === "developer";
  return {
    systemInstructions: messages.filter(isSystem).flatMap((message) => textsOf(message["content"])),
    input: messages.filter((message) => !isSystem(message)).map(inputMessage),
    tools: asArray(given["tools"]).flatMap((tool) => toolOf(asObject(tool)["function"])),
    format: formatOf(given["response_format"]),
  };
}

function inputMessage(message: JsonObject): Message {
  const role = asString(message["role"]) ?? "user";
  if (role === "tool" || role === "function") {
    const id = asString(message["tool_call_id"]);
    return { role: "tool", parts: textsOf(message["content"]).map((text) => ({ kind: "tool_result", id, text })) };
  }
  return { role, parts: messageParts(message) };
}

function messageParts(message: JsonObject): MessagePart[] {
  const { content } = message;
  const parts =
    typeof content === "string" ? textPart(content) : asArray(content).map((part) => contentPart(asObject(part)));
  const reasoning = asString(message["reasoning_content"]) ?? asString(message["reasoning"]);
  const refusal = asString(message["refusal"]);
  return [
    ...reasoningPart(reasoning),
    ...parts,
    ...(refusal === undefined ? [] : [{ kind: "refusal", text: decodedText(refusal) } as const]),
    ...asArray(message["tool_calls"]).flatMap((call) => toolCallOf(asObject(call))),
  ];
}

function contentPart(part: JsonObject): MessagePart {
  const type = asString(part["type"]) ?? "unknown";
  const text = part["text"] ?? part["refusal"];
  if (typeof text !== "string") return { kind: "other", type };
  return { kind: type === "refusal" ? "refusal" : "text", text: decodedText(text) };
}

function toolCallOf(call: JsonObject): MessagePart[] {
  const called = asObject(call["function"] ?? call["custom"]);
  return toolCall(call["id"], called["name"], called["arguments"] ?? called["input"] ?? "");
}

/** `response_format`: JSON mode or a JSON Schema; `text` and anything unknown declare nothing. */
function formatOf(declared: unknown): DeclaredFormat | undefined {
  const { type, json_schema: named } = asObject(declared) as { type?: unknown; json_schema?: unknown };
  if (type === "json_object") return { kind: "json" };
  if (type !== "json_schema") return undefined;
  const { name, schema } = asObject(named) as { name?: unknown; schema?: unknown };
  return { kind: "json_schema", name: asString(name), schema };
}

function readResponse(body: unknown): ResponseReading {
  const given = asObject(body);
  const choices = asArray(given["choices"]).map(asObject);
  const output = choices.map((choice) => ({ role: "assistant", parts: messageParts(asObject(choice["message"])) }));
  const failed = given["error"] !== undefined && given["error"] !== null && choices.length === 0;
  return {
    response: responseHead(given, reasonsOf(choices)),
    usage: tokenUsage("openai-chat", given["usage"]),
    output,
    failure: failed ? failureOf(undefined, body) : undefined,
  };
}

/** A whole answer whose server gives no reasons is no failed one. */
function reasonsOf(choices: readonly JsonObject[]): readonly string[] {
  const reasons = choices.map((choice) => asName(choice["finish_reason"]));
  return reasons.every((reason) => reason === undefined) ? [] : reasons.map((reason) => reason ?? "error");
}

function responseHead(given: JsonObject, finishReasons: readonly string[]): CallResponse {
  return {
    model: asName(given["model"]),
    id: asName(given["id"]),
    systemFingerprint: asName(given["system_fingerprint"]),
    serviceTier: asName(given["service_tier"]),
    finishReasons: finishReasons.length === 0 ? undefined : finishReasons,
  };
}

interface Choice {
  text: string;
  reasoning: string;
  refusal: string;
  finishReason: string | undefined;
  readonly calls: Map<number, { id: string | undefined; name: string; arguments: string }>;
}

/** The chunks of one streamed completion. Usage may come on every chunk: the last one counts. */
class ChatStream implements StreamReading {
  #head: JsonObject = {};
  #usage: TokenUsage | undefined;
  #error: unknown;
  #started = false;
  #finished = false;
  #ended = false;
  readonly #choices = new Map<number, Choice>();

  get started(): boolean {
    return this.#started;
  }

  get finished(): boolean {
    return this.#finished;
  }

  /** Usage may come after the last choice has finished. */
  get ended(): boolean {
    return this.#ended;
  }

  push({ data }: StreamEvent): void {
    if (data === "[DONE]") {
      this.#finished = true;
      this.#ended = true;
      return;
    }
    const chunk = asObject(parseJson(data));
    if (chunk["error"] !== undefined && chunk["error"] !== null) this.#error = chunk;
    // Azure's first chunk holds filter results only: an empty id and model must not hide the real ones.
    this.#head = Object.assign({}, this.#head, namesIn(chunk));
    this.#usage = tokenUsage("openai-chat", chunk["usage"]) ?? this.#usage;
    for (const choice of asArray(chunk["choices"]).map(asObject)) this.#add(choice);
  }

  result(): ResponseReading {
    const choices = [...this.#choices].toSorted(([a], [b]) => a - b).map(([, choice]) => choice);
    const reasons = choices.map((choice) => choice.finishReason ?? "error");
    return {
      response: responseHead(this.#head, reasons),
      usage: this.#usage,
      output: choices.map((choice) => ({ role: "assistant", parts: partsOf(choice) })),
      failure: this.#error === undefined ? undefined : failureOf(undefined, this.#error),
    };
  }

  #add(given: JsonObject): void {
    this.#started = true;
    const index = asCount(given["index"]) ?? 0;
    const choice = this.#choices.get(index) ?? emptyChoice();
    this.#choices.set(index, choice);
    const delta = asObject(given["delta"]);
    choice.text += asString(delta["content"]) ?? "";
    choice.reasoning += asString(delta["reasoning_content"]) ?? asString(delta["reasoning"]) ?? "";
    choice.refusal += asString(delta["refusal"]) ?? "";
    choice.finishReason = asName(given["finish_reason"]) ?? choice.finishReason;
    for (const call of asArray(delta["tool_calls"]).map(asObject)) addToolCall(choice, call);
    // Every choice has its finish reason: a server that sends no [DONE] has finished all the same. One more may yet begin.
    this.#finished = [...this.#choices.values()].every(({ finishReason }) => finishReason !== undefined);
  }
}

/** What a chunk tells of the whole answer; empty names tell nothing. */
export function namesIn(chunk: JsonObject): JsonObject {
  const keys = ["id", "model", "system_fingerprint", "service_tier"];
  return Object.fromEntries(keys.flatMap((key) => (asString(chunk[key]) === undefined ? [] : [[key, chunk[key]]])));
}

function emptyChoice(): Choice {
  return { text: "", reasoning: "", refusal: "", finishReason: undefined, calls: new Map() };
}

function addToolCall(choice: Choice, given: JsonObject): void {
  const index = asCount(given["index"]) ?? choice.calls.size;
  const call = choice.calls.get(index) ?? { id: undefined, name: "", arguments: "" };
  choice.calls.set(index, call);
  const called = asObject(given["function"]);
  call.id = asString(given["id"]) ?? call.id;
  call.name += asString(called["name"]) ?? "";
  call.arguments += asString(called["arguments"]) ?? "";
}

function partsOf(choice: Choice): MessagePart[] {
  const calls = [...choice.calls.values()].map(({ id, name, arguments: args }): MessagePart => ({
    kind: "tool_call",
    id,
    name,
    arguments: decodedText(args),
  }));
  return [
    ...reasoningPart(choice.reasoning),
    ...textPart(choice.text),
    ...(choice.refusal === "" ? [] : [{ kind: "refusal", text: decodedText(choice.refusal) } as const]),
    ...calls,
  ];
}
