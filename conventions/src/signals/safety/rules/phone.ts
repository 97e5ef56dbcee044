import type { Candidate, SafetyRule } from "../safety-rule.ts";

/** `+` and 8 to 15 digits (E.164), or a number of the North American plan in its usual groups. */
const NUMBER =
  /(?<![\w+.-])(?:\+[1-9](?:[ .()/\u00a0-]{0,2}\d){7,14}|(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[.-])[2-9]\d{2}[.-]\d{4})(?![\w]|[.-]\w)/g;

/** Reserved for fiction: 555-0100 to 555-0199. */
const FICTION = /55501\d\d$/;

/** A telephone number. */
export const phone: SafetyRule = {
  category: "personal_data",
  rule: "phone",
  class: "record",
  pattern: NUMBER,
  *find(text): Iterable<Candidate> {
    for (const match of text.matchAll(NUMBER)) {
      const digits = match[0].replaceAll(/\D/g, "");
      const value = match[0].startsWith("+") ? digits : `1${digits}`;
      const example = FICTION.test(value) || /(\d)\1{6}/.test(value) || /1234567/.test(value);
      yield { start: match.index, end: match.index + match[0].length, value, example };
    }
  },
};
