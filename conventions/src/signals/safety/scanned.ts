import type { Message } from "../../call.ts";
import type { SafetyOrigin, SafetySource } from "../../observation.ts";
import type { Text } from "../../text.ts";
import { type Reading, textsOf, toolResultsOf } from "../reading.ts";
import type { SafetyRule } from "./safety-rule.ts";
import { type Unescaped, unescaped } from "./unescaped.ts";

/** The texts of one source, as rules look at them: joined by line feeds, escapes resolved. */
export class Scanned {
  readonly source: SafetySource;
  readonly plain: Unescaped;
  /** Where all that it holds came from; `undefined` where that has to be looked for. */
  readonly origin: SafetyOrigin | undefined;
  readonly #language: () => string | undefined;

  constructor(
    source: SafetySource,
    texts: readonly Text[],
    origin: SafetyOrigin | undefined,
    language: () => string | undefined,
  ) {
    this.source = source;
    this.plain = unescaped(joined(texts));
    this.origin = origin;
    this.#language = language;
  }

  /** What went in is recorded, whatever a rule's class: what comes out pages. */
  get isInput(): boolean {
    return this.source === "input" || this.source === "tool_output";
  }

  /** Whether a rule looks at this side, and at texts of this language. */
  admits({ where, languages }: SafetyRule): boolean {
    if (where !== undefined && !where.includes(this.isInput ? "input" : "output")) {
      if (this.source !== "tool_output" || !where.includes("tool_output")) return false;
    }
    if (languages === undefined) return true;
    const language = this.#language();
    return language === undefined || languages.some((tag) => language === tag || language === tag.split("-", 1)[0]);
  }
}

/** What is looked at of a call: all answers, and what the last turn put in. */
export function scannedTexts(reading: Reading): readonly Scanned[] {
  const { output, input } = reading.call.content;
  const lastTurn = input.slice(input.findLastIndex(({ role }) => role === "assistant") + 1);
  const users = textsOf(lastTurn.filter(({ role }) => role === "user"));
  const answered = (): string | undefined => reading.answers[0]?.language;
  const asked = (): string | undefined => reading.question?.language;
  return [
    new Scanned("output", output.flatMap(shownTexts), undefined, answered),
    new Scanned("tool_input", output.flatMap(argumentsOf), undefined, answered),
    new Scanned("input", users, "echo", asked),
    new Scanned("tool_output", toolResultsOf(lastTurn), "disclosed", asked),
  ].filter(({ plain }) => plain.text !== "");
}

/** Texts as offsets count in them. */
export function joined(texts: readonly Text[]): string {
  return texts.map((text) => text.text()).join("\n");
}

/** What is delivered: text, and a refusal's. */
function shownTexts({ parts }: Message): readonly Text[] {
  return parts.flatMap((part) => (part.kind === "text" || part.kind === "refusal" ? [part.text] : []));
}

function argumentsOf({ parts }: Message): readonly Text[] {
  return parts.flatMap((part) => (part.kind === "tool_call" ? [part.arguments] : []));
}
