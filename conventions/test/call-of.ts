import { type CallContent, decodedText, type LlmCall, type Message } from "@spanwarden/conventions";

/** What a test says of a call; the rest is an ordinary chat that is here from start to end. */
export interface CallParts {
  readonly answer?: string | readonly Message[] | undefined;
  readonly question?: string | readonly Message[] | undefined;
  readonly system?: string | undefined;
  readonly content?: Partial<CallContent> | undefined;
  readonly call?: Partial<LlmCall> | undefined;
}

/** A chat with one question and one answer. */
export function callOf({ answer = [], question = [], system, content, call }: CallParts): LlmCall {
  return {
    operation: "chat",
    request: { model: "model-1" },
    response: { model: "model-1", endReason: "done", finishReasons: ["stop"] },
    attempts: [],
    timing: {},
    prompt: {},
    caller: {},
    observations: [],
    content: {
      state: "complete",
      systemInstructions: system === undefined ? [] : [decodedText(system)],
      input: typeof question === "string" ? [message("user", question)] : question,
      output: typeof answer === "string" ? [message("assistant", answer)] : answer,
      tools: [],
      ...content,
    },
    ...call,
  };
}

/** A message of one text. */
export function message(role: string, text: string, truncated = false): Message {
  return { role, parts: [{ kind: "text", text: decodedText(text, truncated) }] };
}

/** An answer that calls a tool. */
export function toolCall(name: string, args: string): Message {
  return { role: "assistant", parts: [{ kind: "tool_call", id: "call-1", name, arguments: decodedText(args) }] };
}

/** What a tool gave back. */
export function toolResult(text: string): Message {
  return { role: "tool", parts: [{ kind: "tool_result", id: "call-1", text: decodedText(text) }] };
}
