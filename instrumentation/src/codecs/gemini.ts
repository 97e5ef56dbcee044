import type { CallRequest, DeclaredFormat, Message, MessagePart } from "@spanwarden/conventions";
import { decodedText } from "@spanwarden/conventions";

import type { Codec, RequestReading, ResponseReading, StreamEvent, StreamReading } from "./codec.ts";
import { failureOf } from "./failure.ts";
import { asArray, asCount, asName, asNumber, asObject, asString, type JsonObject } from "./json.ts";
import { eventObject, reasoningPart, textPart, textsOf, toolCall, toolOf } from "./parts.ts";
import { providerOf } from "./provider.ts";
import { tokenUsage } from "./token-usage.ts";

const METHOD = /\/models\/([^/:]+):(generateContent|streamGenerateContent)$/;

/** Google's Gemini API and Vertex AI: `POST …/models/MODEL:generateContent` and `:streamGenerateContent`. */
export const gemini: Codec = {
  name: "gemini",
  matches: (method, url) => method === "POST" && METHOD.test(url.pathname),
  readRequest,
  readResponse,
  readFailure: failureOf,
  readStream: () => new CandidateStream(),
};

function readRequest(body: unknown, url: URL): RequestReading | undefined {
  const given = asObject(body);
  const contents = either(given, "contents");
  if (contents === undefined) return undefined;
  const [, model, method] = METHOD.exec(url.pathname) ?? [];
  const config = asObject(either(given, "generationConfig"));
  const format = formatOf(config);
  return {
    operation: "generate_content",
    provider: providerOf(url, "gcp.gen_ai"),
    request: {
      ...parameters(config),
      model: asName(model),
      stream: method === "streamGenerateContent",
      outputType: format && "json",
    },
    content: {
      systemInstructions: textsOf(asObject(either(given, "systemInstruction"))["parts"]),
      input: (Array.isArray(contents) ? contents : [contents]).map((content) => messageOf(asObject(content))),
      tools: asArray(given["tools"]).flatMap((tool) =>
        asArray(either(asObject(tool), "functionDeclarations")).flatMap(functionOf),
      ),
      format,
    },
  };
}

