import { hash } from "node:crypto";

import type { CallFact, Cell } from "../facts/call-fact.ts";
import { cellKey } from "../facts/call-fact.ts";
import type { ChangeHistory } from "./evidence.ts";
import { emptyHistory, sight, type FacetHistory, type Sighting } from "./facet-history.ts";
import { LEDGER_FACETS, type LedgerFacet } from "./facets.ts";
import type { Change } from "./incident.ts";
import type { IncidentsConfig } from "./incidents-config.ts";

interface WatchedFacet {
  readonly history: FacetHistory;
  /** First sights of a checksum, until it is seen again; at most `MOST_PENDING`. */
  readonly pending: Map<string, Change>;
  /** Times of the changes told in the last hour. */
  told: readonly number[];
}

interface WatchedCell {
  calls: number;
  lastAt: number;
  readonly facets: Map<string, WatchedFacet>;
  changes: readonly Change[];
}

interface LedgerState {
  readonly version: typeof VERSION;
  readonly cells: Map<string, WatchedCell>;
}

const VERSION = 1;
const MOST_CHANGES = 50;
const MOST_PENDING = 8;
const HOUR = 3_600_000;
const IDLE = 7 * 24 * HOUR;

/**
 * The change ledger: what is new in each cell, told once, from the first call that showed it.
 *
 * A cell learns in silence for its first `min_calls`. A name counts at first sight; a checksum when seen twice, because
 * one that never repeats holds a date or a user. A facet that keeps bringing new values is volatile and tells nothing
 * until it settles. Bounds: cells, 32 values and 6 changes an hour for each facet, 50 changes for each cell.
 */
export class Ledger implements ChangeHistory {
  readonly #config: IncidentsConfig["changes"];
  /** The longest idle cell first. */
  #cells = new Map<string, WatchedCell>();
  #suppressed = 0;
  #refused = 0;

  constructor(config: IncidentsConfig) {
    this.#config = config.changes;
  }

  /** Changes not told because their facet was volatile or had told enough in the hour. */
  get suppressed(): number {
    return this.#suppressed;
  }

  /** Facts of cells for which there was no room. */
  get refused(): number {
    return this.#refused;
  }

  /** Notes one judged call. Late facts and pending calls are left out: the one would look like a return, the other comes again. */
  observe(fact: CallFact): readonly Change[] {
    if (fact.late || fact.pending) return [];
    const cell = this.#watch(fact);
    if (cell === undefined) return [];
    cell.calls++;
    const established = cell.calls > this.#config.min_calls;
    const changes = LEDGER_FACETS.flatMap((facet) => this.#sight(cell, facet, fact, established) ?? []);
    if (changes.length > 0) cell.changes = [...cell.changes, ...changes].slice(-MOST_CHANGES);
    return changes;
  }

  recent(cell: Cell): readonly Change[] {
    return this.#cells.get(cellKey(cell))?.changes ?? [];
  }

  /** Whether a facet of a cell (`systemInstructions`, ...) brings ever new values, so that its values mean nothing. */
  volatile(cell: Cell, key: LedgerFacet["key"]): boolean {
    return this.#cells.get(cellKey(cell))?.facets.get(key)?.history.volatile ?? false;
  }

  /** For `v8.serialize`, before the next fact is noted: it is not a copy. */
  snapshot(): unknown {
    return { version: VERSION, cells: this.#cells } satisfies LedgerState;
  }

  /** Takes over what `snapshot` gave; a snapshot of another version is left alone and the ledger learns anew. */
  restore(snapshot: unknown): "restored" | "unknown_version" {
    const state = snapshot as Partial<LedgerState> | undefined;
    if (state?.version !== VERSION || !(state.cells instanceof Map)) return "unknown_version";
    this.#cells = state.cells;
    return "restored";
  }

  #watch(fact: CallFact): WatchedCell | undefined {
    const key = cellKey(fact.cell);
    const cell = this.#cells.get(key) ?? this.#admit(fact.at);
    if (cell === undefined) return undefined;
    cell.lastAt = Math.max(cell.lastAt, fact.at);
    this.#cells.delete(key);
    this.#cells.set(key, cell);
    return cell;
  }

  #admit(at: number): WatchedCell | undefined {
    const [idlest] = this.#cells;
    if (this.#cells.size >= this.#config.max_cells && idlest !== undefined) {
      if (at - idlest[1].lastAt < IDLE) {
        this.#refused++;
        return undefined;
      }
      this.#cells.delete(idlest[0]);
    }
    return { calls: 0, lastAt: at, facets: new Map(), changes: [] };
  }

