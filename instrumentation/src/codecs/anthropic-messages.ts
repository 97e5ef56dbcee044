import { type CallRequest, type CallResponse, type Message, type MessagePart } from "@spanwarden/conventions";

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

/** Anthropic Messages: `POST …/v1/messages`; counting tokens and batches lie below that path and are no calls. */
export const anthropicMessages: Codec = {
  name: "anthropic-messages",
  matches: (method, url) => method === "POST" && url.pathname.endsWith("/v1/messages"),
  readRequest,
  readResponse,
  readFailure: failureOf,
  readStream: () => new MessageStream(),
};

function readRequest(body: unknown, url: URL): RequestReading | undefined {
  const given = asObject(body);
  if (!Array.isArray(given["messages"])) return undefined;
  return {
    operation: "chat",
    provider: providerOf(url, "anthropic"),
    request: messageParameters(given),
    content: {
      systemInstructions: textsOf(given["system"]),
      input: asArray(given["messages"]).map((message) => inputMessage(asObject(message))),
      tools: asArray(given["tools"]).flatMap((tool) => toolOf(tool, "input_schema")),
      format: undefined,
    },
  };
}

function messageParameters(given: JsonObject): CallRequest {
  const stops = asArray(given["stop_sequences"]).map(String);
  const thinking = asObject(given["thinking"]);
  return {
    model: asName(given["model"]),
    stream: asBoolean(given["stream"]),
    maxTokens: asCount(given["max_tokens"]),
    temperature: asNumber(given["temperature"]),
    topP: asNumber(given["top_p"]),
    topK: asCount(given["top_k"]),
    stopSequences: stops.length === 0 ? undefined : stops,
    reasoningLevel: asString(asObject(given["output_config"])["effort"]) ?? asString(thinking["type"]),
    serviceTier: asName(given["service_tier"]),
  };
}

/** Anthropic sends tool results in a user's message; they are told apart by their blocks. */
function inputMessage(message: JsonObject): Message {
  const { content } = message;
  const parts =
    typeof content === "string" ? textPart(content) : asArray(content).flatMap((b) => blockParts(asObject(b)));
  return { role: asString(message["role"]) ?? "user", parts };
}

function blockParts(block: JsonObject): MessagePart[] {
  const type = asString(block["type"]) ?? "unknown";
  switch (type) {
    case "text":
      return textPart(block["text"]);
    case "thinking":
      return reasoningPart(block["thinking"]);
    case "tool_use":
      return toolCall(block["id"], block["name"], block["input"]);
    case "tool_result": {
      const id = asString(block["tool_use_id"]);
      return textsOf(block["content"]).map((text) => ({ kind: "tool_result", id, text }));
    }
    default:
      return [{ kind: "other", type }];
  }
}

function readResponse(body: unknown): ResponseReading {
  const given = asObject(body);
  const failed = given["type"] === "error";
  const parts = asArray(given["content"]).flatMap((block) => blockParts(asObject(block)));
  return {
    response: failed ? {} : responseHead(given, asName(given["stop_reason"])),
    usage: tokenUsage("anthropic-messages", given["usage"]),
    output: failed ? [] : [{ role: "assistant", parts }],
    failure: failed ? failureOf(undefined, body) : undefined,
  };
}

function responseHead(given: JsonObject, stopReason: string | undefined): CallResponse {
  return {
    model: asName(given["model"]),
    id: asName(given["id"]),
    serviceTier: asName(asObject(given["usage"])["service_tier"]),
    finishReasons: [stopReason ?? "error"],
  };
}

interface Block {
  /** As `content_block_start` gave it. */
  readonly start: JsonObject;
  text: string;
  json: string;
}

/** The events of a streamed message. Usage in `message_delta` is cumulative and replaces what came before, key by key. */
class MessageStream implements StreamReading {
  #message: JsonObject = {};
  #usage: JsonObject = {};
  #stopReason: string | undefined;
  #error: unknown;
  #started = false;
  #finished = false;
  readonly #blocks = new Map<number, Block>();

  get started(): boolean {
    return this.#started;
  }

  get finished(): boolean {
    return this.#finished;
  }

  /** One message may follow another on the same stream. */
  readonly ended = false;

  push({ event, data }: StreamEvent): void {
    const given = asObject(parseJson(data));
    switch (asString(given["type"]) ?? event) {
      case "message_start":
        this.#message = asObject(given["message"]);
        this.#addUsage(this.#message["usage"]);
        break;
      case "content_block_start":
        this.#started = true;
        this.#blocks.set(asCount(given["index"]) ?? 0, { start: asObject(given["content_block"]), text: "", json: "" });
        break;
      case "content_block_delta":
        this.#addDelta(asCount(given["index"]) ?? 0, asObject(given["delta"]));
        break;
      case "message_delta":
        this.#stopReason = asName(asObject(given["delta"])["stop_reason"]) ?? this.#stopReason;
        this.#addUsage(given["usage"]);
        break;
      case "message_stop":
        this.#finished = true;
        break;
      case "error":
        this.#error = given;
        this.#finished = true;
        break;
      default:
    }
  }

  result(): ResponseReading {
    const blocks = [...this.#blocks].toSorted(([a], [b]) => a - b).map(([, block]) => block);
    return {
      response: {
        ...responseHead(this.#message, this.#stopReason),
        serviceTier: asName(this.#usage["service_tier"]),
      },
      usage: tokenUsage("anthropic-messages", this.#usage),
      output: blocks.length === 0 ? [] : [{ role: "assistant", parts: blocks.flatMap(partsOf) }],
      failure: this.#error === undefined ? undefined : failureOf(undefined, this.#error),
    };
  }

  #addUsage(usage: unknown): void {
    const given = Object.entries(asObject(usage)).filter(([, value]) => value !== null);
    this.#usage = { ...this.#usage, ...Object.fromEntries(given) };
  }

  #addDelta(index: number, delta: JsonObject): void {
    this.#started = true;
    const block = this.#blocks.get(index) ?? { start: { type: "text" }, text: "", json: "" };
    this.#blocks.set(index, block);
    block.text += asString(delta["text"]) ?? asString(delta["thinking"]) ?? "";
    block.json += asString(delta["partial_json"]) ?? "";
  }
}

function partsOf({ start, text, json }: Block): MessagePart[] {
  const type = asString(start["type"]);
  if (type === "tool_use") {
    return toolCall(start["id"], start["name"], json || "{}");
  }
  if (type === "thinking") return blockParts({ type, thinking: (asString(start["thinking"]) ?? "") + text });
  if (type === "text") return blockParts({ type, text: (asString(start["text"]) ?? "") + text });
  return [{ kind: "other", type: type ?? "unknown" }];
}
