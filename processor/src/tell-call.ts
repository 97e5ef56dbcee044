import { callQuality, type SafetyMatch } from "@spanwarden/conventions";

import { evaluationEvents, safetyEvents } from "./emit/call-events.ts";
import type { EmitConfig } from "./emit/emit-config.ts";
import type { Emitter } from "./emit/emitter.ts";
import { evaluationsOf } from "./emit/evaluations.ts";
import type { Metrics } from "./emit/metrics.ts";
import type { Told } from "./judgement.ts";

/** Where what is told of calls goes. */
export interface Teller {
  readonly emitter: Pick<Emitter, "emit">;
  readonly evaluations: EmitConfig["evaluations"];
  /** `undefined` while facts are replayed: they were measured when they came. */
  readonly metrics: () => Pick<Metrics, "call" | "content" | "score"> | undefined;
}

/** Tells of one call by itself, in events and metrics. */
export function tellCall(
  told: Told,
  matches: readonly SafetyMatch[],
  { emitter, evaluations: kinds, metrics }: Teller,
): void {
  if (told.told === "score") {
    metrics()?.score(told);
    return;
  }
  const { call } = told;
  const evaluations = evaluationsOf(call, callQuality({ ...call, failed: call.failure !== undefined }));
  emitter.emit([...evaluationEvents(call, evaluations, kinds), ...safetyEvents(call, matches)]);
  if (told.told === "call") metrics()?.call(call, evaluations);
  else metrics()?.content(call, evaluations);
}
