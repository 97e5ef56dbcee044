import type { LlmCall, Message } from "../../call.ts";
import { detectLanguage } from "../language.ts";
import type { Reading } from "../reading.ts";
import { hashWord, readWords } from "../words.ts";

/** Characters of the context that are read; of a longer one nothing is said. */
const LIMIT = 65_536;
/** A context of fewer words is a question, not a source. */
const LEAST_WORDS = 40;
/** First letters by which longer words are compared too, so that an ending more or less does not matter. */
const STEM = 5;
const STEM_FROM = 6;

/** The words of all that the model was given to answer from. */
export interface ContextWords {
  readonly language: string | undefined;
  /** By the hash of the word in lower case, or of its first letters. */
  has(word: string): boolean;
}

/** `undefined` where the call bears no context worth the name, or more than is read. */
export function contextWords({ call }: Reading): ContextWords | undefined {
  const texts = contextTexts(call);
  if (texts.reduce((sum, { length }) => sum + length, 0) > LIMIT) return undefined;
  const text = texts.join("\n").toLowerCase().replaceAll("’", "'");
  const words = readWords(text);
  if (words.hashes.length < LEAST_WORDS) return undefined;
  const known = new Set(words.hashes);
  let stems: ReadonlySet<number> | undefined;
  return {
    language: detectLanguage(text, words),
    has: (word) => {
      if (known.has(hashWord(word))) return true;
      if (word.length < STEM_FROM) return false;
      return (stems ??= stemsOf(text)).has(hashWord(word, 0, STEM));
    },
  };
}

function stemsOf(text: string): ReadonlySet<number> {
  const stems = new Set<number>();
  for (const { index } of text.matchAll(/(?<![\p{L}\p{N}])[\p{L}\p{N}]{5}/gu))
    stems.add(hashWord(text, index, index + STEM));
  return stems;
}

/** Instructions, messages and tool results, earlier turns too; what the model thought is no source. */
function contextTexts({ content }: LlmCall): readonly string[] {
  return [...content.systemInstructions.map((text) => text.text()), ...content.input.flatMap(sourcesOf)];
}

function sourcesOf({ parts }: Message): readonly string[] {
  return parts.flatMap((part) => (part.kind === "text" || part.kind === "tool_result" ? [part.text.text()] : []));
}
