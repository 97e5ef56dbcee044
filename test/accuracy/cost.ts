import type { LlmCall, TokenUsage } from "@spanwarden/conventions";

import { tokenUsage, type UsageFormatName } from "../../instrumentation/src/codecs/token-usage.ts";
import { createPricer, PRICE_TABLE } from "../../processor/src/cost/price-of.ts";
import type { Measure } from "../measure/report.ts";
import type { Datasets } from "./dataset.ts";
import { share } from "./figure.ts";
import { callOf } from "./recorded-call.ts";

/** A provider's real answer, with what the price library read of it, each reading by the providers it may be from. */
interface Row {
  readonly model: string;
  readonly body: { readonly usage?: Readonly<Record<string, unknown>> };
  readonly extracted: readonly {
    readonly usage: Readonly<Record<string, number>>;
    readonly extractors: readonly {
      readonly provider_id: string;
      readonly api_flavor: string;
      readonly input_price?: string;
      readonly output_price?: string;
    }[];
  }[];
}

/** One reading of one body that has a price. */
interface Expected {
  readonly provider: string;
  readonly usage: Readonly<Record<string, number>>;
  readonly price: number;
}

interface Miss {
  readonly provider: string;
  readonly cause: string;
}

const GOAL = 99;
/** The set prices every body by one day, which it does not name: the prices that changed since say it lies before December 2025. */
const AT = Date.UTC(2025, 10, 1, 12);
const TODAY = Date.UTC(2026, 10, 23, 12);
/** Relative, beyond which a price is another one. */
const TOLERANCE = 1e-9;
const pricer = createPricer({ prices: [] });

/** Tokens read and price computed from real answers, and how far two maintained tables of prices agree. */
export function costArithmetic(data: Datasets): readonly Measure[] {
  return [...exactBodies(data), ...tablesAgree(data)];
}

function exactBodies(data: Datasets): readonly Measure[] {
  const rows = data.rows("genai-usages/usages") as readonly Row[];
  const priced = rows.flatMap((row) => {
    const expected = expectedOf(row);
    return expected.length === 0 ? [] : [{ row, expected }];
  });
  if (priced.length === 0) return [];
  const misses = priced.map(({ row, expected }) => expected.flatMap((each) => missOf(row, each) ?? []));
  const told = new Map<string, number>();
  for (const { provider, cause } of misses.flat()) {
    const text = `${provider}: ${cause}`;
    told.set(text, (told.get(text) ?? 0) + 1);
  }
  const list = [...told].map(([text, count]) => `${text} (${count})`).join("; ");
  const goal = { text: `at least ${GOAL} %`, holds: (percent: number) => percent >= GOAL };
  const hits = misses.filter((of) => of.length === 0).length;
  const reference = `expected is what ${PRICE_TABLE}'s own library reads and computes: agreement, not truth; each body by the reading of its format's maker where priced, at prices of November 2025, a day inferred from the set's own prices; missed: ${list || "none"}`;
  return [share("cost arithmetic, bodies exact", hits, priced.length, goal, reference)];
}

/** The readings of the body's own format; those of another one only where no provider is priced by its own. */
function expectedOf(row: Row): readonly Expected[] {
  const readings = row.extracted.flatMap(({ usage, extractors }) =>
    extractors.flatMap((by) => {
      if (by.input_price === undefined) return [];
      const price = Number(by.input_price) + Number(by.output_price ?? 0);
      return [{ provider: by.provider_id, usage, price, own: flavoursOf(row).has(by.api_flavor) }];
    }),
  );
  const own = readings.filter((reading) => reading.own);
  // Whoever made the format reads all of it; others' readings leave counts out.
  const maker = own.filter(
    ({ provider }) => provider === (formatOf(row) === "anthropic-messages" ? "anthropic" : "openai"),
  );
  return [maker, own, readings].find((some) => some.length > 0) ?? [];
}

