/** Words of providers and SDKs for the same end of an answer. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ["complete", "stop"],
  ["completed", "stop"],
  ["end_turn", "stop"],
  ["eos", "stop"],
  ["eos_token", "stop"],
  ["stop_sequence", "stop"],
  ["max_output_tokens", "length"],
  ["max_tokens", "length"],
  ["model_length", "length"],
  ["function_call", "tool_calls"],
  ["tool_call", "tool_calls"],
  ["tool_use", "tool_calls"],
]);

/** `stop`, `length`, `tool_calls`, `content_filter` whatever the provider calls them; other words in lower case. */
export function finishReason(given: string): string {
  const word = given.toLowerCase().replaceAll("-", "_");
  return WORDS.get(word) ?? word;
}
