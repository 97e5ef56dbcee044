import { longRun } from "./cost/long-run.ts";
import { costPerRequest, priceRise } from "./cost/cost-per-request.ts";
import { runawayLoop } from "./cost/runaway-loop.ts";
import { tokenSpike } from "./cost/token-spike.ts";
import { loadSurge, tokensWithoutTraffic } from "./cost/volume-rules.ts";
import { errorRise, failedAttempts } from "./outage/early-warning.ts";
import { errorShare } from "./outage/error-share.ts";
import { silence } from "./outage/silence.ts";
import { slowAnswers, slowChunks, slowFirstChunk } from "./outage/slow-calls.ts";
import { formatCompliance } from "./quality/format-compliance.ts";
import { inputShift } from "./quality/input-shift.ts";
import { qualityDrift } from "./quality/quality-drift.ts";
import { qualityDrop } from "./quality/quality-drop.ts";
import { shapeChange } from "./quality/shape-change.ts";
import type { Firing, Rule } from "./rule.ts";

/** The rules of every cell; the loop first, for the others leave its repeats out. */
export const CELL_RULES: readonly Rule<Firing>[] = [
  runawayLoop,
  longRun,
  errorShare,
  errorRise,
  failedAttempts,
  slowAnswers,
  slowFirstChunk,
  slowChunks,
  silence,
  tokenSpike,
  costPerRequest,
  priceRise,
  tokensWithoutTraffic,
  loadSurge,
];

/** Those that look into answers: each version of the signals has its own. */
export const LANE_RULES: readonly Rule<Firing>[] = [
  qualityDrop,
  qualityDrift,
  formatCompliance,
  shapeChange,
  inputShift,
];

/** Rules that judge single calls, whatever part of the calls comes. */
export const CALL_RULES: ReadonlySet<Rule<Firing>> = new Set<Rule<Firing>>([runawayLoop, longRun, tokenSpike]);

/** Rules that never open an incident. */
export const INFORMING: ReadonlySet<string> = new Set(
  [errorRise, failedAttempts, loadSurge, qualityDrift, inputShift].map(({ name }) => name),
);

/** Rules that judge by how much usually comes at this time of the day. */
export const VOLUME_RULES: ReadonlySet<string> = new Set([tokensWithoutTraffic, loadSurge].map(({ name }) => name));

const NEED_NO_BASELINE: ReadonlySet<string> = new Set([
  "runaway_loop",
  "long_run",
  "error_share",
  "silence",
  "format_compliance",
]);

/** Whether a rule of cells, of scores included, compares with what is usual; rules of services and of safety do not. */
export function comparesWithBaseline(rule: string): boolean {
  if (rule === "evaluation_drop" || rule === "evaluation_drift") return true;
  return !NEED_NO_BASELINE.has(rule) && [...CELL_RULES, ...LANE_RULES].some(({ name }) => name === rule);
}
