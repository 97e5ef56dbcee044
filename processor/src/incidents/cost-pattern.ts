import { ATTR_SPANWARDEN_CALLER_USER, ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM } from "@spanwarden/conventions";

import type { CallFact } from "../facts/call-fact.ts";
import type { Cause } from "./incident.ts";
import { sum } from "./change-point.ts";

/** The facet of the cause that says what a cost incident looks like. */
export const COST_PATTERN = "cost pattern";

/** Same tool calls with the same arguments in one run, from which it is a loop. */
const REPEATS = 5;
/** Calls of one run whose prompt grows at nearly every step, from which it is a loop. */
const GROWING_CALLS = 8;
/** Share of the tokens since the onset that a loop, or a caller, must hold to be what the incident looks like. */
const LOOP_SHARE = 0.2;
const CALLER_SHARE = 0.5;
/** Factor from which a mean counts as risen. */
const RISEN = 1.3;
/** Output tokens cost three to six times an input token nearly everywhere: longer answers are not a dearer price. */
const OUTPUT_WEIGHT = 4;

/**
 * What a rise of cost looks like: a runaway loop, one greedy caller, a dearer model or price, larger requests, or
 * legitimate load; the first that holds, none where none does. Loop and caller are followed by the user, where known.
 */
export function costPattern(before: readonly CallFact[], since: readonly CallFact[]): readonly Cause[] {
  return (
    loop(since) ?? caller(before, since) ?? price(before, since) ?? size(before, since) ?? load(before, since) ?? []
  );
}

function causes(current: string, score: number, reason: string, user?: string): readonly Cause[] {
  const bounded = Math.max(0, Math.min(1, score));
  const pattern = { facet: COST_PATTERN, current, score: bounded, reason: `${current}: ${reason}` };
  if (user === undefined) return [pattern];
  return [
    pattern,
    { facet: ATTR_SPANWARDEN_CALLER_USER, current: user, score: bounded, reason: `user ${user}: ${reason}` },
  ];
}

function loop(since: readonly CallFact[]): readonly Cause[] | undefined {
  const runs = Map.groupBy(since, (fact) => fact.conversation ?? fact.traceId);
  const looping = [...runs.values()].filter((run) => repeats(run) >= REPEATS || grows(run));
  const [run] = looping.toSorted((a, b) => tokens(b) - tokens(a));
  if (run === undefined) return undefined;
  const share = shareOfTokens(run, since);
  if (share < LOOP_SHARE) return undefined;
  const sign = repeats(run) >= REPEATS ? `${repeats(run)} times the same tool call` : "the prompt grows at every step";
  const reason = `${run.length} calls in one run, ${sign}, ${percent(share)} of the tokens`;
  return causes("runaway loop", share, reason, run.at(-1)?.caller.user);
}

function repeats(run: readonly CallFact[]): number {
  const toolCalls = run.flatMap((fact) => fact.labels[ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM] ?? []);
  return Math.max(0, ...[...Map.groupBy(toolCalls, (checksum) => checksum).values()].map((same) => same.length));
}

/** Chat that carries its history grows too: only a run in one trace counts, where nobody types between the calls. */
function grows(run: readonly CallFact[]): boolean {
  if (run.length < GROWING_CALLS || run.some((fact) => fact.traceId !== run[0]?.traceId)) return false;
  const inputs = run.map((fact) => fact.usage.input ?? 0);
  const steps = inputs.filter((input, i) => i > 0 && input > (inputs[i - 1] ?? 0)).length;
  return steps >= 0.9 * (run.length - 1);
}

function caller(before: readonly CallFact[], since: readonly CallFact[]): readonly Cause[] | undefined {
  const known = since.filter((fact) => fact.caller.user !== undefined);
  const users = [...Map.groupBy(known, (fact) => fact.caller.user)];
  const [top] = users.toSorted((a, b) => tokens(b[1]) - tokens(a[1]));
  if (top === undefined) return undefined;
  const [user, calls] = top;
  const share = shareOfTokens(calls, since);
  const own = before.filter((fact) => fact.caller.user === user);
  const usual = shareOfTokens(own, before);
  if (before.length === 0 || share < CALLER_SHARE || share < 2 * usual) return undefined;
  return causes("greedy caller", share, `${percent(share)} of the tokens, before ${percent(usual)}`, user);
}

function price(before: readonly CallFact[], since: readonly CallFact[]): readonly Cause[] | undefined {
  const [was, is] = [before, since].map((facts) => {
    const priced = facts.filter((fact) => fact.cost !== undefined);
    const weighted = priced.map(({ usage }) => (usage.input ?? 0) + OUTPUT_WEIGHT * (usage.output ?? 0));
    return sum(priced.map((fact) => fact.cost ?? 0)) / sum(weighted);
  });
  const factor = ratio(was, is);
  if (factor < RISEN) return undefined;
  return causes("model or price change", 1 - 1 / factor, `a token costs ${factor.toFixed(1)} times what it did`);
}

function size(before: readonly CallFact[], since: readonly CallFact[]): readonly Cause[] | undefined {
  const mean = (facts: readonly CallFact[], side: "input" | "output"): number =>
    sum(facts.map((fact) => fact.usage[side] ?? 0)) / facts.length;
  const factor = ratio(tokens(before) / before.length, tokens(since) / since.length);
  if (factor < RISEN) return undefined;
  const grown = mean(since, "input") - mean(before, "input") > mean(since, "output") - mean(before, "output");
  const where = grown ? "longer prompts" : "longer answers";
  return causes("larger requests", 1 - 1 / factor, `${factor.toFixed(1)} times the tokens per call, ${where}`);
}

function load(before: readonly CallFact[], since: readonly CallFact[]): readonly Cause[] | undefined {
  const factor = ratio(rate(before), rate(since));
  if (factor < RISEN) return undefined;
  const same = "tokens per call and price are as before";
  return causes("legitimate load", 1 - 1 / factor, `${factor.toFixed(1)} times the calls per minute; ${same}`);
}

/** Calls per second between the first and the last one; needs two moments. */
function rate(facts: readonly CallFact[]): number | undefined {
  const seconds = ((facts.at(-1)?.start ?? 0) - (facts[0]?.start ?? 0)) / 1_000;
  return seconds > 0 ? (facts.length - 1) / seconds : undefined;
}

/** 0 where either side is unknown. */
function ratio(was: number | undefined, is: number | undefined): number {
  return was !== undefined && is !== undefined && was > 0 && Number.isFinite(is / was) ? is / was : 0;
}

function tokens(facts: readonly CallFact[]): number {
  return sum(facts.map((fact) => (fact.usage.input ?? 0) + (fact.usage.output ?? 0)));
}

/** 0 where the tokens are not known. */
function shareOfTokens(part: readonly CallFact[], whole: readonly CallFact[]): number {
  return tokens(part) / (tokens(whole) || 1);
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
