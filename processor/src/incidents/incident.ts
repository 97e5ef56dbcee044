import type { IncidentKind, Severity } from "../detectors/finding.ts";
import type { Cell, Facets } from "../facts/call-fact.ts";

export interface Incident {
  /** Derived from cell, kind and the fact that opened it, so that a replay yields the same one. */
  readonly id: string;
  readonly kind: IncidentKind;
  readonly cell: Cell;
  readonly state: "open" | "closed";
  /** May fall to a graver (lower) number while open, never rise to a milder one. */
  readonly severity: Severity;
  /** Rules that have fired into it, in order. */
  readonly rules: readonly string[];
  /** Milliseconds since the epoch. */
  readonly openedAt: number;
  readonly closedAt?: number | undefined;
  /**
   * `recovered`: every rule saw its signal healthy again. `timeout`: nothing more was heard from rules that cannot tell
   * when it is over. `closed`: by a person.
   */
  readonly endReason?: "recovered" | "closed" | "timeout" | undefined;
  readonly onset: Onset;
  readonly explanation: readonly Cause[];
  /** Model, prompt and parameters of the first bad call, frozen at opening; `undefined` where no call was retained. */
  readonly facets?: Facets | undefined;
  /** What the first finding said, and the last. */
  readonly reason: string;
  /** Recommended first action, in words. */
  readonly action: string;
  readonly sampleTraceIds: readonly string[];
}

export interface Onset {
  /** Start of the first bad call, milliseconds since the epoch. */
  readonly time: number;
  readonly earliest: number;
  readonly latest: number;
  /** Empty where no call shows it (silence). */
  readonly firstTraceId: string;
  readonly exposedCalls: number;
  /** Distinct hashed users; `undefined` where callers are not known. */
  readonly exposedUsers?: number | undefined;
}

/** A facet value that separates the bad calls from the good ones. */
export interface Cause {
  /** Attribute name (`gen_ai.response.model`, `spanwarden.caller.user`), or `cost pattern`. */
  readonly facet: string;
  readonly previous?: string | undefined;
  readonly current: string;
  /** How well it separates them, 0 to 1. */
  readonly score: number;
  readonly reason: string;
}

/** One transition; `id` is `incident id : sequence number`, the key under which it is emitted once. */
export interface IncidentChange {
  readonly id: string;
  readonly transition: "opened" | "updated" | "closed";
  readonly at: number;
  readonly incident: Incident;
  readonly reason: string;
}

/** Something new in a cell: a model, a prompt, ... Recorded in the change ledger and exported as an event. */
export interface Change {
  readonly id: string;
  /** Attribute name: `gen_ai.response.model`, `spanwarden.prompt.system_instructions.checksum`, ... */
  readonly facet: string;
  /**
   * `silent_model`: the provider changed the model behind the same name. `silent_prompt`: an edited prompt without a new
   * version. `return`: back to an earlier value. `new`: any other first sight.
   */
  readonly kind: "new" | "return" | "silent_model" | "silent_prompt";
  readonly cell: Cell;
  readonly at: number;
  readonly previous?: string | undefined;
  readonly current: string;
  readonly traceId: string;
  readonly reason: string;
}
