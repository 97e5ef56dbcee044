import type { Candidate, SafetyRule } from "../safety-rule.ts";

/** Characters of an IBAN by country. Source: SWIFT IBAN registry. */
const LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 " +
    "FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 " +
    "LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 " +
    "RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
  )
    .split(" ")
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const START = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9]{3})/g;

/** Of the registry, of Wikipedia and of banks' documentation. */
const EXAMPLES: ReadonlySet<string> = new Set(
  (
    "DE89370400440532013000 GB29NWBK60161331926819 GB82WEST12345698765432 GB33BUKB20201555555555 FR1420041010050500013M02606 " +
    "FR7630006000011234567890189 ES9121000418450200051332 IT60X0542811101000000123456 NL91ABNA0417164300 BE68539007547034 " +
    "AT611904300234573201 CH9300762011623852957 PL61109010140000071219812874 SE4550000000058398257466 NO9386011117947 " +
    "DK5000400440116243 FI2112345600000785 IE29AIBK93115212345678 PT50000201231234567890154 LU280019400644750000 " +
    "DE75512108001245126199 DE91100000000123456789 DE02120300000000202051 TR330006100519786457841326"
  ).split(" "),
);

/** An IBAN: a country's length and a valid check number, in groups or not. */
export const iban: SafetyRule = {
  category: "personal_data",
  rule: "iban",
  class: "page",
  pattern: START,
  *find(text): Iterable<Candidate> {
    for (const match of text.matchAll(START)) {
      const start = match.index;
      const length = LENGTHS[match[0].slice(0, 2).toUpperCase()];
      const end = length === undefined ? undefined : endOf(text, start, length);
      if (end === undefined) continue;
      const value = text.slice(start, end).replaceAll(/[ -]/g, "").toUpperCase();
      if (hasCheckNumber(value)) yield { start, end, value, example: EXAMPLES.has(value) };
    }
  },
};

/** End of so many letters and digits with at most one separator between two of them; `undefined` if there are fewer or more. */
function endOf(text: string, start: number, length: number): number | undefined {
  let at = start;
  for (let count = 0; count < length; count++) {
    if (count > 0 && /[ -]/.test(text[at] ?? "")) at++;
    if (!/[A-Za-z0-9]/.test(text[at] ?? "")) return undefined;
    at++;
  }
  return /[A-Za-z0-9]/.test(text[at] ?? "") ? undefined : at;
}

/** ISO 7064, MOD 97-10. */
function hasCheckNumber(value: string): boolean {
  let rest = 0;
  for (const character of value.slice(4) + value.slice(0, 4)) {
    const digits = Number.parseInt(character, 36);
    rest = (rest * (digits > 9 ? 100 : 10) + digits) % 97;
  }
  return rest === 1;
}
