import { ATTR_SPANWARDEN_OUTPUT_REFUSAL } from "../../names/attributes.ts";
import { finishedByFilter } from "../finish-reason.ts";
import type { Passage } from "../passage.ts";
import type { Reading } from "../reading.ts";
import type { Signal } from "../signal.ts";
import { CUES, REFUSED } from "./refusal-cues.ts";
import type { Cue } from "./refusal-other-languages.ts";

/** Characters of the answer in which a refusal shows, after white space is made single. */
const OPENING = 400;

/**
 * Whether the model, in any choice, declined to answer: it says so with a refusal part or a finish reason, or the
 * opening of its answer does in words. Nothing for an answer in a language without cues, for an empty one, and where the
 * opening is not all here and shows no refusal. 0 or 1.
 *
 * Blind to a refusal after a long opening, and to disapproval in languages other than English. English cues were weighed on
 * answers labelled by people (F1 in docs/accuracy.md); the others were written for plain first-person refusals and are
 * unmeasured. Cost: 20 us, whatever the length.
 */
export const refusal: Signal = {
  name: ATTR_SPANWARDEN_OUTPUT_REFUSAL,
  of(reading) {
    const { call, answers } = reading;
    if (call.failure !== undefined) return [];
    if (finishedByFilter(call)) return flag(1, "finish reason");
    if (answers.some((answer) => answer.has("refusal"))) return flag(1, "refusal part");
    const verdicts = answers.map((answer) => judge(answer, reading));
    if (verdicts.includes(true)) return flag(1, "wording");
    return verdicts.length > 0 && !verdicts.includes(undefined) ? flag(0) : [];
  },
};

function flag(value: 0 | 1, reason?: string): readonly [{ name: string; value: number; reason?: string }] {
  return [{ name: ATTR_SPANWARDEN_OUTPUT_REFUSAL, value, ...(reason !== undefined && { reason }) }];
}

function judge(answer: Passage, reading: Reading): boolean | undefined {
  const opening = openingOf(answer.prose);
  if (opening.length === 0)
    return reading.whole && (answer.holdsMore || answer.text.trim().length > 0) ? false : undefined;
  const cues = CUES[answer.language ?? reading.question?.language ?? "en"];
  if (cues === undefined) return undefined;
  if (weigh(opening, cues) >= REFUSED) return true;
  return reading.whole || opening.length >= OPENING ? false : undefined;
}

/** The sum of the weights of the cues that occur. */
function weigh(opening: string, cues: readonly Cue[]): number {
  return cues.reduce((sum, [weight, pattern]) => (sum < REFUSED && pattern.test(opening) ? sum + weight : sum), 0);
}

/** Cut before it is cleaned, so that a long answer costs no more than a short one. */
function openingOf(prose: string): string {
  return prose
    .slice(0, 2 * OPENING)
    .replaceAll(/[*_#>\s]+/g, " ")
    .trim()
    .slice(0, OPENING);
}
