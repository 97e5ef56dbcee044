import { parseArgs } from "node:util";

import { seededRandom } from "../../examples/node-service/random.ts";
import { conclude, type Measure } from "../measure/report.ts";
import { play, type Scenario } from "./scenario.ts";
import { badBackends, longOutage } from "./scenarios/backends.ts";
import { clockJumps } from "./scenarios/clock.ts";
import { disconnects, http2Abuse, manyConnections } from "./scenarios/connections.ts";
import { fullDisk, fullQueueDisk } from "./scenarios/disk.ts";
import { flood } from "./scenarios/flood.ts";
import { kills } from "./scenarios/kills.ts";
import { halfOpen, slowReaders, slowWriters } from "./scenarios/slow-peers.ts";

/** Abuses the real processor process in every way that we know, and counts what came of each span. */

const SCENARIOS: readonly Scenario[] = [
  slowWriters,
  slowReaders,
  halfOpen,
  manyConnections,
  disconnects,
  http2Abuse,
  badBackends,
  longOutage,
  clockJumps,
  fullDisk,
  fullQueueDisk,
  kills,
  flood,
];

const LIST = SCENARIOS.map(({ name, what }) => `  ${name}: ${what}`).join("\n");
const HELP = `npm run torture -- [--short] [--only NAME,...] [--seed N] [--json FILE] [--report]

  --short       a quarter of everything: about 90 seconds instead of about five minutes
  --only NAMES  some of the scenarios below
  --seed N      for whatever is random (default 1)
  --json FILE   the figures as JSON
  --report      end with status 0 though a goal is missed

${LIST}
`;

const { values: options } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    only: { type: "string" },
    seed: { type: "string", default: "1" },
    json: { type: "string" },
    report: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

const wanted = options.only?.split(",");
const unknown = wanted?.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name)) ?? [];
if (unknown.length > 0) {
  process.stderr.write(`--only ${unknown.join(",")}: expected names out of\n${LIST}\n`);
  process.exit(2);
}

const measures: Measure[] = [];
for (const scenario of SCENARIOS.filter(({ name }) => wanted?.includes(name) ?? true)) {
  const started = performance.now();
  const { skipped, measures: own } = await play(scenario, seededRandom(Number(options.seed)), options.short);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  const missed = own.filter(({ ok }) => !ok).length;
  const result = missed === 0 ? "holds" : `${missed} MISSED`;
  process.stdout.write(
    `${scenario.name}: ${skipped === undefined ? `${result}, ${seconds} s` : `SKIPPED: ${skipped}`}\n`,
  );
  measures.push(...own);
}
process.exit(conclude(measures, { json: options.json, report: options.report }));
