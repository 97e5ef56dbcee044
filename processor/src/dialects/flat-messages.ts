import type { AttributeReader, AttributeValue } from "../otlp/records.ts";
import { computed, type Source } from "./dialect.ts";

/** How a dialect flattens messages into keys: `prefix.N` and what follows it. */
export interface FlatMessages {
  readonly prefix: string;
  readonly role: string;
  readonly content: string;
  /** Parts of one message, as `contents.M` followed by the key of the text; absent where a message is one text. */
  readonly parts?: { readonly prefix: string; readonly text: string } | undefined;
  readonly toolCalls: {
    readonly prefix: string;
    readonly id: string;
    readonly name: string;
    readonly arguments: string;
  };
}

/** Messages, parts and tool calls read of one span; further ones are not looked for. */
const MOST = 500;

/** Messages flattened into one key a field, as OpenTelemetry's message schema has them. */
export function flatMessages(flat: FlatMessages): Source {
  return computed(keysOf(flat), (attributes) => {
    const messages: AttributeValue[] = [];
    for (let n = 0; n < MOST; n++) {
      const at = `${flat.prefix}.${n}`;
      const role = attributes.get(`${at}.${flat.role}`);
      const parts = [...textsOf(attributes, at, flat), ...toolCallsOf(attributes, at, flat)];
      if (role === undefined && parts.length === 0) break;
      // A message without a text is one that the emitter did not see: whether it was empty is unknown.
      if (parts.length > 0) messages.push({ role: typeof role === "string" ? role : "", parts });
    }
    return messages.length === 0 ? undefined : messages;
  });
}

function keysOf({
  prefix,
  role,
  content,
  parts,
  toolCalls: { prefix: calls, id, name, arguments: args },
}: FlatMessages): readonly string[] {
  const fields = [role, content, ...(parts === undefined ? [] : [`${parts.prefix}.M.${parts.text}`])];
  return [...fields, ...[id, name, args].map((field) => `${calls}.M.${field}`)].map((field) => `${prefix}.N.${field}`);
}

function textsOf(attributes: AttributeReader, at: string, { content, parts }: FlatMessages): AttributeValue[] {
  const whole = attributes.get(`${at}.${content}`);
  if (typeof whole === "string") return whole === "" ? [] : [{ type: "text", content: whole }];
  if (parts === undefined) return [];
  const texts: AttributeValue[] = [];
  for (let m = 0; m < MOST; m++) {
    const text = attributes.get(`${at}.${parts.prefix}.${m}.${parts.text}`);
    if (typeof text !== "string") break;
    texts.push({ type: "text", content: text });
  }
  return texts;
}

function toolCallsOf(attributes: AttributeReader, at: string, { toolCalls }: FlatMessages): AttributeValue[] {
  const calls: AttributeValue[] = [];
  for (let m = 0; m < MOST; m++) {
    const call = `${at}.${toolCalls.prefix}.${m}`;
    const name = attributes.get(`${call}.${toolCalls.name}`);
    if (name === undefined) break;
    const id = attributes.get(`${call}.${toolCalls.id}`) ?? "";
    calls.push({ type: "tool_call", id, name, arguments: attributes.get(`${call}.${toolCalls.arguments}`) ?? "" });
  }
  return calls;
}
