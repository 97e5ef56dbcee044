import type { Meter } from "@opentelemetry/api";
import {
  ATTR_SPANWARDEN_ANOMALY_RULE_NAME,
  ATTR_SPANWARDEN_CELL_STATE,
  METRIC_SPANWARDEN_CELL_ACTIVE,
  METRIC_SPANWARDEN_CELL_OVERFLOW,
  METRIC_SPANWARDEN_CELL_RULE,
} from "@spanwarden/conventions";

import type { CellReport } from "../detectors/cell-report.ts";
import type { RuleState } from "../detectors/standing.ts";

/** What is known of all cells together. */
export interface Cells {
  readonly overflow: number;
  cellReports(): Iterable<CellReport>;
}

/** Every state is reported, though it counts nothing: a series that ends is not one that fell to 0. */
const STATES: readonly RuleState[] = ["learning", "ok", "suspect", "firing", "unknown"];

/** Exports how many rules stand how, by rule: a series for each of them and each state, whatever the number of cells. */
export function observeCells(meter: Meter, cells: () => Cells): void {
  const active = meter.createObservableUpDownCounter(METRIC_SPANWARDEN_CELL_ACTIVE, { unit: "{cell}" });
  const overflow = meter.createObservableCounter(METRIC_SPANWARDEN_CELL_OVERFLOW, { unit: "{call}" });
  const rules = meter.createObservableUpDownCounter(METRIC_SPANWARDEN_CELL_RULE, { unit: "{rule}" });
  meter.addBatchObservableCallback(
    (result) => {
      const reports = [...cells().cellReports()];
      result.observe(active, reports.length);
      result.observe(overflow, cells().overflow);
      for (const [rule, counts] of countsOf(reports)) {
        for (const state of STATES) {
          const attributes = { [ATTR_SPANWARDEN_ANOMALY_RULE_NAME]: rule, [ATTR_SPANWARDEN_CELL_STATE]: state };
          result.observe(rules, counts.get(state) ?? 0, attributes);
        }
      }
    },
    [active, overflow, rules],
  );
}

function countsOf(reports: readonly CellReport[]): ReadonlyMap<string, ReadonlyMap<RuleState, number>> {
  const rules = new Map<string, Map<RuleState, number>>();
  for (const { rules: own } of reports) {
    for (const { rule, state } of own) {
      const counts = rules.get(rule) ?? new Map<RuleState, number>();
      rules.set(rule, counts.set(state, (counts.get(state) ?? 0) + 1));
    }
  }
  return rules;
}
