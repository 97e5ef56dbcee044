import { deserialize, serialize } from "node:v8";

import { ATTR_SPANWARDEN_INPUT_LENGTH, ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM } from "@spanwarden/conventions";

import type { CallFact } from "../../processor/src/facts/call-fact.ts";
import type { IncidentKind } from "../../processor/src/detectors/finding.ts";
import { Judgement } from "../../processor/src/judgement.ts";
import type { Measure } from "../measure/report.ts";
import type { Datasets } from "./dataset.ts";
import { quantile, share } from "./figure.ts";
import { detection, incidents } from "./production-load.ts";
import { answerPools, production, ProductionCell, WINDOW, WINDOWS } from "./production-traffic.ts";
import { T0 } from "./recorded-call.ts";

/** A fault that is made in the calls of a cell. */
interface Fault {
  readonly name: string;
  /** Milliseconds; an hour where it is not said. */
  readonly lasts?: number;
  readonly finds: readonly IncidentKind[];
  /** By a finding that informs, where no incident is to be expected. */
  readonly byNotice?: string;
  /** What becomes of the calls of ten minutes; `u` draws lots. */
  change(calls: readonly CallFact[], from: number, u: () => number): readonly CallFact[];
  readonly goal?: number;
}

interface Outcome {
  readonly found: boolean;
  readonly calls: number;
  readonly seconds: number;
  readonly onsetError: number | undefined;
}

const HOUR = 3_600_000;
/** After eight days begins the first hour in which there is something to break; two minutes into its first window. */
const LEARNED = 8 * 144;
const HOUR_WINDOWS = 7;
const LEAST_CALLS = 300;
const INTO = 123_000;
const GREEDY = "greedy";

const FAULTS: readonly Fault[] = [
  { name: "errors 20 %", finds: ["outage"], change: failing(0.2), goal: 95 },
  { name: "errors 5 %", finds: ["outage"], change: failing(0.05) },
  { name: "errors 5 %, early warning", finds: [], byNotice: "error_rise", change: failing(0.05) },
  { name: "errors 1 %, early warning", finds: [], byNotice: "error_rise", change: failing(0.01) },
  { name: "latency x3", finds: ["outage"], change: slower(3), goal: 95 },
  { name: "latency x1.5", finds: ["outage"], change: slower(1.5) },
  { name: "silence", finds: ["outage"], change: () => [] },
  { name: "errors 50 % for 5 minutes", lasts: 5 * 60_000, finds: ["outage"], change: failing(0.5) },
  { name: "price x2", finds: ["cost_anomaly"], change: dearer(2), goal: 95 },
  { name: "leak: prompts x4", finds: ["cost_anomaly"], change: leaking(4) },
  { name: "one greedy user, 50 to 80 % of the tokens", finds: ["cost_anomaly"], change: greedy, goal: 95 },
  { name: "loop: one call every 5 s", finds: ["cost_anomaly"], change: looping, goal: 100 },
  {
    name: "errors 20 % and price x2 at once, both",
    finds: ["outage", "cost_anomaly"],
    change: (calls, from, u) => failing(0.2)(dearer(2)(calls), from, u),
  },
];

/** Faults made in production load: how many are found within the hour, how soon, and how well their beginning is told. */
export function injectedFaults(data: Datasets, streams: number): readonly Measure[] {
  const models = production(data);
  const pools = answerPools(data);
  if (models.length === 0 || pools.length === 0) return [];
  const outcomes = new Map<Fault, Outcome[]>(FAULTS.map((fault) => [fault, []]));
  for (let seed = 1; seed <= streams; seed++) {
    const cell = new ProductionCell(seed, models, pools);
    const first = firstBusy(cell);
    if (first === undefined) continue;
    const warm = new Judgement(detection, incidents);
    for (let window = 0; window < first; window++) feed(warm, cell, window, cell.calls(window));
    const hour = Array.from({ length: HOUR_WINDOWS }, (_, i) => cell.calls(first + i));
    const state = serialize(warm.snapshot());
    for (const [fault, found] of outcomes) found.push(injected(fault, state, first, hour, () => cell.random()));
  }
  return [...outcomes].flatMap(([fault, found]) => rows(fault, found));
}

function firstBusy(cell: ProductionCell): number | undefined {
  for (let first = LEARNED; first + HOUR_WINDOWS < WINDOWS; first++) {
    const windows = Array.from({ length: HOUR_WINDOWS }, (_, i) => cell.expected(first + i));
    if (windows.reduce((sum, calls) => sum + calls, 0) >= LEAST_CALLS) return first;
  }
  return undefined;
}

function feed(judgement: Judgement, cell: ProductionCell, window: number, calls: readonly CallFact[]): void {
  if (cell.isGap(window)) judgement.resumed(T0 + (window + 1) * WINDOW);
  for (const call of calls) judgement.apply(call);
  judgement.advance(T0 + (window + 1) * WINDOW);
}