  #sight(cell: WatchedCell, facet: LedgerFacet, fact: CallFact, established: boolean): Change | undefined {
    const value = facet.read(fact);
    if (value === undefined) return undefined;
    const watched = cell.facets.get(facet.key) ?? { history: emptyHistory(), pending: new Map(), told: [] };
    cell.facets.set(facet.key, watched);
    const sighting = sight(watched.history, scopeOf(facet, fact), value);
    const change = sighting.kind === "known" ? undefined : changeOf(facet, fact, value, sighting);
    if (!established) return undefined;
    if (sighting.kind === "first" && facet.checksum && change !== undefined) {
      addPending(watched, change);
      return undefined;
    }
    return this.#tell(watched, change ?? takePending(watched, value), fact.at);
  }

  #tell(watched: WatchedFacet, change: Change | undefined, at: number): Change | undefined {
    if (change === undefined) return undefined;
    watched.told = watched.told.filter((time) => time > at - HOUR);
    if (watched.history.volatile || watched.told.length >= this.#config.max_per_hour) {
      this.#suppressed++;
      return undefined;
    }
    watched.told = [...watched.told, at];
    return change;
  }
}

/** What a value belongs to: "the same name" of a model, the version of a prompt. */
function scopeOf(facet: LedgerFacet, fact: CallFact): string {
  const { requestModel, promptVersion } = fact.facets;
  if (ofModel(facet)) return requestModel ?? "";
  return ofPromptText(facet) ? (promptVersion ?? "") : "";
}

function addPending(watched: WatchedFacet, change: Change): void {
  watched.pending.set(change.current, change);
  const [oldest] = watched.pending.keys();
  if (watched.pending.size > MOST_PENDING && oldest !== undefined) watched.pending.delete(oldest);
}

function takePending(watched: WatchedFacet, value: string): Change | undefined {
  const change = watched.pending.get(value);
  watched.pending.delete(value);
  return change;
}

function changeOf(
  facet: LedgerFacet,
  fact: CallFact,
  current: string,
  sighting: Exclude<Sighting, { kind: "known" }>,
): Change {
  const kind = kindOf(facet, fact, sighting);
  const { previous } = sighting;
  const opening = [cellKey(fact.cell), facet.name, current, fact.at, fact.traceId, fact.spanId].join("\n");
  return {
    id: hash("sha256", opening).slice(0, 16),
    facet: facet.name,
    kind,
    cell: fact.cell,
    at: fact.at,
    previous,
    current,
    traceId: fact.traceId,
    reason: reasonOf(kind, facet, fact, current, previous),
  };
}

function kindOf(facet: LedgerFacet, fact: CallFact, sighting: Exclude<Sighting, { kind: "known" }>): Change["kind"] {
  if (sighting.kind === "return") return "return";
  if (!sighting.inKnownScope) return "new";
  if (ofModel(facet)) return fact.facets.requestModel === undefined ? "new" : "silent_model";
  return ofPromptText(facet) ? "silent_prompt" : "new";
}

function ofModel(facet: LedgerFacet): boolean {
  return facet.key === "responseModel" || facet.key === "systemFingerprint";
}

function ofPromptText(facet: LedgerFacet): boolean {
  return facet.key === "systemInstructions" || facet.key === "template";
}

function reasonOf(
  kind: Change["kind"],
  facet: LedgerFacet,
  fact: CallFact,
  current: string,
  previous: string | undefined,
): string {
  const { requestModel, promptVersion } = fact.facets;
  const from = previous === undefined ? "" : `, before it ${previous}`;
  switch (kind) {
    case "return":
      return `${facet.words} is back at ${current}${from}`;
    case "silent_model":
      return `the provider changed the model behind the same name ${requestModel}: ${facet.words} ${current}${from}`;
    case "silent_prompt": {
      const version = promptVersion === undefined ? "no version is named" : `the version is still ${promptVersion}`;
      return `edited without a new version: ${facet.words} ${current}${from}; ${version}`;
    }
    case "new":
      return `first sight of ${facet.words} ${current}${from}`;
  }
}
