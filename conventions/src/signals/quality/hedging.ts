import { ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE } from "../../names/attributes.ts";
import type { Passage } from "../passage.ts";
import { sentencesWith } from "../phrases.ts";
import type { Signal } from "../signal.ts";
import { HEDGES } from "./hedges.ts";

/**
 * Share of the sentences, outside fenced code, that hedge; the worst choice counts. Nothing for an answer without
 * sentences and for languages without a list; an answer whose language cannot be told is read as the question's, else as English. From 0 to 1.
 *
 * Blind to doubt in other words, and high for answers that are rightly unsure. Lists written for this, phrases in their common
 * forms. Cost: 10 us for 500 characters.
 */
export const hedging: Signal = {
  name: ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE,
  of(reading) {
    if (!reading.whole) return [];
    const scores = reading.answers
      .map((answer) => scoreOf(answer, reading.question?.language))
      .filter((score) => score !== undefined);
    if (scores.length === 0) return [];
    return [{ name: ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE, value: Math.max(...scores) }];
  },
};

function scoreOf(answer: Passage, asked: string | undefined): number | undefined {
  const hedges = HEDGES[answer.language ?? asked ?? "en"];
  const { sentenceCount } = answer.proseWords;
  if (hedges === undefined || sentenceCount === 0) return undefined;
  return sentencesWith(answer.proseWords, hedges) / sentenceCount;
}
