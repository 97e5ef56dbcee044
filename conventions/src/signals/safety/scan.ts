import type { Budget } from "../../matcher/budget.ts";
import { Prefilter } from "../../matcher/prefilter.ts";
import type { Candidate, SafetyRule } from "./safety-rule.ts";
import type { Unescaped } from "./unescaped.ts";

/** A match before it is known where its value came from. */
export interface Hit extends Candidate {
  readonly rule: SafetyRule;
  readonly page: boolean;
}

/** Matches of one rule in one text that are kept; the rest of a page of addresses says nothing new. */
const PER_RULE = 64;

/** Rules that look at texts together. */
export class RuleSet {
  readonly #rules: readonly SafetyRule[];
  #prefilter: Prefilter | undefined;

  constructor(rules: readonly SafetyRule[]) {
    this.#rules = rules;
  }

  /** Builds what `scan` builds at first use. Throws RangeError where the rules are too many. */
  prepare(): this {
    this.#prefilter ??= new Prefilter(this.#rules.map(({ pattern }) => pattern));
    return this;
  }

  /** All rules that `applies` admits, over one text; `start` and `end` count in the text as given, escapes and all. */
  scan(text: Unescaped, budget: Budget, applies: (rule: SafetyRule) => boolean): readonly Hit[] {
    if (this.#rules.length === 0) return [];
    // Built at first use: a service whose content is never read does not pay for it.
    this.#prefilter ??= new Prefilter(this.#rules.map(({ pattern }) => pattern));
    const candidates = this.#prefilter.candidates(text.text);
    return this.#rules
      .filter((rule, index) => candidates.has(index) && applies(rule))
      .flatMap((rule) => [...hitsOf(rule, text.text, budget)])
      .map((hit) => ({ ...hit, start: text.original(hit.start), end: text.original(hit.end) }));
  }
}

/** Page-class matches do not give way to weak ones: each has its own room. */
function* hitsOf(rule: SafetyRule, text: string, budget: Budget): Generator<Hit> {
  const kept = { page: 0, record: 0 };
  for (const candidate of rule.find(text, budget)) {
    const page = rule.class === "page" && candidate.weak !== true;
    const kind = page && !candidate.example ? "page" : "record";
    if (kept[kind]++ < PER_RULE) yield { ...candidate, rule, page };
    if (kept.page >= PER_RULE || (rule.class === "record" && kept.record >= PER_RULE)) return;
  }
}

/** Of hits that overlap one is kept: page class before record, then the order of the rules. */
export function withoutOverlaps(hits: readonly Hit[]): readonly Hit[] {
  const kept: Hit[] = [];
  for (const hit of hits.toSorted((a, b) => Number(b.page) - Number(a.page))) {
    if (!kept.some(({ start, end }) => hit.start < end && start < hit.end)) kept.push(hit);
  }
  return kept;
}
