import { hasNear } from "../context.ts";
import type { Candidate, SafetyRule } from "../safety-rule.ts";

/** Letters and prefixes that are given out. Source: HMRC, National Insurance Manual NIM39110. */
const NUMBER =
  /(?<![A-Za-z0-9])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D](?![A-Za-z0-9])/gi;
const CONTEXT = /\b(?:nino|ni (?:number|no)|national[ -]?insurance)\b/i;
const REACH = 60;

/** Printed in guides: AB 12 34 56 C and its like. */
const EXAMPLE = /^[A-Z]{2}123456[A-D]$/;

/** A UK National Insurance number. It pages only with a context that names it: part numbers look the same. */
export const ukNino: SafetyRule = {
  category: "personal_data",
  rule: "uk_nino",
  class: "page",
  pattern: NUMBER,
  *find(text): Iterable<Candidate> {
    for (const { 0: all, index: start } of text.matchAll(NUMBER)) {
      const value = all.replaceAll(/[ -]/g, "").toUpperCase();
      const end = start + all.length;
      yield { start, end, value, example: EXAMPLE.test(value), weak: !hasNear(text, start, end, REACH, CONTEXT) };
    }
  },
};
