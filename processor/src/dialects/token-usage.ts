import type { TokenUsage } from "@spanwarden/conventions";

/**
 * Usage whose input counts the cached tokens in. Anthropic counts them beside the input, and some emitters hand that on as
 * it is: those known to (`beside`), and any that tells of more cached tokens than input.
 */
export function withCachedInput(usage: TokenUsage, beside: boolean): TokenUsage {
  const { input, cacheRead = 0, cacheWrite = 0 } = usage;
  const cached = cacheRead + cacheWrite;
  return input !== undefined && cached > 0 && (beside || cached > input) ? { ...usage, input: input + cached } : usage;
}
