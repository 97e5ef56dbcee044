import { expect, it } from "vitest";

import type { CellReport } from "../../src/detectors/cell-report.ts";
import { observeCells } from "../../src/emit/cell-metrics.ts";
import { CELL } from "../incidents/fixtures.ts";
import { meterWithPoints } from "./fixtures.ts";

function report(prompt: string, state: "ok" | "firing"): CellReport {
  const rules = [{ rule: "error_share", state, since: 0, reason: "" }];
  return { cell: { ...CELL, prompt }, calls: 1, lastAt: 0, incidents: [], rules };
}

it("counts rules by how they stand: five series a rule, however many cells there are", async () => {
  const { meter, points } = meterWithPoints();
  const reports = Array.from({ length: 300 }, (_, n) => report(`p${n}`, n < 3 ? "firing" : "ok"));
  observeCells(meter, () => ({ overflow: 7, cellReports: () => reports }));
  const rules = await points("spanwarden.cell.rule");
  expect(Object.fromEntries(rules.map((p) => [p.attributes["spanwarden.cell.state"], p.value]))).toEqual({
    learning: 0,
    ok: 297,
    suspect: 0,
    firing: 3,
    unknown: 0,
  });
  expect(await points("spanwarden.cell.active")).toMatchObject([{ value: 300 }]);
  expect(await points("spanwarden.cell.overflow")).toMatchObject([{ value: 7 }]);
});
