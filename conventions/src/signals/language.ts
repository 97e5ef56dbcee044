import { hashWord, type Words } from "./words.ts";

/** Frequent words of the languages told apart by them; a word may belong to several. */
const STOP_WORDS: Readonly<Record<string, string>> = {
  en: "the of and to is that it for you with this are be on as not have was can at from i your or an will but by if they we has what which there do would their i'm it's don't can't all when how more these also should could may any so",
  de: "der die und das ist nicht ein eine zu den mit von sich auf für des dem im sie es ich auch als wie wird bei oder aus einer einem kann sind wir aber nach werden haben einen zum zur wenn durch diese über mehr nur noch um ihre können",
  fr: "le la les et des est une un du que pour dans qui ne pas en sur au avec ce il plus par je vous sont nous mais ou cette être c'est d'un d'une l'on qu'il j'ai n'est comme aux ces ont votre peut leur si",
  es: "el la los las de que y en un una es por con para no se del su al lo como más o pero sus este esta son está muy puede ser también entre cuando ha sobre hay si qué usted sin tiene",
  it: "il di che la è e un una per non in con sono del della le gli dei si da al come più questo anche nel alla delle ma lo dal essere ha tra i puoi può sua suo o se nella questa",
  pt: "o de que e do da em um para é com não uma os no se na por mais as dos como mas foi ao das tem à seu sua ou ser quando muito nos já está eu também pelo pela isso são você pode ele",
  nl: "de het een van en is dat niet te op zijn voor met die aan er om ook als bij maar door dan nog naar uit wordt kan dit heeft of hebben worden meer deze je ik wel over zo geen kunnen",
  pl: "i w na się nie z do to jest że o jak ale za od po co tak dla przez jego są czy tylko oraz może przy także który która być ich lub można tego już bardzo gdy te",
  sv: "och att det som en på är av för med den till inte om ett har de jag var så kan från men vi eller hur man när ska också detta vara han sig mycket alla nu finns bli denna",
  tr: "ve bir bu için ile da de çok daha olarak en gibi olan kadar ne sonra ama değil her ya ben o var mı veya bunu şekilde olduğu nasıl ise tarafından sen biz göre",
};

const LANGUAGES = Object.keys(STOP_WORDS);

/** Bit n is set where the word is a stop word of `LANGUAGES[n]`. */
const LANGUAGES_OF_WORD: ReadonlyMap<number, number> = compile();

/** Words looked at. */
const SAMPLE = 400;
/** Fewer stop words than this say nothing. */
const LEAST_HITS = 3;
/** Share of the words that must be stop words: code, tables and names stay unknown. */
const LEAST_SHARE = 0.1;
/** The best must beat the second best by this factor. */
const LEAST_LEAD = 1.25;

/** Characters looked at for the script. */
const SCRIPT_SAMPLE = 2_000;

/** First and last code unit, language. Scripts that several languages share stand for the one most written in them. */
const SCRIPTS: readonly (readonly [number, number, string])[] = [
  [0x0370, 0x03ff, "el"],
  [0x0400, 0x052f, "ru"],
  [0x0590, 0x05ff, "he"],
  [0x0600, 0x06ff, "ar"],
  [0x0900, 0x097f, "hi"],
  [0x0e00, 0x0e7f, "th"],
  [0x3040, 0x30ff, "ja"],
  [0x3400, 0x9fff, "zh"],
  [0xac00, 0xd7a3, "ko"],
];

/**
 * The language a text is mostly written in, as a BCP 47 tag; `undefined` where it cannot be told.
 * By script, else by stop words. Cheap rather than fine: relatives outside the list may be taken for one in it.
 */
export function detectLanguage(lower: string, words: Words): string | undefined {
  return byScript(lower) ?? byStopWords(words.hashes);
}

/** Whether the word is one of the frequent ones of a language, which say nothing of what a text is about. */
export function isStopWord(hash: number): boolean {
  return LANGUAGES_OF_WORD.has(hash);
}

function byScript(lower: string): string | undefined {
  const counts = new Map<string, number>();
  let latin = 0;
  const end = Math.min(lower.length, SCRIPT_SAMPLE);
  for (let at = 0; at < end; at++) {
    const code = lower.charCodeAt(at);
    if (code < 0x370) {
      if (code >= 0x61) latin++;
      continue;
    }
    const script = SCRIPTS.find(([first, last]) => code >= first && code <= last);
    if (script !== undefined) counts.set(script[2], (counts.get(script[2]) ?? 0) + 1);
  }
  // Japanese mixes kana with Han, so a share of kana decides for it.
  const han = counts.get("zh") ?? 0;
  const kana = counts.get("ja") ?? 0;
  if (han > 0 && kana > 0) {
    const japanese = kana * 5 > han;
    counts.set(japanese ? "ja" : "zh", han + kana);
    counts.delete(japanese ? "zh" : "ja");
  }
  for (const [language, count] of counts) if (count > 1 && count > latin) return language;
  return undefined;
}

function byStopWords(hashes: Uint32Array): string | undefined {
  const sampled = Math.min(hashes.length, SAMPLE);
  const hits = Array.from(LANGUAGES, () => 0);
  for (let at = 0; at < sampled; at++) {
    let bits = LANGUAGES_OF_WORD.get(hashes[at] ?? 0) ?? 0;
    for (let n = 0; bits !== 0; n++, bits >>>= 1) if ((bits & 1) === 1) hits[n] = (hits[n] ?? 0) + 1;
  }
  const best = Math.max(...hits);
  if (best < LEAST_HITS || best < LEAST_SHARE * sampled) return undefined;
  const rivals = hits.filter((count) => count * LEAST_LEAD > best);
  return rivals.length === 1 ? LANGUAGES[hits.indexOf(best)] : undefined;
}

function compile(): Map<number, number> {
  const compiled = new Map<number, number>();
  for (const [n, language] of LANGUAGES.entries()) {
    for (const word of STOP_WORDS[language]?.split(" ") ?? []) {
      const hash = hashWord(word);
      compiled.set(hash, (compiled.get(hash) ?? 0) | (1 << n));
    }
  }
  return compiled;
}
