import type { LlmCall } from "@spanwarden/conventions";

import { Reading } from "../../src/signals/reading.ts";
import type { Signal, SignalOptions } from "../../src/signals/signal.ts";

/** The number or word that a signal yields of a call; `undefined` where it yields nothing. */
export function valueOf(signal: Signal, call: LlmCall, options: SignalOptions = {}): number | string | undefined {
  const [observation] = signal.of(new Reading(call), options);
  if (observation === undefined) return undefined;
  return "value" in observation ? observation.value : observation.label;
}