/** The API takes every key in camel case and in snake case. */
function either(given: JsonObject, key: string): unknown {
  return given[key] ?? given[key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}

function parameters(config: JsonObject): CallRequest {
  const thinking = asObject(either(config, "thinkingConfig"));
  const stops = asArray(either(config, "stopSequences")).map(String);
  const count = asCount(either(config, "candidateCount"));
  return {
    maxTokens: asCount(either(config, "maxOutputTokens")),
    temperature: asNumber(config["temperature"]),
    topP: asNumber(either(config, "topP")),
    topK: asNumber(either(config, "topK")),
    frequencyPenalty: asNumber(either(config, "frequencyPenalty")),
    presencePenalty: asNumber(either(config, "presencePenalty")),
    seed: asNumber(config["seed"]),
    choiceCount: count === 1 ? undefined : count,
    stopSequences: stops.length === 0 ? undefined : stops,
    reasoningLevel: asString(either(thinking, "thinkingLevel")),
  };
}

function formatOf(config: JsonObject): DeclaredFormat | undefined {
  if (either(config, "responseMimeType") !== "application/json") return undefined;
  // `responseSchema` is OpenAPI's dialect, whose types are in capitals; only the other is JSON Schema.
  const schema = either(config, "responseJsonSchema");
  return schema === undefined ? { kind: "json" } : { kind: "json_schema", schema };
}

function functionOf(declared: unknown): ReturnType<typeof toolOf> {
  const given = asObject(declared);
  const hasJsonSchema = given["parametersJsonSchema"] !== undefined;
  return toolOf(given, hasJsonSchema ? "parametersJsonSchema" : "parameters");
}

/** Google sends the results of functions in a user's message, or one of the role `function`. */
function messageOf(content: JsonObject): Message {
  const parts = asArray(content["parts"]).flatMap((part) => partOf(asObject(part)));
  const role = asString(content["role"]);
  const isResult = parts.length > 0 && parts.every(({ kind }) => kind === "tool_result");
  return { role: isResult ? "tool" : role === "model" ? "assistant" : (role ?? "user"), parts };
}

function partOf(part: JsonObject): MessagePart[] {
  const call = either(part, "functionCall");
  if (call !== undefined) return toolCall(asObject(call)["id"], asObject(call)["name"], asObject(call)["args"]);
  const result = either(part, "functionResponse");
  if (result !== undefined) {
    const { id, response } = asObject(result) as { id?: unknown; response?: unknown };
    return [{ kind: "tool_result", id: asString(id), text: decodedText(JSON.stringify(response ?? {})) }];
  }
  if (part["text"] !== undefined)
    return part["thought"] === true ? reasoningPart(part["text"]) : textPart(part["text"]);
  const [type] = Object.keys(part).filter((key) => key !== "thoughtSignature");
  return type === undefined ? [] : [{ kind: "other", type }];
}

/** One answer; or, of a stream that was asked for without `alt=sse`, a list of its pieces. */
function readResponse(body: unknown): ResponseReading {
  const stream = new CandidateStream();
  for (const piece of Array.isArray(body) ? (body as unknown[]) : [body]) stream.add(asObject(piece));
  return stream.result();
}

interface Candidate {
  readonly parts: JsonObject[];
  finishReason: string | undefined;
}

/** With `enum-encoding=int` the reasons are numbers, of which these mean the same in both of Google's APIs. */
const NUMBERED = ["FINISH_REASON_UNSPECIFIED", "STOP", "MAX_TOKENS", "SAFETY", "RECITATION", "OTHER"];

/** The pieces of an answer. Usage is cumulative: of each number the last one counts. */
class CandidateStream implements StreamReading {
  #head: JsonObject = {};
  #usage: JsonObject = {};
  #blocked: string | undefined;
  #error: unknown;
  #started = false;
  #finished = false;
  readonly #candidates = new Map<number, Candidate>();

  get started(): boolean {
    return this.#started;
  }

  get finished(): boolean {
    return this.#finished;
  }

  /** Nothing in the format tells that it was the last piece. */
  readonly ended = false;

  push({ data }: StreamEvent): void {
    this.add(eventObject(data));
  }

  add(piece: JsonObject): void {
    if (piece["error"] !== undefined && piece["error"] !== null) this.#error = piece;
    this.#head = { ...this.#head, ...named(piece, ["modelVersion", "responseId"]) };
    this.#usage = { ...this.#usage, ...asObject(piece["usageMetadata"]) };
    this.#blocked = asName(asObject(piece["promptFeedback"])["blockReason"]) ?? this.#blocked;
    for (const candidate of asArray(piece["candidates"]).map(asObject)) this.#addCandidate(candidate);
    if (this.#blocked !== undefined || this.#error !== undefined) this.#finished = true;
  }

  result(): ResponseReading {
    const candidates = [...this.#candidates].toSorted(([a], [b]) => a - b).map(([, candidate]) => candidate);
    const reasons = candidates.map(({ finishReason }) => finishReason ?? "error");
    return {
      response: {
        model: asName(this.#head["modelVersion"]),
        id: asName(this.#head["responseId"]),
        serviceTier: asName(this.#usage["serviceTier"]),
        finishReasons: reasons.length === 0 ? undefined : reasons,
      },
      usage: tokenUsage("gemini", this.#usage),
      output: candidates.map(({ parts }) => ({ role: "assistant", parts: joined(parts).flatMap(partOf) })),
      failure: this.#failure(candidates.length),
    };
  }

  #addCandidate(given: JsonObject): void {
    this.#started = true;
    const index = asCount(given["index"]) ?? 0;
    const candidate = this.#candidates.get(index) ?? { parts: [], finishReason: undefined };
    this.#candidates.set(index, candidate);
    candidate.parts.push(...asArray(asObject(given["content"])["parts"]).map(asObject));
    const told = given["finishReason"];
    const reason = typeof told === "number" ? NUMBERED[told] : asName(told);
    candidate.finishReason = reason ?? candidate.finishReason;
    this.#finished = [...this.#candidates.values()].every(({ finishReason }) => finishReason !== undefined);
  }

  /** A prompt that was blocked has a status of 200 and no candidates. */
  #failure(candidates: number): ResponseReading["failure"] {
    if (this.#error !== undefined) return failureOf(undefined, this.#error);
    if (this.#blocked === undefined || candidates > 0) return undefined;
    return { type: this.#blocked, class: "refused_by_provider" };
  }
}

/** Of a text that came in pieces, one part; of a call whose arguments came in pieces, its name. */
function joined(parts: readonly JsonObject[]): readonly JsonObject[] {
  const whole: JsonObject[] = [];
  for (const part of parts) {
    const last = whole.at(-1);
    const call = asObject(part["functionCall"]);
    const goesOn = last !== undefined && isText(last) && isText(part) && last["thought"] === part["thought"];
    if (goesOn) whole[whole.length - 1] = { ...last, text: `${String(last["text"])}${String(part["text"])}` };
    else if (part["functionCall"] === undefined || call["name"] !== undefined) whole.push(part);
  }
  return whole;
}

function isText(part: JsonObject): boolean {
  return typeof part["text"] === "string";
}

function named(given: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.flatMap((key) => (asString(given[key]) === undefined ? [] : [[key, given[key]]])));
}
