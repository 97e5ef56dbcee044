import { ATTR_SPANWARDEN_OUTPUT_LANGUAGE_SWITCHED } from "../../names/attributes.ts";
import { detectLanguage } from "../language.ts";
import type { Reading } from "../reading.ts";
import type { Signal } from "../signal.ts";
import { readWords } from "../words.ts";

/** Characters of the instructions and of the question in which a language may be named. */
const LIMIT = 4_000;

/** Names of languages, in their own words and in those they are asked for in, and words for translating. */
const NAMED =
  /translat|übersetz|tradu[czi]|vertaal|tłumacz|çevir|перев[её]|翻译|翻譯|翻訳|번역|ترجم|अनुवाद|language|sprache|langue|idioma|lingua|taal|język|dil(?:de|inde)|язык|语言|言語|언어|لغة|भाषा|english|german|french|spanish|portug|italian|dutch|polish|turkish|russian|chinese|mandarin|japanese|korean|arabic|hindi|swedish|deutsch|englisch|französisch|spanisch|anglais|allemand|français|espagnol|inglés|alemán|francés|español|inglese|tedesco|francese|inglês|alemão|francês|английск|немецк|русск|英语|英文|中文|英語|日本語|영어|한국어|الإنجليزية|العربية|अंग्रेज़ी|हिन्दी|हिंदी/;

/**
 * Whether the first choice is in another language than the last user message: 0 or 1. Nothing where either language cannot
 * be told, and where another one may have been asked for: a language or translation is named in the instructions or the
 * message, the instructions are in the answer's language, or tool results came between.
 *
 * Blind to a switch within the answer, and to relatives that `detectLanguage` takes for one another. Cost: 5 us.
 */
export const languageSwitch: Signal = {
  name: ATTR_SPANWARDEN_OUTPUT_LANGUAGE_SWITCHED,
  of(reading) {
    if (!reading.whole || !reading.inputWhole) return [];
    const answered = reading.answers[0]?.language;
    const asked = reading.question?.language;
    if (answered === undefined || asked === undefined) return [];
    if (answered !== asked && mayBeAskedFor(reading, answered)) return [];
    return [{ name: ATTR_SPANWARDEN_OUTPUT_LANGUAGE_SWITCHED, value: Number(answered !== asked) }];
  },
};

function mayBeAskedFor(reading: Reading, answered: string): boolean {
  const instructions = reading.suppliedTexts.map((text) => text.text().slice(0, LIMIT).toLowerCase());
  const question = reading.question?.lower ?? "";
  // A long message tells what it wants at its start or at its end.
  const texts = [...instructions, question.slice(0, LIMIT), question.slice(-LIMIT)];
  if (texts.some((text) => NAMED.test(text))) return true;
  return instructions.some((text) => detectLanguage(text, readWords(text)) === answered);
}
