import { hasNear } from "../context.ts";
import type { Candidate, SafetyRule } from "../safety-rule.ts";

const NUMBER = /(?<![\w.+-])\d{3}([ -]?)\d{3}\1\d{4}(?![\w]|[.-]\w)/g;
const CONTEXT = /\bnhs\b/i;
const REACH = 60;

/** Set aside for tests, or with all digits equal. Source: NHS data dictionary, NHS number. */
const EXAMPLE = /^(?:999|(\d)\1{9}$)/;
/** Of the data dictionary and the service's own pages. */
const EXAMPLES: ReadonlySet<string> = new Set(["9434765919", "4857773456", "4505577104", "4010232137"]);

/** A UK NHS number: its check digit is valid and the text names it. Without the name one of eleven phone numbers is one. */
export const ukNhsNumber: SafetyRule = {
  category: "personal_data",
  rule: "uk_nhs_number",
  class: "page",
  pattern: NUMBER,
  *find(text): Iterable<Candidate> {
    for (const { 0: all, index: start } of text.matchAll(NUMBER)) {
      const value = all.replaceAll(/[ -]/g, "");
      const end = start + all.length;
      if (!hasCheckDigit(value) || !hasNear(text, start, end, REACH, CONTEXT)) continue;
      yield { start, end, value, example: EXAMPLE.test(value) || EXAMPLES.has(value) };
    }
  },
};

/** Modulus 11 with the weights 10 to 2. */
function hasCheckDigit(value: string): boolean {
  let sum = 0;
  for (let n = 0; n < 9; n++) sum += Number(value[n]) * (10 - n);
  return (11 - (sum % 11)) % 11 === Number(value[9]);
}
