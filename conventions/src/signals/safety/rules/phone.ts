import { hasNear } from "../context.ts";
import type { Candidate, SafetyRule } from "../safety-rule.ts";

/** Six to fifteen digits (E.164) in groups, and an extension. Not within a word, a longer number, a path or a fraction. */
const NUMBER =
  /(?<![\w+./-])(\+?\(?\d(?:[ .()/\u00a0-]{0,3}\d){5,14})(?: ?(?:x|ext\.? ?)\d{1,5})?(?!\w|[.,-]\d|-[a-z]{1,3}\d)/gi;

/** What is in every one of them. */
const START = /\+\(?\d|\d{2}[ .()/\u00a0-]{0,3}\d{2}/;

/** Unmistakable without a word beside it: from a country on, or in the groups of the North American plan. */
const PLAIN = /^(?:\+[1-9]|(?:1[ .-]|001[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[.-])[2-9]\d{2}[.-]\d{4}$)/;

/** Words that announce a number, in the languages that the signals know. */
const CONTEXT =
  /(?:\b|_)(?:tele)?phones?\b|\b(?:tel|mobile|cell|fax|desk|office|call(?:ed|ing)?|dial|ring|text|sms|whats ?app|messages?|reach|contact|hotline|helpline|telefon\w*|handy\w*|mobil|anrufen|durchwahl|t[ée]l[ée]phone|portable|appele[rz]|tel[ée]fono|m[óo]vil|celular|llam\w+|cellulare|chiam\w+|telefone|ligue|bellen|telefoon|zadzwo\w+|ring)\b/i;
const REACH = 40;

/** What a number behind it is instead. */
const ANOTHER =
  /(?:order|account|invoice|ticket|case|booking|tracking|policy|member|customer|card|part|serial|model|version|release|isbn|issn|zip|postcode|pin|id|ref(?:erence)?|§|#)\.?\s?(?:number|no\.?|nr\.?|code|id)?[:#\s]{0,3}$/i;
const BEFORE = 24;

const DATE = /^(?:(?:19|20)\d\d[./ -]\d{1,2}[./ -]\d{1,2}|\d{1,2}[./ -]\d{1,2}[./ -](?:19|20)\d\d)\b/;
/** An IP address or a version. */
const DOTTED = /^[1-9]\d{0,2}(?:\.\d{1,3}){2,3}$/;
/** Years, and thousands in groups of three, as prices and counts are written. */
const AMOUNT = /^(?:(?:19|20)\d\d[ ./-](?:19|20)\d\d|[1-9]\d{0,2}(?:[ .]\d{3})+)$/;

/** Right before or behind a number that could as well be an amount: `Fax: 9498777106`, `3732695155-Fax`. */
const ANNOUNCED =
  /\b(?:phone|tel|mobile|cell|fax|desk|office|call|text|sms|dial|ring|reach|contact|messages to)\W{0,6}(?:(?:number|no\.?|is|me|us|on|at|to)\W{1,3}){0,3}\W{0,3}$/i;
const NAMED = /^[ -](?:office|fax|mobile|cell|home|desk)/i;
const OPERATOR = /^\s?[=*+/%×÷]/;
const OPERATOR_BEFORE = /[=*/%×÷]\s?$/;

/** Reserved for fiction: 555-0100 to 555-0199. */
const FICTION = /55501\d\d$/;

/** A telephone number: one that cannot be anything else, or one that the text calls so. */
export const phone: SafetyRule = {
  category: "personal_data",
  rule: "phone",
  class: "record",
  pattern: START,
  *find(text): Iterable<Candidate> {
    for (const match of text.matchAll(NUMBER)) {
      const number = match[1] ?? "";
      const start = match.index;
      const end = start + match[0].length;
      if (!isPhone(text, start, end, number)) continue;
      const digits = number.replaceAll(/\D/g, "");
      const value = number.startsWith("+") || digits.length !== 10 ? digits : `1${digits}`;
      const example = FICTION.test(value) || /(\d)\1{6}/.test(value) || /1234567/.test(value);
      yield { start, end, value, example };
    }
  },
};

function isPhone(text: string, start: number, end: number, number: string): boolean {
  if (PLAIN.test(number)) return true;
  if (number.startsWith("+") || DATE.test(number) || DOTTED.test(number) || !isGrouped(number)) return false;
  const before = text.slice(Math.max(0, start - BEFORE), start);
  if (ANOTHER.test(before) || OPERATOR_BEFORE.test(before) || OPERATOR.test(text.slice(end, end + 3))) return false;
  const doubtful = AMOUNT.test(number) || !/\D/.test(number);
  return doubtful
    ? ANNOUNCED.test(before) || NAMED.test(text.slice(end, end + 8))
    : hasNear(text, start, end, REACH, CONTEXT);
}

/** Groups as people write them: few, none of a single digit. */
function isGrouped(number: string): boolean {
  const groups = number.split(/\D+/).filter((group) => group !== "");
  return groups.length <= 5 && groups.every(({ length }) => length >= 2);
}
