import type { LlmCall, Message } from "@spanwarden/conventions";

import { recogniseSpan } from "../../src/dialects/recognise.ts";
import type { AttributeValue } from "../../src/otlp/records.ts";
import { span } from "../attributes.ts";
import { must } from "../must.ts";

/** What is understood of a span with these attributes, and by which dialect. */
export function read(values: Readonly<Record<string, AttributeValue>>): {
  readonly dialect: string;
  readonly call: LlmCall;
} {
  return must(recogniseSpan(span(values)));
}

/** Messages as roles and plain parts. */
export function plain(messages: readonly Message[]): unknown {
  return messages.map(({ role, parts }) => [
    role,
    ...parts.map((part) => {
      if (part.kind === "tool_call") return [part.name, part.arguments.text()];
      return "text" in part ? part.text.text() : part.type;
    }),
  ]);
}
