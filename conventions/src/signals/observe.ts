import type { LlmCall } from "../call.ts";
import type { Observation } from "../observation.ts";
import { type BoundedCall, boundedCall } from "./bounded-call.ts";
import { inputEnding } from "./input/input-ending.ts";
import { inputFingerprint } from "./input/input-fingerprint.ts";
import { inputLanguage } from "./input/input-language.ts";
import { inputLength } from "./input/input-length.ts";
import { ending, opening } from "./quality/edges.ts";
import { formatClass } from "./quality/format-class.ts";
import { formatCompliance } from "./quality/format-compliance.ts";
import { grounding } from "./quality/grounding.ts";
import { hedging } from "./quality/hedging.ts";
import { inconsistentNumbers } from "./quality/inconsistent-numbers.ts";
import { languageSwitch } from "./quality/language-switch.ts";
import { outputFingerprint } from "./quality/output-fingerprint.ts";
import { outputLanguage } from "./quality/output-language.ts";
import { outputLength } from "./quality/output-length.ts";
import { refusal } from "./quality/refusal.ts";
import { repetition } from "./quality/repetition.ts";
import { invalidToolCalls } from "./quality/tool-calls.ts";
import { unsupportedNumbers } from "./quality/unsupported-numbers.ts";
import { Reading } from "./reading.ts";
import { safetyRules } from "./safety/safety-rules.ts";
import type { Signal, SignalOptions } from "./signal.ts";

/** `spanwarden.signals.version`: raised whenever a signal may give another value for the same call. */
export const SIGNALS_VERSION = "2";

/** What the signals say of one call. */
export interface Observed {
  readonly observations: readonly Observation[];
  /** Attribute names of the signals that did not see all they read, or failed: `spanwarden.signals.incomplete`. */
  readonly incomplete: readonly string[];
}

interface Entry {
  readonly signal: Signal;
  readonly reads: "input" | "output" | "both";
}

const ENTRIES: readonly Entry[] = [
  { signal: inputLength, reads: "input" },
  { signal: inputLanguage, reads: "input" },
  { signal: inputEnding, reads: "input" },
  { signal: inputFingerprint, reads: "input" },
  { signal: outputLength, reads: "output" },
  { signal: outputLanguage, reads: "output" },
  { signal: languageSwitch, reads: "both" },
  { signal: outputFingerprint, reads: "output" },
  { signal: formatClass, reads: "output" },
  { signal: opening, reads: "output" },
  { signal: ending, reads: "output" },
  { signal: formatCompliance, reads: "output" },
  { signal: refusal, reads: "output" },
  { signal: hedging, reads: "output" },
  { signal: repetition, reads: "output" },
  { signal: inconsistentNumbers, reads: "output" },
  { signal: unsupportedNumbers, reads: "both" },
  { signal: grounding, reads: "both" },
  { signal: invalidToolCalls, reads: "output" },
  { signal: safetyRules, reads: "both" },
];

/**
 * Everything that can be told from a call alone. What the call already bears stays as it is, and only signals whose
 * attribute is missing are computed. Never throws: a signal that fails is left out and named.
 *
 * Of very long texts a part is read (`OUTPUT_LIMIT`, `INPUT_LIMIT`); a signal that could not do with it is named.
 */
export function observe(call: LlmCall, options: SignalOptions = {}): Observed {
  const borne = new Set(call.observations.map(({ name }) => name));
  const missing = ENTRIES.filter(({ signal }) => !borne.has(signal.name));
  const observations = [...call.observations];
  const incomplete: string[] = [];
  const bounded = boundedOrUndefined(call);
  if (bounded === undefined) return { observations, incomplete: missing.map(({ signal }) => signal.name) };
  const reading = new Reading(bounded.call);
  for (const { signal, reads } of missing) {
    const found = run(signal, reading, options);
    observations.push(...(found ?? []));
    if (found === undefined || (wasCut(bounded, reads) && !isComplete(found))) incomplete.push(signal.name);
    else if (signal === safetyRules && reading.budget.spent) incomplete.push(signal.name);
  }
  return { observations, incomplete };
}

function run(signal: Signal, reading: Reading, options: SignalOptions): readonly Observation[] | undefined {
  try {
    return signal.of(reading, options);
  } catch {
    return undefined;
  }
}

/** A text that cannot be decoded fails here, before any signal sees it. */
function boundedOrUndefined(call: LlmCall): BoundedCall | undefined {
  try {
    return boundedCall(call);
  } catch {
    return undefined;
  }
}

function wasCut({ inputCut, outputCut }: BoundedCall, reads: Entry["reads"]): boolean {
  return (inputCut && reads !== "output") || (outputCut && reads !== "input");
}

/** A signal that yields a value from a part says that the rest does not matter to it; a list of matches never does. */
function isComplete(found: readonly Observation[]): boolean {
  return found.length > 0 && !found.some(({ name }) => name === safetyRules.name);
}
