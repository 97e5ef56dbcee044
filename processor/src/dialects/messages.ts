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

import type { AttributeReader } from "../otlp/records.ts";
import { asList, asRecord, asText, structureAt } from "./attribute-values.ts";

/**
 * Content as OpenTelemetry's message schemas have it, structured or as JSON text. Without the answer nothing is said of
 * it: `absent`, for an emitter that leaves it out cannot be told from a model that answered nothing.
 */
export function contentOf(attributes: AttributeReader): CallContent {
  const output = structureAt(attributes, ATTR_GEN_AI_OUTPUT_MESSAGES);
  const input = structureAt(attributes, ATTR_GEN_AI_INPUT_MESSAGES);
  const system = asList(structureAt(attributes, ATTR_GEN_AI_SYSTEM_INSTRUCTIONS)).map(asRecord);
  const messages = asList(input).map(messageOf);
  const isSystem = ({ role }: Message): boolean => role === "system" || role === "developer";
  const spoken = messages
    .filter(isSystem)
    .flatMap(({ parts }) => parts.flatMap((part) => ("text" in part ? [part.text] : [])));
  return {
    state: Array.isArray(output) ? "complete" : "absent",
    systemInstructions: [...system.map((part) => decodedText(asText(part["content"]) ?? "")), ...spoken],
    input: messages.filter((message) => !isSystem(message)),
    output: asList(output).map(messageOf),
    tools: asList(structureAt(attributes, ATTR_GEN_AI_TOOL_DEFINITIONS)).flatMap(toolOf),
  };
}

function messageOf(given: unknown): Message {
  const message = asRecord(given);
  const role = asText(message["role"]) ?? "";
  // Some emitters write the text where the schema wants parts.
  const content = asText(message["content"]);
  const parts = asList(message["parts"]).map((part) => partOf(asRecord(part)));
  return { role, parts: content === undefined ? parts : [...parts, { kind: "text", text: decodedText(content) }] };
}

function partOf(part: Readonly<Record<string, unknown>>): MessagePart {
  const type = asText(part["type"]) ?? "";
  switch (type) {
    case "text":
    case "reasoning":
    case "refusal":
      return { kind: type, text: decodedText(asText(part["content"]) ?? "") };
    case "tool_call":
      return {
        kind: "tool_call",
        id: asText(part["id"]),
        name: asText(part["name"]) ?? "",
        arguments: decodedText(jsonText(part["arguments"])),
      };
    case "tool_call_response":
      return {
        kind: "tool_result",
        id: asText(part["id"]),
        text: decodedText(jsonText(part["response"] ?? part["result"])),
      };
    default:
      return { kind: "other", type };
  }
}

function toolOf(given: unknown): ToolDefinition[] {
  const { name, description, parameters } = asRecord(given);
  return typeof name === "string" ? [{ name, description: asText(description), parameters }] : [];
}

function jsonText(value: unknown): string {
  return typeof value === "string"
    ? value
    : (JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? Number(v) : v)) ?? "");
}
