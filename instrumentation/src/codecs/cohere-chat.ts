import type { CallRequest, DeclaredFormat, Message, MessagePart } from "@spanwarden/conventions";

import type { Codec, RequestReading, ResponseReading, StreamEvent, StreamReading } from "./codec.ts";
import { failureOf } from "./failure.ts";
import { asArray, asBoolean, asCount, asName, asNumber, asObject, asString, type JsonObject } from "./json.ts";
import { eventObject, reasoningPart, textPart, textsOf, toolCall, toolOf } from "./parts.ts";
import { providerOf } from "./provider.ts";
import { tokenUsage } from "./token-usage.ts";

/** Cohere's second API: `POST …/v2/chat`. */
export const cohereChat: Codec = {
  name: "cohere-chat",
  matches: (method, url) => method === "POST" && url.pathname.endsWith("/v2/chat"),
  readRequest,
  readResponse,
  readFailure: failureOf,
  readStream: () => new ChatStream(),
};

function readRequest(body: unknown, url: URL): RequestReading | undefined {
  const given = asObject(body);
  if (!Array.isArray(given["messages"])) return undefined;
  const messages = asArray(given["messages"]).map(asObject);
  const isSystem = ({ role }: JsonObject): boolean => role === "system";
  const format = formatOf(asObject(given["response_format"]));
  return {
    operation: "chat",
    provider: providerOf(url, "cohere"),
    request: { ...parameters(given), outputType: format && "json" },
    content: {
      systemInstructions: messages.filter(isSystem).flatMap(({ content }) => textsOf(content)),
      input: [...messages.filter((message) => !isSystem(message)).map(messageOf), ...documentsOf(given["documents"])],
      tools: asArray(given["tools"]).flatMap((tool) => toolOf(asObject(tool)["function"])),
      format,
    },
  };
}

function parameters(given: JsonObject): CallRequest {
  const stops = asArray(given["stop_sequences"]).map(String);
  return {
    model: asName(given["model"]),
    stream: asBoolean(given["stream"]),
    maxTokens: asCount(given["max_tokens"]),
    temperature: asNumber(given["temperature"]),
    topP: asNumber(given["p"]),
    topK: asNumber(given["k"]),
    frequencyPenalty: asNumber(given["frequency_penalty"]),
    presencePenalty: asNumber(given["presence_penalty"]),
    seed: asNumber(given["seed"]),
    stopSequences: stops.length === 0 ? undefined : stops,
    reasoningLevel: asString(asObject(given["thinking"])["type"]),
  };
}

function formatOf(given: JsonObject): DeclaredFormat | undefined {
  if (given["type"] !== "json_object") return undefined;
  const schema = given["json_schema"] ?? given["schema"];
  return schema === undefined ? { kind: "json" } : { kind: "json_schema", schema };
}

function messageOf(message: JsonObject): Message {
  const { content } = message;
  if (message["role"] === "tool") {
    const id = asString(message["tool_call_id"]);
    const texts = asArray(content).map((part) => asObject(asObject(asObject(part)["document"])["data"]));
    return {
      role: "tool",
      parts: [...textsOf(content), ...texts.flatMap(textsOfDocument)].map((text) => ({
        kind: "tool_result",
        id,
        text,
      })),
    };
  }
  return { role: asString(message["role"]) ?? "user", parts: messageParts(message) };
}

function messageParts(message: JsonObject): MessagePart[] {
  const { content } = message;
  return [
    ...reasoningPart(message["tool_plan"]),
    ...(typeof content === "string" ? textPart(content) : asArray(content).flatMap((part) => partOf(asObject(part)))),
    ...asArray(message["tool_calls"]).flatMap((call) => {
      const { name, arguments: args } = asObject(asObject(call)["function"]) as { name?: unknown; arguments?: unknown };
      return toolCall(asObject(call)["id"], name, args);
    }),
  ];
}

function partOf(part: JsonObject): MessagePart[] {
  const type = asString(part["type"]) ?? "unknown";
  if (type === "text") return textPart(part["text"]);
  if (type === "thinking") return reasoningPart(part["thinking"]);
  return [{ kind: "other", type }];
}

