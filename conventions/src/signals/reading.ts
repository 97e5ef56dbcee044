import type { LlmCall, Message } from "../call.ts";
import type { Text } from "../text.ts";
import { Budget } from "../matcher/budget.ts";
import { Passage } from "./passage.ts";

/** Steps that the users' own patterns may take over one call; some 20 milliseconds. */
const VERIFICATION_STEPS = 1_000_000;

/** A call as the signals read it: each derived piece is computed at first use and shared by all of them. */
export class Reading {
  readonly call: LlmCall;
  /** Where it is spent, texts were not scanned to their ends. */
  readonly budget: Budget;
  #answers: readonly Passage[] | undefined;
  readonly #computed = new Map<unknown, unknown>();
  #whole: boolean | undefined;
  #inputWhole: boolean | undefined;
  #question: { readonly passage: Passage | undefined } | undefined;

  constructor(call: LlmCall, budget = new Budget(VERIFICATION_STEPS)) {
    this.call = call;
    this.budget = budget;
  }

  /** One for each choice. */
  get answers(): readonly Passage[] {
    return (this.#answers ??= this.call.content.output.map((message) => new Passage(message)));
  }

  /**
   * The answer is here from its start to its end. Otherwise what is missing is unknown: it was cut by the emitter or the
   * network, cancelled by the app, or the call failed.
   */
  get whole(): boolean {
    return (this.#whole ??= this.#isWhole());
  }

  /** What a signal computes of the call, once for all signals that want it. */
  once<T>(compute: (reading: Reading) => T): T {
    if (!this.#computed.has(compute)) this.#computed.set(compute, compute(this));
    return this.#computed.get(compute) as T;
  }

  /** The last user message. */
  get question(): Passage | undefined {
    if (this.#question === undefined) {
      const message = this.call.content.input.findLast(({ role }) => role === "user");
      this.#question = { passage: message && new Passage(message) };
    }
    return this.#question.passage;
  }

  /** All that was sent is here. */
  get inputWhole(): boolean {
    return (this.#inputWhole ??= this.#isInputWhole());
  }

  /** Everything the model was given is here: an earlier response that is only referred to by its id is not. */
  get contextWhole(): boolean {
    return this.inputWhole && this.call.request.previousResponseId === undefined;
  }

  /** What the user wrote, in order. */
  get userTexts(): readonly Text[] {
    return textsOf(this.call.content.input.filter((message) => message.role === "user"));
  }

  /** What the app supplied: system instructions and tool results. */
  get suppliedTexts(): readonly Text[] {
    return [...this.call.content.systemInstructions, ...toolResultsOf(this.call.content.input)];
  }

  #isWhole(): boolean {
    const { content, failure, response } = this.call;
    if (content.state === "absent" || failure !== undefined) return false;
    if (response.endReason !== undefined && response.endReason !== "done") return false;
    return !this.#lost(content.output.flatMap(allTexts));
  }

  #isInputWhole(): boolean {
    const { content } = this.call;
    if (content.state === "absent" || content.input.length === 0) return false;
    return !this.#lost([...content.systemInstructions, ...content.input.flatMap(allTexts)]);
  }

  /** Where the content is truncated but no text says that it is the one, any may be. */
  #lost(texts: readonly Text[]): boolean {
    if (texts.some((text) => text.truncated)) return true;
    const { content } = this.call;
    if (content.state !== "truncated") return false;
    const all = [
      ...content.systemInstructions,
      ...content.input.flatMap(allTexts),
      ...content.output.flatMap(allTexts),
    ];
    return !all.some((text) => text.truncated);
  }
}

/** Text parts of messages. */
export function textsOf(messages: readonly Message[]): readonly Text[] {
  return messages.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === "text" ? [part.text] : [])));
}

/** Results of tools, whatever the role of the message that carries them. */
export function toolResultsOf(messages: readonly Message[]): readonly Text[] {
  return messages.flatMap(({ role, parts }) =>
    parts.flatMap((part) => {
      if (part.kind === "tool_result") return [part.text];
      return part.kind === "text" && role === "tool" ? [part.text] : [];
    }),
  );
}

/** Every text of a message, arguments of tool calls included. */
export function allTexts({ parts }: Message): readonly Text[] {
  return parts.flatMap((part) => {
    if (part.kind === "tool_call") return [part.arguments];
    return part.kind === "other" ? [] : [part.text];
  });
}
