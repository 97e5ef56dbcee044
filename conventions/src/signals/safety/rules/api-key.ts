import { hasNear } from "../context.ts";
import { isPlaceholder } from "../placeholder.ts";
import type { Candidate, SafetyRule } from "../safety-rule.ts";

interface KeyFormat {
  readonly rule: string;
  /** Starts at a fixed prefix that no word character precedes, so that each start is tried once. */
  readonly pattern: RegExp;
  /** Keys that cannot be used in production. */
  readonly example?: RegExp | undefined;
  /** What must stand near for a page: an AWS key id without its secret opens nothing. */
  readonly context?: RegExp | undefined;
}

/** Formats as the vendors, and the scanners that work with them, publish them. */
const FORMATS: readonly KeyFormat[] = [
  { rule: "anthropic_key", pattern: /(?<![\w-])sk-ant-[a-z]{3,8}\d{2}-[\w-]{32,160}/g },
  {
    rule: "openai_key",
    pattern: /(?<![\w-])sk-(?:(?:proj|svcacct|admin|None)-[\w-]{32,200}|[A-Za-z0-9]{40,64})(?![\w-])/g,
  },
  {
    rule: "aws_access_key",
    pattern: /(?<![A-Za-z0-9])A(?:KIA|SIA)[A-Z2-7]{16}(?![A-Za-z0-9])/g,
    context: /(?<![A-Za-z0-9/+=])(?=[A-Za-z0-9/+]{0,39}\d)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/,
  },
  {
    rule: "aws_secret_key",
    pattern:
      /(?<=(?:aws_?secret_?access_?key|secret_?access_?key|secretaccesskey)["']?\s{0,4}[:=]\s{0,4}["']?)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/gi,
  },
  {
    rule: "github_token",
    pattern: /(?<!\w)(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9]{20,24}_[A-Za-z0-9]{50,64})(?!\w)/g,
  },
  { rule: "gitlab_token", pattern: /(?<![\w-])glpat-[\w-]{20,64}/g },
  {
    rule: "slack_token",
    pattern: /(?<![\w-])xox[abeprs]-(?:\d{1,14}-){1,3}[A-Za-z0-9]{16,64}(?!\w)/g,
  },
  { rule: "google_api_key", pattern: /(?<![\w-])AIza[\w-]{35}(?![\w-])/g },
  {
    rule: "stripe_key",
    pattern: /(?<!\w)[rs]k_(?:live|test)_[A-Za-z0-9]{16,247}(?!\w)/g,
    example: /^[rs]k_test_/,
  },
  { rule: "sendgrid_key", pattern: /(?<![\w-])SG\.[\w-]{22}\.[\w-]{43}(?![\w-])/g },
  { rule: "npm_token", pattern: /(?<!\w)npm_[A-Za-z0-9]{36}(?!\w)/g },
  { rule: "huggingface_token", pattern: /(?<!\w)hf_[A-Za-z]{34,40}(?!\w)/g },
  { rule: "groq_key", pattern: /(?<!\w)gsk_[A-Za-z0-9]{48,56}(?!\w)/g },
];

/** Characters around a key id within which its secret stands. */
const REACH = 240;

/** Keys and tokens that bear their vendor's mark, a rule for each vendor. */
export const apiKeys: readonly SafetyRule[] = FORMATS.map(({ rule, pattern, example, context }) => ({
  category: "secret",
  rule,
  class: "page",
  pattern,
  *find(text): Iterable<Candidate> {
    for (const { 0: value, index: start } of text.matchAll(pattern)) {
      const end = start + value.length;
      const weak = context !== undefined && !hasNear(text, start, end, REACH, context);
      yield { start, end, value, example: example?.test(value) === true || isPlaceholder(value), weak };
    }
  },
}));
