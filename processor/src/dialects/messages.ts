import {
  ATTR_GEN_AI_INPUT_MESSAGES,
  ATTR_GEN_AI_OUTPUT_MESSAGES,
  ATTR_GEN_AI_SYSTEM_INSTRUCTIONS,
  ATTR_GEN_AI_TOOL_DEFINITIONS,
  decodedText,
  type CallContent,
  type Message,
  type MessagePart,
  type ToolDefinition,
} from "@spanwarden/conventions";

import type { AttributeReader, AttributeValue } from "../otlp/records.ts";
import { declaredFormat } from "./declared-format.ts";
import { asList, asRecord, asText, parsedJson, structureAt } from "./attribute-values.ts";

/**
 * Content as OpenTelemetry's message schemas have it, or as the providers' and SDKs' own formats do; structured or as JSON
 * text. Without the answer nothing is said of it: `absent`, for an emitter that leaves it out cannot be told from a model
 * that answered nothing.
 */
export function contentOf(attributes: AttributeReader): CallContent {
  const output = messagesIn(structureAt(attributes, ATTR_GEN_AI_OUTPUT_MESSAGES));
  const input = messagesIn(structureAt(attributes, ATTR_GEN_AI_INPUT_MESSAGES)) ?? [];
  const system = asList(structureAt(attributes, ATTR_GEN_AI_SYSTEM_INSTRUCTIONS)).map(asRecord);
  const messages = input.map(messageOf);
  const isSystem = ({ role }: Message): boolean => role === "system" || role === "developer";
  const spoken = messages
    .filter(isSystem)
    .flatMap(({ parts }) => parts.flatMap((part) => ("text" in part ? [part.text] : [])));
  return {
    state: output === undefined ? "absent" : "complete",
    systemInstructions: [
      ...system.map((part) => decodedText(asText(part["content"]) ?? asText(part["text"]) ?? "")),
      ...spoken,
    ],
    input: messages.filter((message) => !isSystem(message)),
    output: (output ?? []).map(messageOf),
    tools: asList(structureAt(attributes, ATTR_GEN_AI_TOOL_DEFINITIONS)).flatMap(toolOf),
    format: declaredFormat(attributes),
  };
}

/** Where a request or an answer keeps its messages. */
const HOLDERS = ["messages", "choices", "message"];

/** A list of messages, one message, or what holds them: a request, an answer with its choices. */
function messagesIn(value: AttributeValue | undefined): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  const record = asRecord(value);
  for (const holder of HOLDERS) {
    const held = record[holder];
    if (Array.isArray(held)) return held.map((item: unknown) => asRecord(item)["message"] ?? item);
    if (typeof held === "object" && held !== null) return [held];
  }
  return "role" in record && ("content" in record || "parts" in record) ? [record] : undefined;
}

function messageOf(given: unknown): Message {
  const message = asRecord(given);
  const role = asText(message["role"]) ?? "";
  const { content } = message;
  // Providers write a text, or parts, as `content` where OpenTelemetry's schema wants `parts`.
  const whole = typeof content === "string" && content !== "" ? [{ type: "text", content }] : asList(content);
  const parts = [...asList(message["parts"]), ...whole, ...asList(message["tool_calls"])].map(asRecord);
  return { role: ROLES.get(role) ?? role, parts: parts.map(partOf) };
}

/** Google's word for the assistant. */
const ROLES: ReadonlyMap<string, string> = new Map([["model", "assistant"]]);

/** What providers and SDKs call the kinds of parts. */
const KINDS: ReadonlyMap<string, "text" | "reasoning" | "refusal" | "tool_call" | "tool_result"> = new Map([
  ["text", "text"],
  ["input_text", "text"],
  ["output_text", "text"],
  ["reasoning", "reasoning"],
  ["thinking", "reasoning"],
  ["refusal", "refusal"],
  ["tool_call", "tool_call"],
  ["tool-call", "tool_call"],
  ["tool_use", "tool_call"],
  ["function", "tool_call"],
  ["tool_call_response", "tool_result"],
  ["tool-result", "tool_result"],
  ["tool_result", "tool_result"],
]);

function partOf(part: Readonly<Record<string, unknown>>): MessagePart {
  const text = asText(part["content"]) ?? asText(part["text"]);
  // Google writes texts without saying so.
  const type = asText(part["type"]) ?? (text === undefined ? "" : "text");
  const kind = KINDS.get(type);
  if (kind === undefined) return { kind: "other", type };
  if (kind === "tool_call") return toolCall(part);
  if (kind === "tool_result") return toolResult(part);
  return { kind, text: decodedText(text ?? asText(part["refusal"]) ?? asText(part["thinking"]) ?? "") };
}

function toolResult(part: Readonly<Record<string, unknown>>): MessagePart {
  return {
    kind: "tool_result",
    id: asText(part["id"] ?? part["toolCallId"] ?? part["tool_use_id"]),
    text: decodedText(jsonText(part["response"] ?? part["result"] ?? part["output"] ?? part["content"])),
  };
}

function toolCall(part: Readonly<Record<string, unknown>>): MessagePart {
  const called = { ...part, ...asRecord(part["function"]) };
  return {
    kind: "tool_call",
    id: asText(called["id"] ?? called["toolCallId"]),
    name: asText(called["name"] ?? called["toolName"]) ?? "",
    arguments: decodedText(jsonText(called["arguments"] ?? called["input"] ?? called["args"])),
  };
}

/** A definition, or one inside `function`, or one as JSON text. */
function toolOf(given: unknown): ToolDefinition[] {
  const tool = asRecord(typeof given === "string" ? parsedJson(given) : given);
  const { name, description, parameters, input_schema, inputSchema } = { ...tool, ...asRecord(tool["function"]) };
  if (typeof name !== "string") return [];
  return [{ name, description: asText(description), parameters: parameters ?? input_schema ?? inputSchema }];
}

function jsonText(value: unknown): string {
  return typeof value === "string"
    ? value
    : (JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? Number(v) : v)) ?? "");
}
