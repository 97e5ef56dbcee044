import { ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE } from "../../names/attributes.ts";
import type { Passage } from "../passage.ts";
import { phrases, type Phrases, sentencesWith } from "../phrases.ts";
import type { Signal } from "../signal.ts";

/** Words with which an answer withdraws from its own statement. A bare `may` or `could` is not among them: too common. */
const HEDGES: Readonly<Record<string, Phrases>> = {
  en: phrases(
    [
      "i think",
      "i believe",
      "i guess",
      "i suppose",
      "i assume",
      "i suspect",
      "i'm guessing",
      "if i recall",
      "i might be",
    ],
    ["i'm not sure", "i am not sure", "not entirely sure", "not completely sure", "not totally sure", "not 100 sure"],
    [
      "i'm not certain",
      "i am not certain",
      "not entirely certain",
      "can't be certain",
      "cannot be certain",
      "can't be sure",
    ],
    [
      "i'm unsure",
      "i am unsure",
      "i don't know",
      "i do not know",
      "i could be wrong",
      "i may be wrong",
      "i might be wrong",
    ],
    ["i can't say for", "i cannot say for", "i can't confirm", "i cannot confirm", "i can't verify", "i cannot verify"],
    ["i can't guarantee", "i cannot guarantee", "as far as i", "to the best of my", "my understanding is"],
    [
      "it seems",
      "it appears",
      "it would seem",
      "it would appear",
      "it looks like",
      "seems to be",
      "appears to be",
      "seem to be",
    ],
    [
      "it is possible",
      "it's possible",
      "it is likely",
      "it's likely",
      "is possible that",
      "there is a chance",
      "there's a chance",
    ],
    ["perhaps", "maybe", "possibly", "probably", "presumably", "supposedly", "arguably", "conceivably"],
    [
      "might be",
      "might have",
      "might not",
      "may be",
      "may not be",
      "may or may not",
      "could be",
      "could possibly",
      "could potentially",
    ],
    [
      "it depends",
      "that depends",
      "this depends",
      "hard to say",
      "difficult to say",
      "hard to tell",
      "difficult to tell",
    ],
    [
      "not clear",
      "unclear",
      "uncertain",
      "not necessarily",
      "in some cases",
      "more or less",
      "sort of",
      "kind of unclear",
    ],
    [
      "may vary",
      "can vary",
      "might vary",
      "not be accurate",
      "double check",
      "please verify",
      "please check with",
      "i'd recommend checking",
    ],
    [
      "i would recommend checking",
      "without more information",
      "without more context",
      "without further information",
      "roughly speaking",
    ],
  ),
  de: phrases(
    [
      "vielleicht",
      "möglicherweise",
      "wahrscheinlich",
      "vermutlich",
      "eventuell",
      "unter umständen",
      "ich glaube",
      "ich denke",
    ],
    [
      "ich vermute",
      "ich bin nicht sicher",
      "nicht ganz sicher",
      "bin mir nicht sicher",
      "ich weiß nicht",
      "es scheint",
      "scheint zu",
    ],
    ["könnte sein", "kann sein", "kommt darauf an", "schwer zu sagen", "unklar", "soweit ich weiß", "es ist möglich"],
  ),
  fr: phrases(
    ["probablement", "sans doute", "éventuellement", "je crois", "je pense", "je suppose", "je ne suis pas sûr"],
    [
      "je ne suis pas sûre",
      "je ne suis pas certain",
      "je ne sais pas",
      "il semble",
      "il semblerait",
      "semble être",
      "pourrait être",
    ],
    ["il est possible", "ça dépend", "cela dépend", "difficile à dire", "pas clair", "à ma connaissance"],
  ),
  es: phrases(
    [
      "quizás",
      "quizá",
      "tal vez",
      "posiblemente",
      "probablemente",
      "a lo mejor",
      "creo que",
      "pienso que",
      "supongo que",
    ],
    [
      "no estoy seguro",
      "no estoy segura",
      "no sé",
      "no lo sé",
      "parece que",
      "parece ser",
      "podría ser",
      "puede que",
      "es posible",
    ],
    ["depende de", "difícil de decir", "no está claro", "hasta donde sé"],
  ),
};

/**
 * Share of the sentences, outside fenced code, that hedge; the worst choice counts. Nothing for an answer without
 * sentences and for languages without a list; an answer whose language cannot be told is read as English.
 */
export const hedging: Signal = {
  name: ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE,
  of(reading) {
    if (!reading.whole) return [];
    const scores = reading.answers.map(scoreOf).filter((score) => score !== undefined);
    if (scores.length === 0) return [];
    return [{ name: ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE, value: Math.max(...scores) }];
  },
};

function scoreOf(answer: Passage): number | undefined {
  const hedges = HEDGES[answer.language ?? "en"];
  const { sentenceCount } = answer.proseWords;
  if (hedges === undefined || sentenceCount === 0) return undefined;
  return sentencesWith(answer.proseWords, hedges) / sentenceCount;
}
