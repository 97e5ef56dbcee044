import type { MessagePart, ToolDefinition } from "../../call.ts";
import { ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_INVALID_COUNT } from "../../names/attributes.ts";
import type { Signal, SignalOptions } from "../signal.ts";
import { againstSchema } from "./against-schema.ts";

type ToolCall = Extract<MessagePart, { kind: "tool_call" }>;

/**
 * Tool calls that do not fit what was offered: an unknown tool, arguments that are not JSON, arguments that do not fit
 * the declared parameters; a count. Blind to arguments that fit the schema and are wrong. Nothing where the answer holds no tool call. A tool declared without parameters takes any text.
 */
export const invalidToolCalls: Signal = {
  name: ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_INVALID_COUNT,
  of(reading, options) {
    const { tools, output } = reading.call.content;
    const calls = output.flatMap(({ parts }) => parts.filter((part) => part.kind === "tool_call"));
    if (!reading.whole || calls.length === 0) return [];
    const defects = calls.map((call) => defectOf(call, tools, options)).filter((defect) => defect !== undefined);
    const reason = [...new Set(defects)].join("; ");
    return [
      {
        name: ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_INVALID_COUNT,
        value: defects.length,
        ...(reason.length > 0 && { reason }),
      },
    ];
  },
};

function defectOf(call: ToolCall, tools: readonly ToolDefinition[], options: SignalOptions): string | undefined {
  if (tools.length === 0) return undefined;
  const tool = tools.find(({ name }) => name === call.name);
  if (tool === undefined) return "no such tool was offered";
  if (tool.parameters === undefined) return undefined;
  const text = call.arguments.text().trim();
  let value: unknown;
  try {
    // Several models write nothing at all where there is nothing to pass.
    value = text.length === 0 ? {} : JSON.parse(text);
  } catch {
    return "arguments are not JSON";
  }
  const verdict = againstSchema(tool.parameters, value, options);
  return typeof verdict === "object" ? `arguments: ${verdict.deviation}` : undefined;
}
