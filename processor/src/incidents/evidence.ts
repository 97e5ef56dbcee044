import type { Series } from "../detectors/finding.ts";
import type { CallFact, Cell } from "../facts/call-fact.ts";
import type { Change } from "./incident.ts";

/** What the detectors still hold of a cell, to look back at when an incident opens. */
export interface Evidence {
  /** The latest facts of the cell, of bounded number; in no order that matters. */
  recent(cell: Cell): readonly CallFact[];
  /** A number that rises with the fault, 0 or 1 where the series is one of flags; `undefined` is unknown. */
  badness(series: Series, fact: CallFact): number | undefined;
}

/** The change ledger, as the one who explains an incident reads it. */
export interface ChangeHistory {
  /** The cell's latest changes, oldest first. */
  recent(cell: Cell): readonly Change[];
}
