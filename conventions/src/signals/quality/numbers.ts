/** A number as a text mentions it. */
export interface Mention {
  readonly value: number;
  /** What the last digit is worth: 0.01 for 3.14, 100,000 for 2.5 million; the number may be a rounded one. */
  readonly unit: number;
  readonly percent: boolean;
  readonly start: number;
  /** What else it may stand for: 1.234 is also a thousand and more, where a point parts thousands. */
  readonly others: readonly number[];
}

/** Mentions read of one text. */
const LIMIT = 2_000;

/** Digits with separators, or a fraction of one sign; not the inside of a word, an identifier or a version. */
const WRITTEN = /(?<![\w.])(?:\d{0,6}[¼½¾]|(?:\d{1,3}(?:[ \u00a0\u202f']\d{3})+(?!\d)|\d+)(?:[.,]\d+)*)/g;
const FRACTIONS: Readonly<Record<string, number>> = { "¼": 0.25, "½": 0.5, "¾": 0.75 };
const SCALE_LOOKAHEAD = 16;
const SCALES: readonly (readonly [RegExp, number])[] = [
  [/^\s?(?:k|thousand|tausend|tsd|mille|mila|mil|bin|тыс\p{L}*)(?!\p{L})/u, 1e3],
  [
    /^\s?(?:m|mn|mio|million(?:s|en)?|mill[oó]n(?:es)?|milion[ei]|milh(?:ão|ões)|milyon|миллион\p{L}*|млн)(?!\p{L})/u,
    1e6,
  ],
  [/^\s?(?:bn|b|billions?|mrd|milliarden?|milliards?|miliard[oi]|milyar|миллиард\p{L}*|млрд)(?!\p{L})/u, 1e9],
  [/^\s?(?:tn|trillions?)(?!\p{L})/u, 1e12],
  [/^\s?(?:lakhs?|लाख)(?!\p{L})/u, 1e5],
  [/^\s?(?:crores?|करोड़)(?!\p{L})/u, 1e7],
  [/^[万萬만]/, 1e4],
  [/^[亿億억]/, 1e8],
];
const PERCENT = /^\s?(?:%|٪|％|percent|per cent|prozent|pour cent|por cient?o|por cento|per cento|процент)/;
/** Directly after the digits: an ordinal or a plural is fine (3rd, 1990s), any other word is no number (3d, 7zip). */
const WORD_AFTER = /^(?!(?:st|nd|rd|th|s|k|m|mn|bn|b|x|%)\b)[a-z_]/;
/** Digits of other scripts, by the first of each ten: Arabic, Persian, Devanagari, full-width. */
const OTHER_DIGITS = /[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\uff10-\uff19]/g;

/** Reads the numbers of a text in lower case. Numbers in words are no mentions; see `spelledNumbers`. */
export function readNumbers(lower: string): readonly Mention[] {
  const text = lower.replaceAll(OTHER_DIGITS, asciiDigit);
  const mentions: Mention[] = [];
  for (const match of text.matchAll(WRITTEN)) {
    if (mentions.length >= LIMIT) break;
    const end = match.index + match[0].length;
    const after = text.slice(end, end + SCALE_LOOKAHEAD);
    if (WORD_AFTER.test(after)) continue;
    const scale = SCALES.find(([pattern]) => pattern.test(after))?.[1] ?? 1;
    const percent = PERCENT.test(after);
    for (const { value, unit, others } of valuesOf(match[0])) {
      mentions.push({
        value: value * scale,
        unit: unit * scale,
        percent,
        start: match.index,
        others: others.map((other) => other * scale),
      });
    }
  }
  return mentions;
}

interface Value {
  readonly value: number;
  readonly unit: number;
  readonly others: readonly number[];
}

/** `1,000` is a thousand; `1.5` and `1,5` are one and a half; `1,2,3` are three numbers; `1.2.3` is none. */
function valuesOf(written: string): readonly Value[] {
  const fraction = FRACTIONS[written.at(-1) ?? ""];
  if (fraction !== undefined) return [{ value: Number(written.slice(0, -1)) + fraction, unit: 1, others: [] }];
  if (/[ \u00a0\u202f']/.test(written)) return grouped(written);
  if (/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(written)) {
    return [plain(written.replaceAll(",", ""), /^\d+,\d+$/.test(written) ? written.replace(",", ".") : undefined)];
  }
  if (/^\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?$/.test(written) || /^\d{1,3}(?:\.\d{3})+,\d+$/.test(written)) {
    return [plain(written.replaceAll(".", "").replace(",", "."))];
  }
  if (/^\d+(?:\.\d+)?$/.test(written)) {
    return [plain(written, /^\d{1,3}\.\d{3}$/.test(written) ? written.replace(".", "") : undefined)];
  }
  if (/^\d+,\d{1,2}$/.test(written)) return [plain(written.replace(",", "."))];
  return written.includes(".") ? [] : written.split(",").map((digits) => plain(digits));
}

/** Thousands parted by an apostrophe or a space; after an ordinary space they may be numbers of their own. */
function grouped(written: string): readonly Value[] {
  const { value, unit } = plain(written.replaceAll(/[ \u00a0\u202f']/g, "").replace(",", "."));
  return Number.isNaN(value)
    ? []
    : [{ value, unit, others: written.includes(" ") ? written.split(" ").map(Number) : [] }];
}

function plain(digits: string, other?: string): Value {
  const point = digits.indexOf(".");
  const unit = point === -1 ? 1 : 10 ** (point + 1 - digits.length);
  return { value: Number(digits), unit, others: other === undefined ? [] : [Number(other)] };
}

function asciiDigit(digit: string): string {
  const code = digit.charCodeAt(0);
  const zero = code >= 0xff10 ? 0xff10 : code >= 0x966 ? 0x966 : code >= 0x6f0 ? 0x6f0 : 0x660;
  return String(code - zero);
}

const SPELLED: ReadonlyMap<string, number> = new Map(
  Object.entries({
    11: "eleven elf onze undici",
    12: "twelve dozen zwölf dutzend douze doce doze dodici",
    13: "thirteen dreizehn treize trece treze tredici",
    14: "fourteen vierzehn quatorze catorce quattordici",
    15: "fifteen fünfzehn quinze quince quindici",
    16: "sixteen sechzehn seize dieciséis dezesseis sedici",
    17: "seventeen siebzehn diecisiete dezessete diciassette",
    18: "eighteen achtzehn dieciocho dezoito diciotto",
    19: "nineteen neunzehn diecinueve dezenove diciannove",
    20: "twenty zwanzig vingt veinte vinte venti",
    24: "vierundzwanzig",
    30: "thirty dreißig trente treinta trinta trenta",
    40: "forty vierzig quarante cuarenta quarenta quaranta",
    50: "fifty fünfzig cinquante cincuenta cinquenta cinquanta half",
    60: "sixty sechzig soixante sesenta sessenta sessanta",
    70: "seventy siebzig setenta settanta",
    80: "eighty achtzig ochenta oitenta ottanta",
    90: "ninety neunzig noventa novanta",
    100: "hundred hundert cent cien cem cento",
    1000: "thousand tausend mille mil",
  }).flatMap(([value, words]) => words.split(" ").map((word) => [word, Number(value)] as const)),
);
const WORDS = new RegExp(`(?<!\\p{L})(?:${[...SPELLED.keys()].join("|")})(?!\\p{L})`, "gu");

/** Numbers from 11 that a text in lower case spells out in one word, in the languages written most; for support only. */
export function spelledNumbers(lower: string): readonly number[] {
  return [...lower.matchAll(WORDS)].slice(0, LIMIT).map(([word]) => SPELLED.get(word) ?? 0);
}
