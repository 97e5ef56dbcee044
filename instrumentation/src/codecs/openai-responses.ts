import {
  ATTR_GEN_AI_CONVERSATION_ID,
  decodedText,
  type CallFailure,
  type CallRequest,
  type DeclaredFormat,
  type Message,
  type MessagePart,
  type ToolDefinition,
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
import { reasoningPart, textPart, textsOf, toolCall } from "./parts.ts";
import { tokenUsage } from "./token-usage.ts";
import { providerOf } from "./provider.ts";

/** OpenAI Responses: `POST …/responses`; what lies below that path (one response, input tokens, compaction) is no call. */
export const openaiResponses: Codec = {
  name: "openai-responses",
  matches: (method, url) => method === "POST" && url.pathname.endsWith("/responses"),
  readRequest,
  readResponse,
  readFailure: failureOf,
  readStream: () => new ResponseStream(),
};

function readRequest(body: unknown, url: URL): RequestReading | undefined {
  const given = asObject(body);
  // A stored prompt may bring the input along, so the model and the input may both be missing, but not all three.
  if (given["input"] === undefined && given["prompt"] === undefined && given["model"] === undefined) return undefined;
  return {
    operation: "chat",
    provider: providerOf(url, "openai"),
    request: responseParameters(given),
    content: responseContent(given),
    attributes: { "openai.api.type": "responses", ...conversationOf(given["conversation"]) },
  };
}

/** Its id, or an object that holds it. */
function conversationOf(given: unknown): Readonly<Record<string, string>> {
  const id = asString(given) ?? asString(asObject(given)["id"]);
  return id === undefined ? {} : { [ATTR_GEN_AI_CONVERSATION_ID]: id };
}

function responseParameters(given: JsonObject): CallRequest {
  return {
    model: asName(given["model"]),
    stream: asBoolean(given["stream"]),
    maxTokens: asCount(given["max_output_tokens"]),
    temperature: asNumber(given["temperature"]),
    topP: asNumber(given["top_p"]),
    reasoningLevel: asString(asObject(given["reasoning"])["effort"]),
    serviceTier: asName(given["service_tier"]),
    previousResponseId: asString(given["previous_response_id"]),
    outputType: formatOf(given) === undefined ? undefined : "json",
  };
}

function responseContent(given: JsonObject): RequestReading["content"] {
  const { input, instructions } = given;
  const items: readonly JsonObject[] =
    typeof input === "string" ? [{ role: "user", content: input }] : asArray(input).map(asObject);
  const isSystem = (item: JsonObject): boolean => item["role"] === "system" || item["role"] === "developer";
  const system = items.filter(isSystem).flatMap((item) => textsOf(item["content"]));
  return {
    systemInstructions: typeof instructions === "string" ? [decodedText(instructions), ...system] : system,
    input: items.filter((item) => !isSystem(item)).map(inputItem),
    tools: asArray(given["tools"]).flatMap(toolOf),
    format: formatOf(given),
  };
}

function inputItem(item: JsonObject): Message {
  const type = asString(item["type"]);
  if (type === "function_call_output" || type === "custom_tool_call_output") {
    const id = asString(item["call_id"]);
    return { role: "tool", parts: textsOf(item["output"]).map((text) => ({ kind: "tool_result", id, text })) };
  }
  return { role: asString(item["role"]) ?? "assistant", parts: itemParts(item) };
}

/** The parts of one item of input or output: a message, a tool call, reasoning, or something else, named by its type. */
function itemParts(item: JsonObject): MessagePart[] {
  const type = asString(item["type"]) ?? "message";
  if (type === "message") {
    const { content } = item;
    return typeof content === "string"
      ? textPart(content)
      : asArray(content).map((part) => contentPart(asObject(part)));
  }
  if (type === "function_call" || type === "custom_tool_call") {
    return toolCall(item["call_id"], item["name"], item["arguments"] ?? item["input"] ?? "");
  }
  if (type === "reasoning") {
    return asArray(item["summary"]).flatMap((part) => reasoningPart(asObject(part)["text"]));
  }
  return [{ kind: "other", type }];
}

function contentPart(part: JsonObject): MessagePart {
  const type = asString(part["type"]) ?? "unknown";
  const text = part["text"] ?? part["refusal"];
  if (typeof text !== "string") return { kind: "other", type };
  return { kind: type === "refusal" ? "refusal" : "text", text: decodedText(text) };
}

function toolOf(declared: unknown): ToolDefinition[] {
  const tool = asObject(declared);
  const name = asString(tool["name"]) ?? asString(tool["type"]);
  return name === undefined
    ? []
    : [{ name, description: asString(tool["description"]), parameters: tool["parameters"] }];
}

/** `text.format`. */
function formatOf(given: JsonObject): DeclaredFormat | undefined {
  const declared = asObject(asObject(given["text"])["format"]);
  if (declared["type"] === "json_object") return { kind: "json" };
  if (declared["type"] !== "json_schema") return undefined;
  return { kind: "json_schema", name: asString(declared["name"]), schema: declared["schema"] };
}

function readResponse(body: unknown): ResponseReading {
  const given = asObject(body);
  const parts = asArray(given["output"]).flatMap((item) => itemParts(asObject(item)));
  return {
    response: {
      model: asName(given["model"]),
      id: asName(given["id"]),
      serviceTier: asName(given["service_tier"]),
      finishReasons: finishReasonsOf(given),
    },
    usage: tokenUsage("openai-responses", given["usage"]),
    output: parts.length === 0 ? [] : [{ role: "assistant", parts }],
    failure: failureIn(given),
  };
}

/** The API has no finish reason; its status says the same, and why a response is incomplete. */
function finishReasonsOf(given: JsonObject): readonly string[] | undefined {
  const status = asString(given["status"]);
  if (status === undefined) return undefined;
  const calls = asArray(given["output"]).some((item) => asObject(item)["type"] === "function_call");
  if (status === "completed") return [calls ? "tool_calls" : "stop"];
  if (status !== "incomplete") return ["error"];
  const reason = asName(asObject(given["incomplete_details"])["reason"]);
  return [reason === "max_output_tokens" ? "length" : (reason ?? "error")];
}

function failureIn(given: JsonObject): CallFailure | undefined {
  const { error, status } = given;
  if (error !== undefined && error !== null) return failureOf(undefined, { error });
  return status === "failed" ? failureOf(undefined, { error: { code: "failed" } }) : undefined;
}

const LAST_EVENTS = new Set(["response.completed", "response.incomplete", "response.failed", "error"]);

/**
 * The events of a streamed response. The last one repeats the whole response; where the stream ends before it, what the
 * deltas brought is the answer.
 */
class ResponseStream implements StreamReading {
  #response: JsonObject = {};
  #error: unknown;
  #text = "";
  #started = false;
  #finished = false;
  readonly #items: unknown[] = [];

  get started(): boolean {
    return this.#started;
  }

  get finished(): boolean {
    return this.#finished;
  }

  /** One response may follow another on the same stream. */
  readonly ended = false;

  push({ event, data }: StreamEvent): void {
    const given = asObject(parseJson(data));
    const type = asString(given["type"]) ?? event;
    const response = asObject(given["response"]);
    if (Object.keys(response).length > 0) this.#response = response;
    if (type === "error") this.#error = { error: given["error"] ?? given };
    if (type.endsWith(".delta")) this.#started = true;
    if (type === "response.output_text.delta") this.#text += asString(given["delta"]) ?? "";
    if (type === "response.output_item.done") this.#items.push(given["item"]);
    if (LAST_EVENTS.has(type)) this.#finished = true;
  }

  result(): ResponseReading {
    const whole = asArray(this.#response["output"]).length > 0;
    const reading = readResponse(whole ? this.#response : { ...this.#response, output: this.#collected() });
    const failure = this.#error === undefined ? reading.failure : failureOf(undefined, this.#error);
    return this.#finished ? { ...reading, failure } : { ...reading, failure, response: unfinished(reading) };
  }

  #collected(): readonly unknown[] {
    if (this.#items.length > 0) return this.#items;
    return this.#text === "" ? [] : [{ type: "message", content: this.#text }];
  }
}

/** `in_progress`, the last status that was heard, is no finish reason. */
function unfinished(reading: ResponseReading): ResponseReading["response"] {
  return { ...reading.response, finishReasons: ["error"] };
}
