import { entropy } from "../entropy.ts";
import { isPlaceholder } from "../placeholder.ts";
import type { Candidate, SafetyRule } from "../safety-rule.ts";

const ASSIGNMENT =
  /(?:passw(?:or)?d|passphrase|pwd|secret|api[_-]?key|access[_-]?key|private[_-]?key|(?:access|auth|bearer|refresh)[_-]?token)["'`*]{0,3}\s{0,3}(?:[:=]|\bis\b)\s{0,3}["'`*]{0,3}([^\s"'`,;<>]{6,128})/gi;

/** Code that reads a secret from elsewhere, or names a type. */
const CODE =
  /[()[\]{}]|^(?:process|os|env|config|settings|self|this|string|undefined|required|optional)\b|^[a-z]+(?:\.[a-z]+)+$|:\/\//i;

/** What nobody remembers and every generator makes: length, bits a character, and both cases with digits. */
const STRONG_LENGTH = 16;
const STRONG_ENTROPY = 3.5;

/** A password or key that is given a value. Pages only where the value was drawn at random; plain words are recorded. */
export const password: SafetyRule = {
  category: "secret",
  rule: "password",
  class: "page",
  pattern: ASSIGNMENT,
  *find(text): Iterable<Candidate> {
    for (const match of text.matchAll(ASSIGNMENT)) {
      const value = (match[1] ?? "").replace(/[.!?*]+$/, "");
      if (value.length < 6 || CODE.test(value) || !/\d|[^\w.-]/.test(value)) continue;
      const start = match.index + match[0].length - (match[1] ?? "").length;
      yield { start, end: start + value.length, value, example: isPlaceholder(value), weak: !isStrong(value) };
    }
  },
};

function isStrong(value: string): boolean {
  if (value.length < STRONG_LENGTH || entropy(value) < STRONG_ENTROPY) return false;
  return (value.match(/\d/g)?.length ?? 0) >= 2 && /[a-z]/.test(value) && /[A-Z]/.test(value);
}