/** Retrieved documents are given to the model as a tool's results are. */
function documentsOf(documents: unknown): Message[] {
  const texts = asArray(documents).flatMap((document) =>
    typeof document === "string" ? textsOf(document) : textsOfDocument(asObject(asObject(document)["data"])),
  );
  return texts.length === 0 ? [] : [{ role: "tool", parts: texts.map((text) => ({ kind: "tool_result", text })) }];
}

function textsOfDocument(data: JsonObject): ReturnType<typeof textsOf> {
  return Object.values(data).flatMap((value) => (typeof value === "string" ? textsOf(value) : []));
}

function readResponse(body: unknown): ResponseReading {
  const given = asObject(body);
  const message = asObject(given["message"]);
  return {
    response: { id: asName(given["id"]), finishReasons: [asName(given["finish_reason"]) ?? "error"] },
    usage: tokenUsage("cohere-chat", asObject(given["usage"])),
    output: [{ role: "assistant", parts: messageParts(message) }],
  };
}

interface Block {
  thinking: string;
  text: string;
}

/** The events of one streamed answer. */
class ChatStream implements StreamReading {
  #id: string | undefined;
  #end: JsonObject = {};
  #plan = "";
  #started = false;
  #finished = false;
  readonly #blocks = new Map<number, Block>();
  readonly #calls = new Map<number, { id: unknown; name: unknown; arguments: string }>();

  get started(): boolean {
    return this.#started;
  }

  get finished(): boolean {
    return this.#finished;
  }

  get ended(): boolean {
    return this.#finished;
  }

  push({ event, data }: StreamEvent): void {
    const given = eventObject(data);
    const type = asString(given["type"]) ?? event;
    const message = asObject(asObject(given["delta"])["message"]);
    if (type === "message-start") this.#id = asName(given["id"]);
    else if (type === "message-end") {
      this.#end = asObject(given["delta"]);
      this.#finished = true;
    } else if (type.startsWith("content-"))
      this.#addContent(asCount(given["index"]) ?? 0, asObject(message["content"]));
    else if (type.startsWith("tool-")) this.#addTool(asCount(given["index"]) ?? 0, message);
  }

  result(): ResponseReading {
    const failed = asString(this.#end["error"]);
    return {
      response: { id: this.#id, finishReasons: [asName(this.#end["finish_reason"]) ?? "error"] },
      usage: tokenUsage("cohere-chat", asObject(this.#end["usage"])),
      output: [
        {
          role: "assistant",
          parts: [
            ...reasoningPart(this.#plan),
            ...inOrder(this.#blocks).flatMap(({ thinking, text }) => [...reasoningPart(thinking), ...textPart(text)]),
            ...inOrder(this.#calls).flatMap((call) => toolCall(call.id, call.name, call.arguments)),
          ],
        },
      ],
      failure: failed === undefined ? undefined : failureOf(undefined, { error: failed }),
    };
  }

  #addContent(index: number, content: JsonObject): void {
    this.#started = true;
    const block = this.#blocks.get(index) ?? { thinking: "", text: "" };
    this.#blocks.set(index, block);
    block.thinking += asString(content["thinking"]) ?? "";
    block.text += asString(content["text"]) ?? "";
  }

  #addTool(index: number, message: JsonObject): void {
    this.#started = true;
    this.#plan += asString(message["tool_plan"]) ?? "";
    const given = asObject(message["tool_calls"]);
    const called = asObject(given["function"]);
    if (Object.keys(called).length === 0) return;
    const call = this.#calls.get(index) ?? { id: given["id"], name: called["name"], arguments: "" };
    this.#calls.set(index, call);
    call.arguments += asString(called["arguments"]) ?? "";
  }
}

function inOrder<T>(byIndex: ReadonlyMap<number, T>): readonly T[] {
  return [...byIndex].toSorted(([a], [b]) => a - b).map(([, value]) => value);
}