function formatOf({ body: { usage = {} } }: Row): UsageFormatName {
  if ("prompt_tokens" in usage) return "openai-chat";
  return "total_tokens" in usage || "input_tokens_details" in usage ? "openai-responses" : "anthropic-messages";
}

/** The library's names of a format. */
function flavoursOf(row: Row): ReadonlySet<string> {
  const format = formatOf(row);
  if (format === "openai-responses") return new Set(["responses"]);
  if (format === "anthropic-messages") return new Set(["anthropic", "default"]);
  if (isEmbedding(row)) return new Set(["embeddings"]);
  return new Set(["chat", "default"]);
}

function isEmbedding({ body: { usage = {} } }: Row): boolean {
  return !("completion_tokens" in usage);
}

function missOf(row: Row, expected: Expected): Miss | undefined {
  const usage = tokenUsage(formatOf(row), row.body.usage);
  const { provider } = expected;
  const wrong = [...usageKeys(usage)].filter(([key, count]) => count !== (expected.usage[key] ?? 0));
  if (wrong.length > 0) return { provider, cause: `other ${wrong.map(([key]) => key).join(", ")}` };
  const blank = callOf({ model: row.model, question: "", answer: "" });
  const operation = isEmbedding(row) && formatOf(row) === "openai-chat" ? "embeddings" : "chat";
  // The expected prices are those of input and output; what else is charged is left out.
  const tokens: TokenUsage = { ...usage, webSearches: undefined };
  const call: LlmCall = { ...blank, operation, provider, usage: tokens };
  const price = pricer(call, AT);
  if ("unknown" in price) return { provider, cause: `${price.unknown} for ${row.model}` };
  const off = Math.abs(price.amount - expected.price) > TOLERANCE * Math.max(expected.price, TOLERANCE);
  return off ? { provider, cause: `other price of ${row.model}` } : undefined;
}

/** Our counts by the library's names for them. */
function usageKeys(usage: TokenUsage = {}): ReadonlyMap<string, number> {
  return new Map([
    ["input_tokens", usage.input ?? 0],
    ["output_tokens", usage.output ?? 0],
    ["cache_read_tokens", usage.cacheRead ?? 0],
    ["cache_write_tokens", usage.cacheWrite ?? 0],
    ["cache_write_1h_tokens", usage.cacheWriteLong ?? 0],
    ["output_reasoning_tokens", usage.reasoning ?? 0],
    ["input_audio_tokens", usage.inputAudio ?? 0],
    ["output_audio_tokens", usage.outputAudio ?? 0],
    ["web_searches", usage.webSearches ?? 0],
  ]);
}

/** The makers whose models both tables name alike. */
const MAKERS: Readonly<Record<string, string>> = {
  openai: "openai",
  anthropic: "anthropic",
  google: "google",
  mistral: "mistral",
  cohere: "cohere",
  deepseek: "deepseek",
  xai: "x-ai",
};

function tablesAgree(data: Datasets): readonly Measure[] {
  const other = data.document("prices/models.dev.costs") as Readonly<Record<string, Listed>> | undefined;
  if (other === undefined) return [];
  const compared = Object.entries(other).flatMap(([key, { cost }]) => {
    const [maker = "", model = ""] = key.split("/");
    const provider = MAKERS[maker];
    if (provider === undefined || cost?.input === undefined || cost.output === undefined) return [];
    const call = callOf({ model, question: "", answer: "", inputTokens: 1_000, outputTokens: 1_000 });
    const price = pricer({ ...call, provider }, TODAY);
    const theirs = (cost.input + cost.output) / 1_000;
    return "unknown" in price ? [] : [Math.abs(price.amount - theirs) <= 1e-6 * Math.max(theirs, 1e-6)];
  });
  const goal = { text: "", holds: () => true };
  const beside = `${PRICE_TABLE} and models.dev, a thousand tokens in and out: a table alone can be wrong`;
  return [share("cost, two price tables agree", compared.filter(Boolean).length, compared.length, goal, beside)];
}

/** US dollars for a million tokens. */
interface Listed {
  readonly cost?: { readonly input?: number; readonly output?: number };
}
