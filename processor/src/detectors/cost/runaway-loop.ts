import {
  ATTR_SPANWARDEN_INPUT_ENDING,
  ATTR_SPANWARDEN_INPUT_LENGTH,
  ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM,
} from "@spanwarden/conventions";

import type { CallFact, Cell } from "../../facts/call-fact.ts";
import type { DetectionConfig } from "../detection-config.ts";
import type { Verdict } from "../finding.ts";
import { follow, quietFiring, type Firing, type Rule } from "../rule.ts";

interface State extends Firing {
  /** By trace, conversation and session; the longest untouched first. */
  runs: Map<string, Run>;
}

interface Run {
  readonly toolCalls: string;
  /** Equal tool calls in a row. */
  readonly row: number;
  /** Characters, or tokens, of what was sent. */
  readonly input: number | undefined;
  readonly at: number;
}

/** Runs of a cell with a tool call in progress. Beyond it the longest untouched is forgotten. */
const MOST_RUNS = 1_000;

/**
 * An agent that calls the same tool with the same arguments over and over, within one trace, conversation or session.
 * An answer without tool calls, or with other ones, ends the row, and so do a user's new message and a shorter input: within a
 * run the prompt only grows, so that this is the next run of the same session. A failed call says nothing of it.
 */
export const runawayLoop: Rule<State> = {
  name: "runaway_loop",
  kind: "cost_anomaly",
  initial: () => ({ ...quietFiring(), runs: new Map() }),
  apply(state, { fact, failed }, config) {
    if (failed) return undefined;
    const { repeats, window } = config.rules.runaway_loop;
    const longest = advance(state, fact, window);
    if (longest < repeats) return settle(state, fact.cell, fact.at, config);
    // Each run that reaches the number is told, whatever else is looping already.
    if (longest === repeats) state.toldAt = -Infinity;
    const finding = {
      severity: 2,
      signal: ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM,
      value: longest,
      threshold: repeats,
      window: 0,
      samples: longest,
      traceId: fact.traceId,
      spanId: fact.spanId,
      subject: fact.caller.user ?? fact.caller.session,
      reason: `the same tool call ${longest} times in a row in one run; the line is ${repeats}`,
    } as const;
    return follow(state, runawayLoop, { state: "bad", finding }, fact.cell, fact.at, config);
  },
  tick: settle,
};

/** Equal tool calls in a row up to the latest call of the fact's run; 0 where it has none in progress. */
export function rowOf({ runs }: Pick<State, "runs">, fact: CallFact): number {
  return Math.max(0, ...keysOf(fact).map((key) => runs.get(key)?.row ?? 0));
}

function advance(state: State, fact: CallFact, window: number): number {
  const toolCalls = fact.labels[ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM];
  const input = fact.measurements[ATTR_SPANWARDEN_INPUT_LENGTH] ?? fact.usage.input;
  for (const key of keysOf(fact)) {
    const run = state.runs.get(key);
    state.runs.delete(key);
    if (toolCalls === undefined) continue;
    const goesOn =
      run?.toolCalls === toolCalls && fact.at - run.at < window && !isShorter(input, run.input) && !isNewTurn(fact);
    state.runs.set(key, { toolCalls, row: goesOn ? run.row + 1 : 1, input, at: fact.at });
    const [oldest] = state.runs.keys();
    if (state.runs.size > MOST_RUNS && oldest !== undefined) state.runs.delete(oldest);
  }
  return rowOf(state, fact);
}

/** A user said something: what the model calls now is an answer to that, as a classifier's label is, and no further step of a run. */
function isNewTurn({ labels }: CallFact): boolean {
  return labels[ATTR_SPANWARDEN_INPUT_ENDING] === "user";
}

function isShorter(input: number | undefined, before: number | undefined): boolean {
  return input !== undefined && before !== undefined && input < before;
}

function settle(state: State, cell: Cell, now: number, config: DetectionConfig): Verdict | undefined {
  if (!state.firing) return undefined;
  const { repeats, window } = config.rules.runaway_loop;
  const looping = [...state.runs.values()].some(({ row, at }) => row >= repeats && now - at < window);
  if (looping) return undefined;
  return follow(state, runawayLoop, { state: "good", reason: "no run repeats its tool calls" }, cell, now, config);
}

function keysOf({ traceId, conversation, caller }: CallFact): readonly string[] {
  return [
    ...(traceId === "" ? [] : [`trace ${traceId}`]),
    ...(conversation === undefined ? [] : [`conversation ${conversation}`]),
    ...(caller.session === undefined ? [] : [`session ${caller.session}`]),
  ];
}
