/** The words of a text as 32-bit hashes, read once and shared by all signals that look at words. */
export interface Words {
  readonly hashes: Uint32Array;
  /** Number of the sentence each word stands in. */
  readonly sentences: Uint32Array;
  readonly sentenceCount: number;
}

/** Characters read of one text; the rest adds nothing to a share or a fingerprint. */
const LIMIT = 262_144;

const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

const NEWLINE = 0x0a;
const APOSTROPHE = 0x27;

/** Reads a text that is already in lower case. A word is a run of letters and digits, or one ideograph. */
export function readWords(lower: string): Words {
  const length = Math.min(lower.length, LIMIT);
  const hashes = new Uint32Array(length);
  const sentences = new Uint32Array(length);
  let count = 0;
  let sentence = 0;
  let inSentence = false;
  for (let at = 0; at < length;) {
    const code = lower.charCodeAt(at);
    if (isLetter(code)) {
      const end = isIdeograph(code) ? at + 1 : endOfWord(lower, at, length);
      hashes[count] = hashWord(lower, at, end);
      sentences[count++] = sentence;
      inSentence = true;
      at = end;
      continue;
    }
    at++;
    if (inSentence && endsSentence(code, lower.charCodeAt(at))) {
      sentence++;
      inSentence = false;
    }
  }
  return {
    hashes: hashes.subarray(0, count),
    sentences: sentences.subarray(0, count),
    sentenceCount: sentence + Number(inSentence),
  };
}

/** FNV-1a over UTF-16 code units. */
export function hashWord(text: string, start = 0, end = text.length): number {
  let hash = FNV_BASIS;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
  return hash >>> 0;
}

function endOfWord(lower: string, start: number, length: number): number {
  let at = start + 1;
  while (at < length) {
    const code = lower.charCodeAt(at);
    const inside = code === APOSTROPHE ? isLetter(lower.charCodeAt(at + 1)) : isLetter(code) && !isIdeograph(code);
    if (!inside) break;
    at++;
  }
  return at;
}

function isLetter(code: number): boolean {
  if (code < 0x80) return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
  if (code < 0xc0) return code === 0xaa || code === 0xb5 || code === 0xba;
  if (OTHER_MARKS.has(code)) return false;
  // Punctuation, symbols, arrows, box drawing; CJK punctuation; full-width punctuation.
  return !((code >= 0x2000 && code <= 0x2bff) || (code >= 0x3000 && code <= 0x3004) || isFullWidthMark(code));
}

function isFullWidthMark(code: number): boolean {
  return (code >= 0x3008 && code <= 0x3020) || (code >= 0xff00 && code <= 0xff0f) || (code >= 0xff1a && code <= 0xff20);
}

/** Multiplication, division; Arabic comma, semicolon, question mark, percent and full stop; danda. */
const OTHER_MARKS: ReadonlySet<number> = new Set([0xd7, 0xf7, 0x60c, 0x61b, 0x61f, 0x66a, 0x6d4, 0x964, 0x965]);

/** Scripts written without spaces: Thai, kana, Han. */
function isIdeograph(code: number): boolean {
  return (code >= 0x0e00 && code <= 0x0e7f) || (code >= 0x3040 && code <= 0x30ff) || (code >= 0x3400 && code <= 0x9fff);
}

/** `.`, `!` and `?` end a sentence before white space, a quote or a bracket: the point of 3.5 does not. */
function endsSentence(code: number, next: number): boolean {
  if (code === NEWLINE || code === 0x3002 || code === 0xff01 || code === 0xff1f) return true;
  if (code === 0x61f || code === 0x6d4 || code === 0x964) return true;
  if (code !== 0x2e && code !== 0x21 && code !== 0x3f) return false;
  return !(next > 0x2a && next !== 0x5d && next !== 0x201d);
}
