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
  { rule: "openrouter_key", pattern: /(?<![\w-])sk-or-v1-[0-9a-f]{64}(?!\w)/g },
  { rule: "deepseek_key", pattern: /(?<![\w-])sk-[0-9a-f]{32}(?![\w-])/g },
  { rule: "xai_key", pattern: /(?<![\w-])xai-[A-Za-z0-9]{70,90}(?![\w-])/g },
  { rule: "perplexity_key", pattern: /(?<![\w-])pplx-[A-Za-z0-9]{48,56}(?![\w-])/g },
  { rule: "replicate_token", pattern: /(?<!\w)r8_[A-Za-z0-9]{37,40}(?!\w)/g },
  { rule: "langsmith_key", pattern: /(?<!\w)lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}(?!\w)/g },
  { rule: "pinecone_key", pattern: /(?<!\w)pcsk_\w{60,90}(?!\w)/g },
  { rule: "databricks_token", pattern: /(?<!\w)dapi[0-9a-f]{32}(?:-\d)?(?!\w)/g },
  { rule: "digitalocean_token", pattern: /(?<!\w)do[opr]_v1_[0-9a-f]{64}(?!\w)/g },
  { rule: "docker_token", pattern: /(?<!\w)dckr_(?:pat|oat)_[\w-]{27,32}(?![\w-])/g },
  { rule: "pypi_token", pattern: /(?<!\w)pypi-AgEIcHlwaS5vcmc[\w-]{50,250}(?![\w-])/g },
  { rule: "vault_token", pattern: /(?<![\w.])hv[bs]\.[\w-]{24,200}(?![\w-])/g },
  { rule: "grafana_token", pattern: /(?<!\w)glsa_[A-Za-z0-9]{32}_[0-9A-Fa-f]{8}(?!\w)/g },
  { rule: "new_relic_key", pattern: /(?<!\w)NRAK-[A-Z0-9]{27}(?!\w)/g },
  { rule: "google_oauth_secret", pattern: /(?<![\w-])GOCSPX-[\w-]{28}(?![\w-])/g },
  { rule: "google_oauth_token", pattern: /(?<![\w.])ya29\.[\w-]{50,500}/g },
  { rule: "azure_storage_key", pattern: /(?<=AccountKey=)[A-Za-z0-9+/]{86}==/g },
  {
    rule: "slack_webhook",
    pattern: /hooks\.slack\.com\/services\/T[A-Z0-9]{8,12}\/B[A-Z0-9]{8,12}\/[A-Za-z0-9]{24}(?!\w)/g,
  },
  { rule: "stripe_webhook_secret", pattern: /(?<!\w)whsec_[A-Za-z0-9]{32,64}(?!\w)/g },
  { rule: "shopify_token", pattern: /(?<!\w)shp(?:at|ca|pa|ss)_[0-9A-Fa-f]{32}(?!\w)/g },
  { rule: "square_token", pattern: /(?<!\w)sq0(?:atp|csp)-[\w-]{22,43}(?![\w-])/g },
  { rule: "supabase_token", pattern: /(?<!\w)sbp_[0-9a-f]{40}(?!\w)/g },
  { rule: "linear_key", pattern: /(?<!\w)lin_api_[A-Za-z0-9]{40}(?!\w)/g },
  { rule: "notion_token", pattern: /(?<!\w)(?:ntn_[A-Za-z0-9]{40,50}|secret_[A-Za-z0-9]{43})(?!\w)/g },
  { rule: "atlassian_token", pattern: /(?<!\w)ATATT3[\w=-]{150,250}/g },
  { rule: "telegram_token", pattern: /(?<![\w:])\d{8,10}:AA[\w-]{33}(?![\w-])/g },
  { rule: "terraform_token", pattern: /(?<!\w)[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,70}(?![\w-])/g },
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
