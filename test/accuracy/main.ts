import { existsSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { conclude, tableOf, type Measure } from "../measure/report.ts";
import { costArithmetic } from "./cost.ts";
import { Datasets } from "./dataset.ts";
import { grounding } from "./grounding.ts";
import { ablation } from "./ablation.ts";
import { falsePageBudget } from "./false-page-budget.ts";
import { formatStreams } from "./format-streams.ts";
import { hallucination } from "./hallucination.ts";
import { injection } from "./injection.ts";
import { inputShifts } from "./input-shifts.ts";
import { modelDrift, sameBuild } from "./model-drift.ts";
import { personalData } from "./personal-data.ts";
import { powerCurves } from "./power.ts";
import { qualityLine } from "./quality-line.ts";
import { refusal } from "./refusal.ts";
import { safetyPages } from "./safety-pages.ts";
import { slowDrift } from "./slow-drift.ts";
import { injectedFaults } from "./injected-faults.ts";
import { productionLoad } from "./production-load.ts";
import { tokenTraces } from "./token-traces.ts";

/** How well the shipped signals and rules do on labelled sets. */

const GROUPS: Readonly<Record<string, (data: Datasets, streams: number) => readonly Measure[]>> = {
  drift: modelDrift,
  "same-build": sameBuild,
  line: qualityLine,
  format: (_, streams) => formatStreams(streams),
  slow: slowDrift,
  "input-shift": inputShifts,
  budget: falsePageBudget,
  power: powerCurves,
  ablation,
  load: (data, streams) => [...productionLoad(data, cellsOf(streams)), ...tokenTraces(data)],
  faults: (data, streams) => injectedFaults(data, cellsOf(streams)),
  refusal,
  "personal-data": personalData,
  safety: safetyPages,
  injection,
  grounding,
  hallucination,
  cost: costArithmetic,
};

/** A cell of production load is a fortnight of calls. */
function cellsOf(streams: number): number {
  return Math.max(1, Math.round(streams / 3));
}

const HELP = `npm run accuracy -- --data PATH [--only GROUP] [--streams N] [--write FILE] [--json FILE] [--report]

  --data PATH   directory of labelled sets (datasets/NAME/PART.jsonl.gz below it, or NAME/... itself);
                also SPANWARDEN_DATA. Without it nothing is measured.
  --only GROUP  ${Object.keys(GROUPS).join(", ")}
  --streams N   streams of each cell (default 300; 30 times as many short ones of the same build)
  --write FILE  the table as Markdown, such as docs/accuracy.md
  --json FILE   the figures as JSON
  --report      end with status 0 though a goal is missed
`;

const { values: options } = parseArgs({
  options: {
    data: { type: "string" },
    only: { type: "string" },
    streams: { type: "string", default: "300" },
    write: { type: "string" },
    json: { type: "string" },
    report: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

const given = options.data ?? process.env["SPANWARDEN_DATA"];
if (given === undefined || !existsSync(given)) {
  process.stdout.write(`SKIPPED: no labelled sets at ${given ?? "(neither --data nor SPANWARDEN_DATA is set)"}\n`);
  process.exit(0);
}

const data = new Datasets(given);
const streams = Number(options.streams);
if (options.only !== undefined && GROUPS[options.only] === undefined) {
  process.stderr.write(`--only ${options.only}: expected ${Object.keys(GROUPS).join(", ")}\n`);
  process.exit(2);
}

const measures = Object.entries(GROUPS)
  .filter(([group]) => options.only === undefined || options.only === group)
  .flatMap(([, measure]) => measure(data, streams));
for (const name of data.missing) process.stdout.write(`missing: ${name}.gz\n`);
if (options.write !== undefined) writeFileSync(options.write, markdown(measures));
process.exit(conclude(measures, { json: options.json, report: options.report }));

function markdown(figures: readonly Measure[]): string {
  const [header = [], ...rows] = tableOf(figures);
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    "# Accuracy",
    "",
    "What the shipped rules, with their shipped numbers, do on labelled public sets. Made by",
    "`npm run accuracy -- --data PATH --write docs/accuracy.md`; a missed goal stays in the table.",
    "",
    line(header),
    line(header.map(() => "---")),
    ...rows.map(line),
    "",
  ].join("\n");
}
