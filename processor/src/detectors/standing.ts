import type { Firing } from "./rule.ts";

/**
 * `suspect`: half of the evidence that it takes is there, or it has told a notice that is not confirmed yet.
 * `unknown`: nothing is heard that it could judge.
 */
export type RuleState = "learning" | "ok" | "suspect" | "firing" | "unknown";

/** How a rule stands. Plain data, for `v8.serialize`. */
export interface Standing {
  readonly state: RuleState;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly reason: string;
  /** When it will have learned, if that is a matter of time; milliseconds since the epoch. */
  readonly until?: number | undefined;
}

/** As `Standing`, where it is not known yet since when. */
export type Stood = Omit<Standing, "since"> & { readonly since?: number };

/** Share of the evidence from which on a rule is suspicious. */
const SUSPICIOUS = 0.5;

/** Takes a state over where it has changed, and its reason in any case. */
export function note(standings: Map<string, Standing>, key: string, stood: Stood, now: number): void {
  const before = standings.get(key);
  if (before?.state !== stood.state) standings.set(key, { since: now, ...stood });
  else if (before.reason !== stood.reason || before.until !== stood.until)
    standings.set(key, { ...stood, since: before.since });
}

/** Of a rule by its own state alone; `undefined` where that says nothing. */
export function standFiring({ firing, asIncident, reason = "" }: Firing, informs: boolean): Stood | undefined {
  if (!firing) return undefined;
  if (asIncident || informs) return { state: "firing", reason };
  return { state: "suspect", reason: `noticed, not confirmed: ${reason}` };
}

/** As `standFiring`, of a rule that does not fire. */
export function standQuiet({ evidence = 0 }: Firing): Stood {
  if (evidence < SUSPICIOUS) return { state: "ok", reason: "as usual" };
  return { state: "suspect", reason: `${Math.round(100 * Math.min(1, evidence))} % of the evidence that it takes` };
}
