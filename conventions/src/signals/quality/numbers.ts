/** A number as a text mentions it. */
export interface Mention {
  readonly value: number;
  /** What the last digit is worth: 0.01 for 3.14, 100,000 for 2.5 million; the number may be a rounded one. */
  readonly unit: number;
  readonly percent: boolean;
  readonly start: number;
}

/** Mentions read of one text. */
const LIMIT = 2_000;

/** Digits with separators; not the inside of a word, an identifier or a version. */
const WRITTEN = /(?<![\w.])\d+(?:[.,]\d+)*/g;
const SCALE_LOOKAHEAD = 12;
const SCALES: readonly (readonly [RegExp, number])[] = [
  [/^ ?(?:k|thousand)\b/, 1e3],
  [/^ ?(?:m|mn|mio|million)\b/, 1e6],
  [/^ ?(?:bn|b|billion)\b/, 1e9],
  [/^ ?(?:tn|trillion)\b/, 1e12],
];
const PERCENT = /^ ?(?:%|percent|per cent)/;
/** Directly after the digits: an ordinal or a plural is fine (3rd, 1990s), any other word is no number (3d, 7zip). */
const WORD_AFTER = /^(?!(?:st|nd|rd|th|s|k|m|mn|bn|b|x|%)\b)[a-z_]/;

/** Reads the numbers of a text in lower case. */
export function readNumbers(lower: string): readonly Mention[] {
  const mentions: Mention[] = [];
  for (const match of lower.matchAll(WRITTEN)) {
    if (mentions.length >= LIMIT) break;
    const end = match.index + match[0].length;
    const after = lower.slice(end, end + SCALE_LOOKAHEAD);
    if (WORD_AFTER.test(after)) continue;
    const scale = SCALES.find(([pattern]) => pattern.test(after))?.[1] ?? 1;
    const percent = PERCENT.test(after);
    for (const { value, unit } of valuesOf(match[0])) {
      mentions.push({ value: value * scale, unit: unit * scale, percent, start: match.index });
    }
  }
  return mentions;
}

/** `1,000` is a thousand; `1.5` and `1,5` are one and a half; `1,2,3` are three numbers; `1.2.3` is none. */
function valuesOf(written: string): readonly { readonly value: number; readonly unit: number }[] {
  if (/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(written)) return [plain(written.replaceAll(",", ""))];
  if (/^\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?$/.test(written) || /^\d{1,3}(?:\.\d{3})+,\d+$/.test(written)) {
    return [plain(written.replaceAll(".", "").replace(",", "."))];
  }
  if (/^\d+(?:\.\d+)?$/.test(written)) return [plain(written)];
  if (/^\d+,\d{1,2}$/.test(written)) return [plain(written.replace(",", "."))];
  return written.includes(".") ? [] : written.split(",").map(plain);
}

function plain(digits: string): { readonly value: number; readonly unit: number } {
  const point = digits.indexOf(".");
  return { value: Number(digits), unit: point === -1 ? 1 : 10 ** (point + 1 - digits.length) };
}
