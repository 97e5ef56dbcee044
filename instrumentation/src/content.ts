import type { AnyValue } from "@opentelemetry/api";
import {
  ATTR_GEN_AI_INPUT_MESSAGES,
  ATTR_GEN_AI_OUTPUT_MESSAGES,
  ATTR_GEN_AI_SYSTEM_INSTRUCTIONS,
  ATTR_GEN_AI_TOOL_DEFINITIONS,
  type LlmCall,
  type Message,
  type MessagePart,
} from "@spanwarden/conventions";

/** Content in the shapes of OpenTelemetry's message schemas, structured. Written only where the user asked for it. */
export function contentAttributes({ content, response }: LlmCall): Readonly<Record<string, AnyValue>> {
  const { systemInstructions: system, input, output, tools } = content;
  return {
    ...(system.length > 0 && {
      [ATTR_GEN_AI_SYSTEM_INSTRUCTIONS]: system.map((text) => ({ type: "text", content: text.text() })),
    }),
    ...(input.length > 0 && { [ATTR_GEN_AI_INPUT_MESSAGES]: input.map(messageValue) }),
    ...(output.length > 0 && {
      [ATTR_GEN_AI_OUTPUT_MESSAGES]: output.map((message, choice) => ({
        ...messageValue(message),
        finish_reason: response.finishReasons?.[choice] ?? "",
      })),
    }),
    ...(tools.length > 0 && {
      [ATTR_GEN_AI_TOOL_DEFINITIONS]: tools.map(({ name, description, parameters }) =>
        known({ type: "function", name, description, parameters }),
      ),
    }),
  };
}

function messageValue({ role, parts }: Message): Record<string, AnyValue> {
  return { role, parts: parts.map(partValue) };
}

function partValue(part: MessagePart): AnyValue {
  switch (part.kind) {
    case "text":
    case "reasoning":
    case "refusal":
      return { type: part.kind, content: part.text.text() };
    case "tool_call":
      return known({ type: "tool_call", id: part.id, name: part.name, arguments: part.arguments.text() });
    case "tool_result":
      return known({ type: "tool_call_response", id: part.id, response: part.text.text() });
    case "other":
      return { type: part.type };
  }
}

function known(value: Readonly<Record<string, AnyValue>>): AnyValue {
  return Object.fromEntries(Object.entries(value).flatMap(([key, v]) => (v === undefined ? [] : [[key, v]])));
}
