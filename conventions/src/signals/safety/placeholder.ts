import { entropy } from "./entropy.ts";

/** None of it may turn up by chance: in 200 random characters a word of three letters would. */
const PLACEHOLDER =
  /x{6}|\*{3}|\.{3}|…|\$\{|\{\{|[<>]|example|placeholder|changeme|redacted|\bmy[_-]?(?:api|key|pass|secret|token)|(?:your|some|fake|mock|dummy|sample|insert|replace|change)[_-]|[_-](?:key|token|secret|here)$|abcdef|012345|123456/i;

/** Bits a character; what was drawn at random has more, from eight characters on. */
const LEAST_ENTROPY = 2.5;

/** Whether a secret's text only stands where a secret would: `your-key-here`, `xxxx`, `${API_KEY}`. */
export function isPlaceholder(secret: string): boolean {
  return PLACEHOLDER.test(secret) || entropy(secret) < LEAST_ENTROPY;
}
