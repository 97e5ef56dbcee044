import { decodedText, type MessagePart, type Text, type ToolDefinition } from "@spanwarden/conventions";

import { asArray, asObject, asString, parseJson, type JsonObject } from "./json.ts";

/** Pieces of messages that several formats share. */

/** Nothing where there is no text. */
export function textPart(text: unknown): MessagePart[] {
  return typeof text === "string" && text !== "" ? [{ kind: "text", text: decodedText(text) }] : [];
}

/** Nothing where there is no text. */
export function reasoningPart(text: unknown): MessagePart[] {
  return typeof text === "string" && text !== "" ? [{ kind: "reasoning", text: decodedText(text) }] : [];
}

/** The texts of a content that is one string, or a list of parts with a `text` each. */
export function textsOf(content: unknown): Text[] {
  if (typeof content === "string") return [decodedText(content)];
  return asArray(content).flatMap((part) => {
    const text = asObject(part)["text"];
    return typeof text === "string" ? [decodedText(text)] : [];
  });
}

/** A call without a name is none. Arguments that are no JSON text yet are written as such. */
export function toolCall(id: unknown, name: unknown, args: unknown): MessagePart[] {
  const called = asString(name);
  if (called === undefined) return [];
  const text = typeof args === "string" ? args : JSON.stringify(args ?? {});
  return [{ kind: "tool_call", id: asString(id), name: called, arguments: decodedText(text) }];
}

/** A declared function: `{name, description, parameters}`. */
export function toolOf(declared: unknown, schema = "parameters"): ToolDefinition[] {
  const tool = asObject(declared);
  const name = asString(tool["name"]);
  return name === undefined ? [] : [{ name, description: asString(tool["description"]), parameters: tool[schema] }];
}

/** One JSON document of a stream. */
export function eventObject(data: string): JsonObject {
  return asObject(parseJson(data));
}
