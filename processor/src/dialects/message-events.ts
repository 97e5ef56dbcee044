import {
  EVENT_GEN_AI_ASSISTANT_MESSAGE,
  EVENT_GEN_AI_CHOICE,
  EVENT_GEN_AI_SYSTEM_MESSAGE,
  EVENT_GEN_AI_TOOL_MESSAGE,
  EVENT_GEN_AI_USER_MESSAGE,
  ATTR_GEN_AI_INPUT_MESSAGES,
  ATTR_GEN_AI_OUTPUT_MESSAGES,
  ATTR_GEN_AI_RESPONSE_FINISH_REASONS,
} from "@spanwarden/conventions";

import type { AttributeReader, AttributeValue, SpanEventRecord } from "../otlp/records.ts";
import { asList, asRecord, asText, structureAt } from "./attribute-values.ts";

/** One message of a call, as OpenTelemetry's message schema has it, read from an event of its own (conventions up to 1.36). */
export interface MessageEvent {
  readonly side: "input" | "output";
  readonly message: AttributeValue;
  readonly finishReason?: string | undefined;
}

const ROLES: Readonly<Record<string, string>> = {
  [EVENT_GEN_AI_SYSTEM_MESSAGE]: "system",
  [EVENT_GEN_AI_USER_MESSAGE]: "user",
  [EVENT_GEN_AI_ASSISTANT_MESSAGE]: "assistant",
  [EVENT_GEN_AI_TOOL_MESSAGE]: "tool",
};

/** Whether an event of this name is about one message of a call. */
export function isMessageEvent(name: string): boolean {
  return name === EVENT_GEN_AI_CHOICE || Object.hasOwn(ROLES, name);
}

/**
 * The message that an event tells of; `undefined` where it bears none, for emitters send these events also where they
 * were told to leave the content out: an answer that is not there is unknown, not empty.
 * `fields` is the body of a log record, or the attributes of a span event.
 */
export function messageEvent(name: string, fields: AttributeReader): MessageEvent | undefined {
  if (name === EVENT_GEN_AI_CHOICE) return choice(fields);
  const role = ROLES[name];
  if (role === undefined) return undefined;
  const parts = role === "tool" ? toolParts(fields) : partsOf(fields);
  return parts && { side: "input", message: { role: asText(fields.get("role")) ?? role, parts } };
}

/** The fields of an event: of its body, structured or as JSON text, else its attributes. */
export function eventFields(body: AttributeValue | undefined, attributes: AttributeReader): AttributeReader {
  const whole = structureAt(readerOf({ body }), "body") ?? structureAt(attributes, "gen_ai.event.content");
  return Object.keys(asRecord(whole)).length > 0 ? readerOf(asRecord(whole)) : attributes;
}

/** Message events under the names of the latest conventions, so that content is read in one place. */
export function messageAttributes(events: readonly MessageEvent[]): AttributeReader {
  const of = (side: MessageEvent["side"]): readonly MessageEvent[] => events.filter((event) => event.side === side);
  const input = of("input").map(({ message }) => message);
  const output = of("output");
  const reasons = output.flatMap(({ finishReason }) => finishReason ?? []);
  const known = [
    [ATTR_GEN_AI_INPUT_MESSAGES, input],
    [ATTR_GEN_AI_OUTPUT_MESSAGES, output.map(({ message }) => message)],
    [ATTR_GEN_AI_RESPONSE_FINISH_REASONS, reasons],
  ] as const;
  return readerOf(Object.fromEntries(known.filter(([, values]) => values.length > 0)));
}

/** The attributes of a span; where content is not among them, that of its message events. */
export function withMessageEvents(attributes: AttributeReader, events: readonly SpanEventRecord[]): AttributeReader {
  const told = events.filter(({ name }) => isMessageEvent(name));
  if (told.length === 0) return attributes;
  const messages = messageAttributes(
    told.flatMap(({ name, attributes: own }) => messageEvent(name, eventFields(undefined, own)) ?? []),
  );
  return {
    get: (key) => attributes.get(key) ?? messages.get(key),
    keys: () => new Set([...attributes.keys(), ...messages.keys()]),
  };
}

function readerOf(record: Readonly<Record<string, unknown>>): AttributeReader {
  return {
    get: (key) => (Object.hasOwn(record, key) ? (record[key] as AttributeValue) : undefined),
    keys: () => Object.keys(record),
  };
}

/** One choice of the answer. Some emitters put what belongs into the message beside it, or write it as one text. */
function choice(fields: AttributeReader): MessageEvent | undefined {
  const given = fields.get("message");
  const message = asRecord(structureAt(fields, "message"));
  const isMessage = ["role", "content", "tool_calls"].some((key) => Object.hasOwn(message, key));
  const parts =
    isMessage || typeof given !== "string" ? partsOf(readerOf(message), fields) : (partsOf(fields) ?? textParts(given));
  if (parts === undefined) return undefined;
  const finishReason = asText(fields.get("finish_reason"));
  return { side: "output", message: { role: asText(message["role"]) ?? "assistant", parts }, finishReason };
}

function textParts(content: string): AttributeValue[] {
  return [{ type: "text", content }];
}

/** Text and tool calls of the first of these that bears any. */
function partsOf(...sources: readonly AttributeReader[]): AttributeValue[] | undefined {
  for (const source of sources) {
    const texts = contentParts(source);
    const calls = asList(structureAt(source, "tool_calls")).flatMap((call) => toolCall(asRecord(call)) ?? []);
    if (texts !== undefined || calls.length > 0) return [...(texts ?? []), ...calls];
  }
  return undefined;
}

/** A text, or a list of parts as providers have it, which may be JSON; an answer that happens to be JSON is still a text. */
function contentParts(source: AttributeReader): AttributeValue[] | undefined {
  const content = source.get("content");
  const list = structureAt(source, "content");
  const isParts = Array.isArray(list) && list.length > 0 && list.every(isPart);
  if (isParts) return list.map(partOf);
  return typeof content === "string" ? textParts(content) : undefined;
}

function isPart(part: unknown): boolean {
  const { type, text } = asRecord(part);
  return typeof type === "string" || typeof text === "string";
}

function partOf(part: unknown): AttributeValue {
  const { type, text, content } = asRecord(part);
  const said = asText(text) ?? asText(content);
  return said === undefined ? { type: asText(type) ?? "" } : { type: "text", content: said };
}

/** Without its arguments, which are content too, a tool call says nothing. */
function toolCall(call: Readonly<Record<string, unknown>>): AttributeValue | undefined {
  const fn = asRecord(call["function"]);
  const given = fn["arguments"] ?? call["arguments"];
  if (given === undefined) return undefined;
  const name = asText(fn["name"]) ?? asText(call["name"]) ?? "";
  return { type: "tool_call", id: asText(call["id"]) ?? "", name, arguments: given as AttributeValue };
}

function toolParts(fields: AttributeReader): AttributeValue[] | undefined {
  const response = fields.get("content");
  if (response === undefined) return undefined;
  return [{ type: "tool_call_response", id: asText(fields.get("id")) ?? "", response }];
}
