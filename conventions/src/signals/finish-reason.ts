import type { LlmCall } from "../call.ts";

/** Finish reasons with which a provider says that it, or the model, held the answer back. */
const HELD_BACK: ReadonlySet<string> = new Set([
  "content_filter",
  "content_filtered",
  "guardrail_intervened",
  "refusal",
  "safety",
  "recitation",
  "prohibited_content",
  "blocklist",
  "spii",
]);

/** Finish reasons that mean that the token limit cut the answer. */
const AT_LIMIT: ReadonlySet<string> = new Set([
  "length",
  "max_tokens",
  "max_output_tokens",
  "model_context_window_exceeded",
]);

/** Whether any choice ended because its content was held back. */
export function finishedByFilter(call: LlmCall): boolean {
  return call.response.finishReasons?.some((reason) => HELD_BACK.has(reason.toLowerCase())) ?? false;
}

/** Whether this finish reason says that the token limit cut the answer. */
export function isLengthLimit(finishReason: string | undefined): boolean {
  return finishReason !== undefined && AT_LIMIT.has(finishReason.toLowerCase());
}
