import { Prefilter } from "../../matcher/prefilter.ts";
import { SAFETY_RULES } from "./rules.ts";
import type { Candidate, SafetyRule } from "./safety-rule.ts";
import { unescaped } from "./unescaped.ts";

/** A match before it is known where its value came from. */
export interface Hit extends Candidate {
  readonly rule: SafetyRule;
  readonly page: boolean;
}

/** Matches of one rule in one text that are kept; the rest of a page of addresses says nothing new. */
const PER_RULE = 64;

let prefilter: Prefilter | undefined;

/**
 * All rules over one text; `start` and `end` count in the text as given, escapes and all. Of matches that overlap one
 * is kept: page class before record, then the order of the rules.
 */
export function scan(text: string): readonly Hit[] {
  const plain = unescaped(text);
  // Built at first use: a service whose content is never read does not pay for it.
  prefilter ??= new Prefilter(SAFETY_RULES.map(({ pattern }) => pattern));
  const candidates = prefilter.candidates(plain.text);
  const hits = SAFETY_RULES.filter((_, index) => candidates.has(index))
    .flatMap((rule) => [...hitsOf(rule, plain.text)])
    .toSorted((a, b) => Number(b.page) - Number(a.page));
  return withoutOverlaps(hits).map((hit) => ({
    ...hit,
    start: plain.original(hit.start),
    end: plain.original(hit.end),
  }));
}

/** Page-class matches do not give way to weak ones: each has its own room. */
function* hitsOf(rule: SafetyRule, text: string): Generator<Hit> {
  const kept = { page: 0, record: 0 };
  for (const candidate of rule.find(text)) {
    const page = rule.class === "page" && candidate.weak !== true;
    const kind = page && !candidate.example ? "page" : "record";
    if (kept[kind]++ < PER_RULE) yield { ...candidate, rule, page };
    if (kept.page >= PER_RULE) return;
  }
}

function withoutOverlaps(hits: readonly Hit[]): readonly Hit[] {
  const kept: Hit[] = [];
  for (const hit of hits) {
    if (!kept.some(({ start, end }) => hit.start < end && start < hit.end)) kept.push(hit);
  }
  return kept;
}
