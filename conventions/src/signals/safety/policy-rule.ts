import { LinearPattern } from "../../matcher/linear-pattern.ts";
import type { SafetyClass } from "../../observation.ts";
import type { Candidate, SafetyRule } from "./safety-rule.ts";

/** A rule of the user's: words or a pattern that an answer, or what it was made from, must not hold. */
export interface PolicyRule {
  /** Up to 32 lower-case letters, digits, `_`, `-`, `.`. */
  readonly id: string;
  /** Up to 24 such characters; `policy` by default. */
  readonly category?: string | undefined;
  /** 0, the gravest, to 3. */
  readonly severity: 0 | 1 | 2 | 3;
  readonly class: SafetyClass;
  /** A regular expression without assertions about what stands around and references to groups, found in linear time. */
  readonly pattern?: string | undefined;
  /** Words or phrases, found whole; white space in them stands for any. */
  readonly terms?: readonly string[] | undefined;
  /** Upper and lower case differ; false by default. */
  readonly caseSensitive?: boolean | undefined;
  /** BCP 47 tags: it is looked for in texts of these languages, and in those whose language cannot be told. */
  readonly languages?: readonly string[] | undefined;
  /** `output` by default: answers and the arguments of tool calls. `input`: the last turn and its tool results; never pages. */
  readonly where?: readonly ("input" | "output")[] | undefined;
}

/** Says which rule and field is wrong, never the terms. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";

  constructor(id: string, field: string, reason: string) {
    super(`rule "${id}": ${field}: ${reason}`);
  }
}

/** Terms that share one expression: more of them would be no prefilter's business. */
const TERMS_TOGETHER = 24;
/** Characters of a term. */
const LONGEST_TERM = 200;
/** Terms of all rules together. */
const MOST_TERMS = 2_000;
const MOST_RULES = 200;

/** The rules in the form of the built-in ones. Throws PolicyError. */
export function policyRules(policy: readonly PolicyRule[]): readonly SafetyRule[] {
  const seen = new Set<string>();
  let terms = 0;
  for (const rule of policy) {
    checkName(rule);
    if (seen.has(rule.id)) throw new PolicyError(rule.id, "id", "expected one rule of this id");
    seen.add(rule.id);
    checkMeaning(rule);
    terms += rule.terms?.length ?? 0;
    if (seen.size > MOST_RULES) throw new PolicyError(rule.id, "id", `expected at most ${MOST_RULES} rules`);
    if (terms > MOST_TERMS)
      throw new PolicyError(rule.id, "terms", `expected at most ${MOST_TERMS} of all rules together`);
  }
  return policy.flatMap((rule) => [...ofTerms(rule), ...ofPattern(rule)]);
}

/** Names stand in labels, and eight labels in a fact. */
function checkName({ id, category }: PolicyRule): void {
  if (!/^[a-z0-9][a-z0-9_.-]{0,31}$/.test(id))
    throw new PolicyError(id.slice(0, 40), "id", "expected up to 32 lower-case letters, digits, _, - and .");
  if (category === undefined) return;
  if (!/^[a-z0-9][a-z0-9_.-]{0,23}$/.test(category))
    throw new PolicyError(id, "category", "expected up to 24 lower-case letters, digits, _, - and .");
  if (RESERVED.has(category))
    throw new PolicyError(id, "category", `${category} is a category of the built-in rules; expected another`);
}

function checkMeaning({ id, pattern, terms, where = ["output"], class: cls }: PolicyRule): void {
  if (cls === "page" && !where.includes("output"))
    throw new PolicyError(id, "class", "expected record where only the input is looked at, which never pages");
  if ((pattern === undefined) === (terms === undefined))
    throw new PolicyError(id, "pattern", "expected either a pattern or terms");
}

/** What the project's own findings are called. */
const RESERVED = new Set(["personal_data", "secret", "injection", "prompt_leak", "canary", "user_flag"]);

function headOf({
  id,
  category = "policy",
  severity,
  class: cls,
  languages,
  where,
}: PolicyRule): Omit<SafetyRule, "pattern" | "find"> {
  return { category, rule: id, class: cls, severity, languages, where: where ?? ["output"] };
}

function ofPattern(rule: PolicyRule): readonly SafetyRule[] {
  if (rule.pattern === undefined) return [];
  const pattern = linear(rule.id, rule.pattern, rule.caseSensitive);
  return [
    {
      ...headOf(rule),
      pattern: pattern.expression,
      *find(text, budget): Iterable<Candidate> {
        for (const { start, end } of pattern.find(text, budget))
          yield { start, end, value: text.slice(start, end), example: false };
      },
    },
  ];
}

function linear(id: string, source: string, caseSensitive = false): LinearPattern {
  try {
    return new LinearPattern(source, !caseSensitive);
  } catch (error) {
    throw new PolicyError(id, "pattern", (error as Error).message.replace(/^Invalid regular expression: .*: /s, ""));
  }
}

function ofTerms(rule: PolicyRule): readonly SafetyRule[] {
  const { id, terms, caseSensitive } = rule;
  if (terms === undefined) return [];
  if (terms.length === 0) throw new PolicyError(id, "terms", "expected at least one");
  const sources = [...new Set(terms.flatMap((term, n) => termSources(id, term, n)))];
  const groups = Array.from({ length: Math.ceil(sources.length / TERMS_TOGETHER) }, (_, n) =>
    sources.slice(n * TERMS_TOGETHER, (n + 1) * TERMS_TOGETHER).join("|"),
  );
  return groups.map((source) => {
    const expression = new RegExp(source, caseSensitive === true ? "gu" : "giu");
    return {
      ...headOf(rule),
      pattern: expression,
      *find(text): Iterable<Candidate> {
        for (const { 0: value, index: start } of text.matchAll(expression))
          yield { start, end: start + value.length, value, example: false };
      },
    };
  });
}

/** Both spellings that Unicode has of an accent. */
function termSources(id: string, term: string, n: number): readonly string[] {
  const words = term.trim();
  if (words === "" || words.length > LONGEST_TERM)
    throw new PolicyError(id, `terms.${n}`, `expected 1 to ${LONGEST_TERM} characters`);
  return [words.normalize("NFC"), words.normalize("NFD")].map((spelling) => {
    const source = spelling
      .split(/\s+/u)
      .map(escaped)
      .join(String.raw`\s{1,4}`);
    return `${edgeAt(spelling.at(0), "<!")}${source}${edgeAt(/.\p{M}*$/su.exec(spelling)?.[0], "!")}`;
  });
}

function escaped(word: string): string {
  return word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

/** Scripts written without spaces, or whose words take endings, have no edges of words to look for. */
const WITHOUT_SPACES =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Hangul}]/u;

function edgeAt(character: string | undefined, look: "<!" | "!"): string {
  if (character === undefined || !/[\p{L}\p{N}]/u.test(character) || WITHOUT_SPACES.test(character)) return "";
  return String.raw`(?${look}[\p{L}\p{N}\p{M}_])`;
}
