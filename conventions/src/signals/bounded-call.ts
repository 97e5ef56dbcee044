import type { CallContent, LlmCall, Message, MessagePart } from "../call.ts";
import { allTexts } from "./reading.ts";
import { decodedText, type Text } from "../text.ts";

/** Characters of all answers together that are read. */
export const OUTPUT_LIMIT = 262_144;
/** Characters of system instructions and input messages together that are read, the last message first. */
export const INPUT_LIMIT = 1_048_576;

/** A call of which no more is left to read than the limits allow, and which of its sides that cut. */
export interface BoundedCall {
  readonly call: LlmCall;
  readonly inputCut: boolean;
  readonly outputCut: boolean;
}

/** What lies beyond a limit is left out and its text marked as truncated, so that signals treat it as unknown. */
export function boundedCall(call: LlmCall): BoundedCall {
  const { content } = call;
  // Where it is not known which text the emitter cut, it may be any, also after one of ours is marked.
  const unsure = content.state === "truncated" && !isMarked(content);
  const output = new Budget(OUTPUT_LIMIT, unsure);
  const input = new Budget(INPUT_LIMIT, unsure);
  const bounded = {
    ...content,
    output: content.output.map((message) => boundedMessage(message, output)),
    input: content.input
      .toReversed()
      .map((message) => boundedMessage(message, input))
      .toReversed(),
    systemInstructions: content.systemInstructions.map((text) => input.take(text)),
  };
  if (!input.exceeded && !output.exceeded) return { call, inputCut: false, outputCut: false };
  return {
    call: { ...call, content: { ...bounded, state: content.state === "absent" ? "absent" : "truncated" } },
    inputCut: input.exceeded,
    outputCut: output.exceeded,
  };
}

function isMarked({ systemInstructions, input, output }: CallContent): boolean {
  return [...systemInstructions, ...[...input, ...output].flatMap(allTexts)].some(({ truncated }) => truncated);
}

class Budget {
  exceeded = false;
  readonly #unsure: boolean;
  #left: number;

  constructor(characters: number, unsure: boolean) {
    this.#left = characters;
    this.#unsure = unsure;
  }

  take(text: Text): Text {
    const { length } = text.text();
    if (length <= this.#left) {
      this.#left -= length;
      return this.#unsure ? decodedText(text.text(), true) : text;
    }
    this.exceeded = true;
    const part = decodedText(text.text().slice(0, this.#left), true);
    this.#left = 0;
    return part;
  }
}

function boundedMessage(message: Message, budget: Budget): Message {
  return { ...message, parts: message.parts.map((part) => boundedPart(part, budget)) };
}

function boundedPart(part: MessagePart, budget: Budget): MessagePart {
  if (part.kind === "other") return part;
  if (part.kind === "tool_call") return { ...part, arguments: budget.take(part.arguments) };
  return { ...part, text: budget.take(part.text) };
}
