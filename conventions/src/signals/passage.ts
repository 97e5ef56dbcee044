import type { Message } from "../call.ts";
import { detectLanguage } from "./language.ts";
import { readWords, type Words } from "./words.ts";

const FENCE = "```";

/** One message as the signals read it; what several of them need is computed at first use and kept. */
export class Passage {
  readonly message: Message;
  #text: string | undefined;
  #json: { readonly value: unknown } | "none" | undefined;
  readonly #computed = new Map<unknown, unknown>();
  #lower: string | undefined;
  #prose: string | undefined;
  #words: Words | undefined;
  #proseWords: Words | undefined;
  #language: { readonly tag: string | undefined } | undefined;

  constructor(message: Message) {
    this.message = message;
  }

  /** What a reader sees: all text parts on end, without reasoning. */
  get text(): string {
    return (this.#text ??= this.message.parts.map((part) => (part.kind === "text" ? part.text.text() : "")).join(""));
  }

  /** What the whole text says as JSON; `undefined` where it is none. */
  get json(): { readonly value: unknown } | undefined {
    this.#json ??= parsedJson(this.text.trim()) ?? "none";
    return this.#json === "none" ? undefined : this.#json;
  }

  /** In lower case, typographic apostrophes straightened. */
  get lower(): string {
    return (this.#lower ??= this.text.toLowerCase().replaceAll("’", "'"));
  }

  /** `lower` without fenced code. */
  get prose(): string {
    return (this.#prose ??= withoutFences(this.lower));
  }

  /** What a signal computes of the passage, once for all signals that want it. */
  once<T>(compute: (passage: Passage) => T): T {
    if (!this.#computed.has(compute)) this.#computed.set(compute, compute(this));
    return this.#computed.get(compute) as T;
  }

  /** `prose` in the case it was written in. */
  get writtenProse(): string {
    return withoutFences(this.text);
  }

  get words(): Words {
    return (this.#words ??= readWords(this.lower));
  }

  get proseWords(): Words {
    return (this.#proseWords ??= this.prose === this.lower ? this.words : readWords(this.prose));
  }

  /** BCP 47 tag; `undefined` where it cannot be told. */
  get language(): string | undefined {
    return (this.#language ??= { tag: detectLanguage(this.prose, this.proseWords) }).tag;
  }

  /** The emitter cut one of its texts. */
  get truncated(): boolean {
    return this.message.parts.some((part) => part.kind === "text" && part.text.truncated);
  }

  /** It holds something other than text and reasoning: a tool call, an image, a refusal of its own. */
  get holdsMore(): boolean {
    return this.has("tool_call") || this.has("refusal") || this.has("other");
  }

  has(kind: Message["parts"][number]["kind"]): boolean {
    return this.message.parts.some((part) => part.kind === kind);
  }
}

function parsedJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** An open fence at the end counts as closed there. */
function withoutFences(text: string): string {
  if (!text.includes(FENCE)) return text;
  return text
    .split(FENCE)
    .filter((_, n) => n % 2 === 0)
    .join("\n");
}
