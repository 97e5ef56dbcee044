import { weekKnownAt } from "../baselines/seasonal-volume.ts";
import { CALL_RULES, CELL_RULES, comparesWithBaseline, INFORMING, LANE_RULES, VOLUME_RULES } from "./cell-rules.ts";
import { established, learnedCalls, statesOf, type CellWatch } from "./cell-watch.ts";
import type { DetectionConfig } from "./detection-config.ts";
import type { Firing, Rule } from "./rule.ts";
import { note, standFiring, standQuiet, type Standing, type Stood } from "./standing.ts";

/** A cell that was not heard for so long is neither well nor ill; milliseconds. */
const UNHEARD = 30 * 60_000;
/** Milliseconds. */
const INTERVAL = 5_000;
/** Notes how the rules of a cell stand: seldom, but at once where `stoodAt` was taken back because one of them spoke. */
export function standCell(watch: CellWatch, now: number, config: DetectionConfig): void {
  const { stoodAt, lastAt } = watch;
  // What has been found unheard stays so until something comes.
  if (stoodAt !== undefined && (now - stoodAt < INTERVAL || stoodAt > lastAt + UNHEARD)) return;
  watch.stoodAt = now;
  const known = (watch.standings ??= new Map<string, Standing>());
  const cell = { learning: learningOf(watch, config), unheard: now - lastAt > UNHEARD };
  for (const rule of [...CELL_RULES, ...LANE_RULES]) note(known, rule.name, stand(watch, rule, cell, now, config), now);
}

interface CellFacts {
  /** Why its baseline is not in use yet. */
  readonly learning: string | undefined;
  readonly unheard: boolean;
}

function stand(
  watch: CellWatch,
  rule: Rule<Firing>,
  { learning, unheard }: CellFacts,
  now: number,
  config: DetectionConfig,
): Stood {
  const states = statesOf(watch, rule.name);
  const firing = states.find((state) => state.firing);
  const fires = firing && standFiring(firing, INFORMING.has(rule.name));
  if (fires !== undefined) return fires;
  if (unheard) return { state: "unknown", since: sinceUnheard(watch, now), reason: "no call for 30 minutes" };
  if (watch.tailSampled === true && !CALL_RULES.has(rule))
    return { state: "unknown", reason: "its calls were chosen by how they went" };
  if (learning !== undefined && comparesWithBaseline(rule.name)) return { state: "learning", reason: learning };
  if (VOLUME_RULES.has(rule.name)) return standVolume(watch, states.at(-1), now);
  return standHeard(states.at(-1), rule, now, config);
}

function standHeard(latest: Firing | undefined, rule: Rule<Firing>, now: number, config: DetectionConfig): Stood {
  if (latest === undefined || isBlind(latest)) return { state: "unknown", reason: "no call shows what it judges" };
  const until = rule.knownFrom?.(latest, config);
  if (until !== undefined && now < until) return { state: "learning", until, reason: "its history is too short" };
  if ("watched" in latest && latest.watched === undefined)
    return { state: "learning", reason: "learns what the answers look like" };
  return standQuiet(latest);
}

/** Of a cell of which only late calls were heard, since it was looked at. */
function sinceUnheard({ lastAt }: CellWatch, now: number): number {
  return lastAt === -Infinity ? now : lastAt + UNHEARD;
}

function standVolume({ volume }: CellWatch, latest: Firing | undefined, now: number): Stood {
  const until = volume && weekKnownAt(volume);
  if (until === undefined) return { state: "unknown", reason: "too few calls in ten minutes for a history" };
  if (now < until) return { state: "learning", until, reason: "its week is not full" };
  return latest === undefined ? { state: "ok", reason: "as usual" } : standQuiet(latest);
}

/** A window into which no value has come. */
function isBlind(state: Firing): boolean {
  return "window" in state && state.window === undefined;
}

function learningOf(watch: CellWatch, config: DetectionConfig): string | undefined {
  if (established(watch, config) !== undefined) return undefined;
  const frozen = watch.frozen.size > 0 ? "; nothing is learned while an incident is open" : "";
  return `${learnedCalls(watch)} of ${config.baseline.min_calls} calls learned${frozen}`;
}
