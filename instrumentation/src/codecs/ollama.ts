import type { CallRequest, DeclaredFormat, Message, MessagePart } from "@spanwarden/conventions";

import type { Codec, RequestReading, ResponseReading, StreamEvent, StreamReading } from "./codec.ts";
import { failureOf } from "./failure.ts";
import { asArray, asCount, asName, asNumber, asObject, asString, type JsonObject } from "./json.ts";
import { eventObject, reasoningPart, textPart, textsOf, toolCall, toolOf } from "./parts.ts";
import { providerOf } from "./provider.ts";
import { tokenUsage } from "./token-usage.ts";

const PATH = /\/api\/(chat|generate)$/;

/** Ollama's own API: `POST …/api/chat` and `…/api/generate`. An answer is streamed, as lines of JSON, unless told otherwise. */
export const ollama: Codec = {
  name: "ollama",
  matches: (method, url) => method === "POST" && PATH.test(url.pathname),
  readRequest,
  readResponse,
  readFailure: failureOf,
  readStream: () => new AnswerStream(),
};

function readRequest(body: unknown, url: URL): RequestReading | undefined {
  const given = asObject(body);
  const isChat = PATH.exec(url.pathname)?.[1] === "chat";
  // A server of another kind may have these paths, too; a request without a prompt only loads the model.
  if (asString(given["model"]) === undefined) return undefined;
  if (isChat ? !Array.isArray(given["messages"]) : asString(given["prompt"]) === undefined) return undefined;
  const format = formatOf(given["format"]);
  return {
    operation: isChat ? "chat" : "text_completion",
    provider: providerOf(url, "ollama"),
    request: { ...parameters(given), outputType: format && "json" },
    content: { ...(isChat ? chatContent(given) : promptContent(given)), format },
  };
}

function chatContent(given: JsonObject): Omit<RequestReading["content"], "format"> {
  const messages = asArray(given["messages"]).map(asObject);
  const isSystem = ({ role }: JsonObject): boolean => role === "system";
  return {
    systemInstructions: messages.filter(isSystem).flatMap(({ content }) => textsOf(content)),
    input: messages.filter((message) => !isSystem(message)).map(messageOf),
    tools: asArray(given["tools"]).flatMap((tool) => toolOf(asObject(tool)["function"])),
  };
}

function promptContent(given: JsonObject): Omit<RequestReading["content"], "format"> {
  const system = asString(given["system"]);
  return {
    systemInstructions: system === undefined ? [] : textsOf(system),
    input: [{ role: "user", parts: [...textPart(given["prompt"]), ...imagesOf(given)] }],
    tools: [],
  };
}

function parameters(given: JsonObject): CallRequest {
  const options = asObject(given["options"]);
  const { stop } = options;
  const think = given["think"];
  return {
    model: asName(given["model"]),
    stream: given["stream"] !== false,
    maxTokens: asCount(options["num_predict"]),
    temperature: asNumber(options["temperature"]),
    topP: asNumber(options["top_p"]),
    topK: asNumber(options["top_k"]),
    frequencyPenalty: asNumber(options["frequency_penalty"]),
    presencePenalty: asNumber(options["presence_penalty"]),
    seed: asNumber(options["seed"]),
    stopSequences: typeof stop === "string" ? [stop] : Array.isArray(stop) ? stop.map(String) : undefined,
    reasoningLevel: typeof think === "boolean" ? (think ? "enabled" : "disabled") : asString(think),
  };
}

function formatOf(given: unknown): DeclaredFormat | undefined {
  if (given === "json") return { kind: "json" };
  return typeof given === "object" && given !== null ? { kind: "json_schema", schema: given } : undefined;
}

function messageOf(message: JsonObject): Message {
  const role = asString(message["role"]) ?? "user";
  if (role === "tool")
    return { role, parts: textsOf(message["content"]).map((text) => ({ kind: "tool_result", text })) };
  return { role, parts: partsOf(message) };
}

function partsOf(message: JsonObject): MessagePart[] {
  return [
    ...reasoningPart(message["thinking"]),
    ...textPart(message["content"]),
    ...imagesOf(message),
    ...asArray(message["tool_calls"]).flatMap((call) => {
      const { name, arguments: args } = asObject(asObject(call)["function"]) as { name?: unknown; arguments?: unknown };
      return toolCall(asObject(call)["id"], name, args);
    }),
  ];
}

function imagesOf(given: JsonObject): MessagePart[] {
  return asArray(given["images"]).map(() => ({ kind: "other", type: "image" }));
}

function readResponse(body: unknown): ResponseReading {
  const stream = new AnswerStream();
  stream.add(asObject(body));
  return stream.result();
}

/** The lines of one answer; a whole answer is one line. */
class AnswerStream implements StreamReading {
  #last: JsonObject = {};
  #error: unknown;
  #started = false;
  #finished = false;
  #text = "";
  #thinking = "";
  readonly #calls: unknown[] = [];

  get started(): boolean {
    return this.#started;
  }

  get finished(): boolean {
    return this.#finished;
  }

  get ended(): boolean {
    return this.#finished;
  }

  push({ data }: StreamEvent): void {
    this.add(eventObject(data));
  }

  add(line: JsonObject): void {
    if (line["error"] !== undefined) {
      this.#error = line;
      this.#finished = true;
      return;
    }
    this.#started = true;
    this.#last = line;
    const message = asObject(line["message"]);
    this.#text += asString(message["content"]) ?? asString(line["response"]) ?? "";
    this.#thinking += asString(message["thinking"]) ?? asString(line["thinking"]) ?? "";
    this.#calls.push(...asArray(message["tool_calls"]));
    this.#finished = line["done"] === true;
  }

  result(): ResponseReading {
    const message = { content: this.#text, thinking: this.#thinking, tool_calls: this.#calls };
    return {
      response: {
        model: asName(this.#last["model"]),
        finishReasons: this.#started
          ? [asName(this.#last["done_reason"]) ?? (this.#finished ? "stop" : "error")]
          : undefined,
      },
      usage: tokenUsage("ollama", this.#last),
      output: this.#started ? [{ role: "assistant", parts: partsOf(message) }] : [],
      failure: this.#error === undefined ? undefined : failureOf(undefined, this.#error),
    };
  }
}