function injected(
  fault: Fault,
  state: Buffer,
  first: number,
  hour: readonly (readonly CallFact[])[],
  u: () => number,
): Outcome {
  const judgement = new Judgement(detection, incidents);
  judgement.restore(deserialize(state));
  const start = T0 + first * WINDOW + INTO;
  judgement.resumed(start - HOUR);
  const missing = new Set(fault.finds);
  let calls = 0;
  for (const call of [...changed(fault, first, hour, u), undefined]) {
    const now = call?.at ?? T0 + (first + hour.length) * WINDOW;
    if (call !== undefined && call.start >= start) calls++;
    const judged = call === undefined ? judgement.advance(now) : judgement.apply({ ...call, arrival: now });
    const opened = judged.incidents.filter(({ transition, at }) => transition === "opened" && at >= start);
    const last = opened.findLast(({ incident }) => missing.delete(incident.kind));
    const told = judged.findings.some(({ rule, at }) => rule === fault.byNotice && at >= start);
    if (!told && (last === undefined || missing.size > 0)) continue;
    const onsetError = last && Math.abs(last.incident.onset.time - start) / 1_000;
    return { found: true, calls, seconds: ((last?.at ?? now) - start) / 1_000, onsetError };
  }
  return { found: false, calls, seconds: Number.NaN, onsetError: undefined };
}

/** The calls of the hour with the fault in them, in order. */
function changed(
  fault: Fault,
  first: number,
  hour: readonly (readonly CallFact[])[],
  u: () => number,
): readonly CallFact[] {
  const start = T0 + first * WINDOW + INTO;
  const end = start + (fault.lasts ?? HOUR);
  const isFault = (call: CallFact): boolean => call.start >= start && call.start < end;
  return hour
    .flatMap((usual, i) => {
      const from = Math.max(start, T0 + (first + i) * WINDOW);
      const bad = from < end ? fault.change(usual.filter(isFault), from, u) : [];
      return [...usual.filter((call) => !isFault(call)), ...bad];
    })
    .toSorted((a, b) => a.at - b.at);
}

function rows({ name, goal }: Fault, outcomes: readonly Outcome[]): readonly Measure[] {
  const found = outcomes.filter((outcome) => outcome.found);
  const target =
    goal === undefined
      ? { text: "", holds: () => true }
      : { text: `at least ${goal} %`, holds: (percent: number) => percent >= goal };
  const median = (values: readonly number[]): string =>
    values.length === 0 ? "-" : String(Math.round(quantile(values, 0.5)));
  const errors = found.flatMap(({ onsetError }) => onsetError ?? []);
  const told = `median ${median(found.map(({ calls }) => calls))} calls, ${median(found.map(({ seconds }) => seconds))} s; onset off by ${median(errors)} s`;
  return [share(`${name}: found`, found.length, outcomes.length, target, told)];
}

function failing(ratio: number): Fault["change"] {
  return (calls, _from, u) =>
    calls.map((call) =>
      u() < ratio
        ? { ...call, failure: "server_error", usage: {}, cost: undefined, measurements: {}, labels: {} }
        : call,
    );
}

function slower(factor: number): Fault["change"] {
  return (calls) =>
    calls.map((call) => ({
      ...call,
      at: Math.round(call.start + factor * (call.at - call.start)),
      duration: (call.duration ?? 0) * factor,
      timeToFirstChunk: (call.timeToFirstChunk ?? 0) * factor,
      timePerChunk: (call.timePerChunk ?? 0) * factor,
    }));
}

function dearer(factor: number): (calls: readonly CallFact[]) => readonly CallFact[] {
  return (calls) => calls.map((call) => (call.cost === undefined ? call : { ...call, cost: call.cost * factor }));
}

function leaking(factor: number): Fault["change"] {
  return (calls) =>
    calls.map((call) => ({
      ...call,
      usage: { ...call.usage, input: (call.usage.input ?? 0) * factor },
      cost: call.cost === undefined ? undefined : call.cost * factor,
    }));
}

/** A user nobody knew comes on top, with as much as all others together or up to four times that. */
function greedy(calls: readonly CallFact[], _from: number, u: () => number): readonly CallFact[] {
  const times = Math.max(1, Math.round(1 + 3 * u()));
  const own = calls.flatMap((call) => Array.from({ length: times }, (_, i) => madeCall(call, i, { user: GREEDY })));
  return [...calls, ...own];
}

function looping(calls: readonly CallFact[], from: number): readonly CallFact[] {
  const [pattern] = calls;
  if (pattern === undefined) return calls;
  const loop = Array.from({ length: 60 }, (_, i) => {
    const at = from + i * 5_000;
    const input = 2_000 + 200 * (i + ((from - T0) % HOUR) / 5_000);
    return {
      ...madeCall(pattern, i, { user: GREEDY }),
      traceId: "f".repeat(32),
      start: at,
      at: at + 1_000,
      failure: undefined,
      usage: { input, output: 50 },
      measurements: { [ATTR_SPANWARDEN_INPUT_LENGTH]: 4 * input },
      labels: { [ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM]: "sha256:loop" },
    };
  });
  return [...calls, ...loop];
}

function madeCall(call: CallFact, i: number, caller: CallFact["caller"]): CallFact {
  const mark = `${call.identity}-made-${i}`;
  return { ...call, identity: mark, spanId: `${call.spanId.slice(0, 14)}${String(i).padStart(2, "f")}`, caller };
}
