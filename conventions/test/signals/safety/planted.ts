import { createHash } from "node:crypto";

/** Characters that look drawn at random, the same for the same seed; no secret stands in these files. */
export function drawn(seed: string, length: number, alphabet = ALPHANUMERIC): string {
  let text = "";
  for (let block = 0; text.length < length; block++) {
    const digest = createHash("sha512").update(`${seed}/${block}`).digest();
    for (const byte of digest) text += alphabet[byte % alphabet.length];
  }
  return text.slice(0, length);
}

export const DIGITS = "0123456789";
const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const HEX = "0123456789abcdef";
const LETTERS = ALPHANUMERIC.slice(0, 52);

/** A number of this prefix and length with a valid Luhn digit. */
export function cardNumber(prefix: string, length: number, seed = "card"): string {
  const body = prefix + drawn(seed, length - prefix.length - 1, DIGITS);
  for (const check of DIGITS) if (luhn(body + check)) return body + check;
  throw new Error("one of ten check digits fits");
}

function luhn(digits: string): boolean {
  const sum = Array.from(digits)
    .toReversed()
    .reduce((total, digit, n) => {
      const value = Number(digit) * (n % 2 === 1 ? 2 : 1);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
  return sum % 10 === 0;
}

/** An IBAN of this country and account with its check number. */
export function ibanOf(country: string, account: string): string {
  const numeric = Array.from(`${account}${country}00`, (character) => Number.parseInt(character, 36)).join("");
  return `${country}${String(98n - (BigInt(numeric) % 97n)).padStart(2, "0")}${account}`;
}

function tokenOf(payload: unknown): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${encode({ alg: "HS256", typ: "JWT" })}.${encode(payload)}.${drawn("signature", 43)}`;
}

function pem(): string {
  const mark = "PRIVATE KEY-----";
  return `-----BEGIN ${mark}\n${drawn("pem", 64)}\n${drawn("pem2", 64)}\n-----END ${mark}\n`;
}

/** One value of each rule that pages, by the rule's name. */
export const PLANTED: Readonly<Record<string, string>> = {
  payment_card: cardNumber("4539", 16),
  iban: ibanOf("DE", drawn("iban", 18, "123456789")),
  us_ssn: "SSN: 536-22-8713",
  private_key: pem(),
  jwt: tokenOf({ sub: "user-8812", name: "A. Person" }),
  connection_string: `postgres://app:${drawn("dsn", 14)}@db1.internal.acme.io:5432/orders`,
  password: `password=${drawn("pw", 20)}7aB3`,
  anthropic_key: `sk-ant-api03-${drawn("anthropic", 93)}AA`,
  openai_key: `sk-proj-${drawn("openai", 120)}`,
  aws_access_key: `AKIA${drawn("aws", 16, UPPER)} ${drawn("aws-secret", 39)}7`,
  aws_secret_key: `aws_secret_access_key = ${drawn("aws-secret-2", 40)}`,
  github_token: `ghp_${drawn("github", 36)}`,
  gitlab_token: `glpat-${drawn("gitlab", 20)}`,
  slack_token: `xoxb-${drawn("slack", 12, DIGITS)}-${drawn("slack2", 12, DIGITS)}-${drawn("slack3", 24)}`,
  google_api_key: `AIza${drawn("google", 35)}`,
  stripe_key: `sk_live_${drawn("stripe", 24)}`,
  sendgrid_key: `SG.${drawn("sendgrid", 22)}.${drawn("sendgrid2", 43)}`,
  npm_token: `npm_${drawn("npm", 36)}`,
  huggingface_token: `hf_${drawn("hf", 34, LETTERS)}`,
  groq_key: `gsk_${drawn("groq", 52)}`,
  openrouter_key: `sk-or-v1-${drawn("openrouter", 64, HEX)}`,
  deepseek_key: `sk-${drawn("deepseek", 32, HEX)}`,
  xai_key: `xai-${drawn("xai", 80)}`,
  perplexity_key: `pplx-${drawn("perplexity", 48)}`,
  replicate_token: `r8_${drawn("replicate", 37)}`,
  langsmith_key: `lsv2_pt_${drawn("langsmith", 32, HEX)}_${drawn("langsmith2", 10, HEX)}`,
  pinecone_key: `pcsk_${drawn("pinecone", 70)}`,
  databricks_token: `dapi${drawn("databricks", 32, HEX)}`,
  digitalocean_token: `dop_v1_${drawn("digitalocean", 64, HEX)}`,
  docker_token: `dckr_pat_${drawn("docker", 27)}`,
  pypi_token: `pypi-AgEIcHlwaS5vcmc${drawn("pypi", 120)}`,
  vault_token: `hvs.${drawn("vault", 90)}`,
  grafana_token: `glsa_${drawn("grafana", 32)}_${drawn("grafana2", 8, HEX)}`,
  new_relic_key: `NRAK-${drawn("newrelic", 27, UPPER)}`,
  google_oauth_secret: `GOCSPX-${drawn("oauth", 28)}`,
  google_oauth_token: `ya29.${drawn("oauth2", 120)}`,
  azure_storage_key: `AccountName=acme;AccountKey=${drawn("azure", 86)}==;`,
  slack_webhook: `https://hooks.slack.com/services/T${drawn("t", 9, UPPER)}/B${drawn("b", 9, UPPER)}/${drawn("hook", 24)}`,
  stripe_webhook_secret: `whsec_${drawn("whsec", 32)}`,
  shopify_token: `shpat_${drawn("shopify", 32, HEX)}`,
  square_token: `sq0atp-${drawn("square", 22)}`,
  supabase_token: `sbp_${drawn("supabase", 40, HEX)}`,
  linear_key: `lin_api_${drawn("linear", 40)}`,
  notion_token: `ntn_${drawn("notion", 46)}`,
  atlassian_token: `ATATT3${drawn("atlassian", 180)}=${drawn("atlassian2", 8, HEX)}`,
  telegram_token: `${drawn("bot", 10, "123456789")}:AA${drawn("telegram", 33)}`,
  terraform_token: `${drawn("tf", 14)}.atlasv1.${drawn("terraform", 67)}`,
  uk_nino: "NI number: JG 12 03 16 A",
  uk_nhs_number: "NHS number 943 476 5870",
};
