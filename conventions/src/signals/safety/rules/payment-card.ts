import { hasNear } from "../context.ts";
import type { Candidate, SafetyRule } from "../safety-rule.ts";

/** Leading digits and lengths of the networks, ISO/IEC 7812. `common`: so many other numbers look like it that it takes a context. */
const NETWORKS: readonly { readonly prefix: RegExp; readonly lengths: readonly number[]; readonly common?: true }[] = [
  { prefix: /^4/, lengths: [16] },
  { prefix: /^4/, lengths: [13, 19], common: true },
  { prefix: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] },
  { prefix: /^3[47]/, lengths: [15] },
  { prefix: /^(?:30[0-5]|3095|3[689])/, lengths: [14], common: true },
  { prefix: /^(?:6011|64[4-9]|65)/, lengths: [16] },
  { prefix: /^35(?:2[89]|[3-8])/, lengths: [16] },
  { prefix: /^35/, lengths: [16], common: true },
  { prefix: /^(?:1800|2131)/, lengths: [15], common: true },
  { prefix: /^62/, lengths: [16] },
  { prefix: /^62/, lengths: [17, 18, 19], common: true },
  { prefix: /^(?:5[0678]|6304|6759|676)/, lengths: [12, 13, 14, 15, 16, 18, 19], common: true },
];

/** Separators within a number: spaces, dots, hyphens and their typographic forms. */
const SEPARATOR = "[ .\\-\\u00a0\\u2010\\u2011\\u2013]";

/**
 * All digits on end, or in groups: 4-4-4-4(-3), and 4-6-5 and 4-6-4 of 15 and 14 digits. Not inside a longer run of
 * digits, an identifier, a decimal or a sequence of groups.
 */
const NUMBER = new RegExp(
  `(?<![\\w.+-])(?:\\d{12,19}(?![\\w]|[.-]\\w)|(?<!\\d{4}${SEPARATOR})\\d{4}(${SEPARATOR})(?:\\d{4}\\1\\d{4}\\1\\d{4}(?:\\1\\d{3}(?!\\d))?|\\d{6}\\1\\d{4,5})(?![\\w]))`,
  "g",
);

const CONTEXT =
  /\b(?:cards?|visa|mastercard|maestro|diners|unionpay|credit|debit|pan|cvv|cvc|karte|kreditkarte|carte|tarjeta|carta)\b/i;
const REACH = 60;

/** Numbers that payment providers publish for tests, beside those with seven equal digits in a row. */
const TEST_CARDS: ReadonlySet<string> = new Set(
  (
    "4242424242424242 4012888888881881 4000056655665556 5555555555554444 5105105105105100 5200828282828210 " +
    "2223003122003222 5454545454545454 4917610000000000 4007000000027 4012000033330026 4005519200000004 " +
    "378282246310005 371449635398431 378734493671000 6011000990139424 6011981111111113 30569309025904 38520000023237 " +
    "3056930009020004 36227206271667 3566002020360505 6205500000000000004 5019717010103742 6759649826438453 " +
    "2222405343248877 2222990905257051 2223007648726984 5100290029002909 4988438843884305 4166676667666746"
  ).split(" "),
);

/** A payment card number: the length and prefix of a network, and a valid check digit. */
export const paymentCard: SafetyRule = {
  category: "personal_data",
  rule: "payment_card",
  class: "page",
  pattern: NUMBER,
  *find(text): Iterable<Candidate> {
    for (const match of text.matchAll(NUMBER)) {
      const value = match[0].replaceAll(/\D/g, "");
      const start = match.index;
      const end = start + match[0].length;
      const network = NETWORKS.find(({ prefix, lengths }) => lengths.includes(value.length) && prefix.test(value));
      if (network === undefined || !passesLuhn(value)) continue;
      const example = TEST_CARDS.has(value) || /(\d)\1{6}/.test(value);
      yield { start, end, value, example, weak: network.common === true && !hasNear(text, start, end, REACH, CONTEXT) };
    }
  },
};

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let n = 0; n < digits.length; n++) {
    const digit = Number(digits[digits.length - 1 - n]) * (1 + (n & 1));
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}
