import { ATTR_SPANWARDEN_OUTPUT_GROUNDING_SCORE } from "../../names/attributes.ts";
import { isStopWord } from "../language.ts";
import type { Passage } from "../passage.ts";
import type { Reading } from "../reading.ts";
import type { Signal } from "../signal.ts";
import { hashWord } from "../words.ts";
import { type ContextWords, contextWords } from "./context-words.ts";
import { numberSupport } from "./number-support.ts";
import { claimedNumbers } from "./unsupported-numbers.ts";

/** Sentences looked at in one answer. */
const LIMIT = 400;
/** Characters of a sentence that are read. */
const SENTENCE = 1_000;
/** Content words from which a sentence is a claim, and the share of them that must be in the context. */
const LEAST_CONTENT = 4;
const LEAST_COVERED = 0.4;
/** Letters of a word that can say what a text is about. */
const LETTERS = 4;

const SENTENCE_END = /(?<=[.!?…]["'”)]?)\s+|\n+|(?<=[。！？])/;
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'’]*/gu;
const CAPITAL = /^\p{Lu}/u;
/** Its nouns are in capitals, so that a capital is no sign of a name. */
const CAPITAL_NOUNS = new Set(["de"]);

/**
 * Share of the answer's claims that the context bears out, from 0 to 1; the worst choice counts. Its claims are its names
 * and numbers, each once; where it has none, its sentences of four content words and more, of which 0.4 must be in the
 * context. The context is all that was sent: instructions, messages, tool results, earlier turns. Nothing for one of fewer
 * than 40 words or more than 65,536 characters, or one that is not all here.
 *
 * Blind to words of the context put together wrongly, and to names that begin a sentence. Low for answers that are meant
 * to go beyond the context (code, fiction, advice), so that it means something only beside what is usual of a cell.
 * Names are told by their capitals, hence not in German or in scripts without; content words count within one language.
 * Cost: 5 us for a call without a context, 0.1 ms for 500 characters of answer and 4,000 of context.
 */
export const grounding: Signal = {
  name: ATTR_SPANWARDEN_OUTPUT_GROUNDING_SCORE,
  of(reading) {
    if (!reading.whole || !reading.contextWhole) return [];
    const context = reading.once(contextWords);
    if (context === undefined) return [];
    const scores = reading.answers.map((answer) => scoreOf(answer, context, reading)).filter((s) => s !== undefined);
    return scores.length === 0 ? [] : [{ name: ATTR_SPANWARDEN_OUTPUT_GROUNDING_SCORE, value: Math.min(...scores) }];
  },
};

function scoreOf(answer: Passage, context: ContextWords, reading: Reading): number | undefined {
  const sentences = sentencesOf(answer);
  const names = new Set(sentences.flatMap((sentence) => sentence.names));
  const numbers = new Map(answer.once(claimedNumbers).map((number) => [number.value, number]));
  if (names.size + numbers.size > 0) {
    const support = numbers.size > 0 ? reading.once(numberSupport) : undefined;
    const named = [...names].filter((name) => context.has(name)).length;
    const counted = [...numbers.values()].filter((number) => support?.has(number)).length;
    return (named + counted) / (names.size + numbers.size);
  }
  if (answer.language === undefined || answer.language !== context.language) return undefined;
  const claims = sentences.filter(({ content }) => content.length >= LEAST_CONTENT);
  const borne = claims.filter(
    ({ content }) => content.filter((word) => context.has(word)).length >= LEAST_COVERED * content.length,
  );
  return claims.length === 0 ? undefined : borne.length / claims.length;
}

interface Sentence {
  /** In lower case. */
  readonly names: readonly string[];
  readonly content: readonly string[];
}

function sentencesOf(answer: Passage): readonly Sentence[] {
  const capitals = !CAPITAL_NOUNS.has(answer.language ?? "");
  return answer.writtenProse
    .split(SENTENCE_END, LIMIT)
    .filter((sentence) => sentence.trim().length > 0)
    .map((sentence) => sentenceOf(sentence.slice(0, SENTENCE), capitals));
}

function sentenceOf(sentence: string, capitals: boolean): Sentence {
  const names: string[] = [];
  const content: string[] = [];
  let first = true;
  for (const [word] of sentence.matchAll(WORD)) {
    const starts = first;
    first = false;
    const lower = word.toLowerCase().replaceAll("’", "'").replace(/'s?$/, "");
    if (/^\d/.test(word) || isStopWord(hashWord(lower))) continue;
    if (capitals && !starts && word.length > 1 && CAPITAL.test(word)) names.push(lower);
    else if (lower.length >= LETTERS) content.push(lower);
  }
  return { names, content };
}
