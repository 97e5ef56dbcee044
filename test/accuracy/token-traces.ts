import type { CallFact } from "../../processor/src/facts/call-fact.ts";
import { Judgement } from "../../processor/src/judgement.ts";
import type { Measure } from "../measure/report.ts";
import type { Datasets } from "./dataset.ts";
import { quantile, share } from "./figure.ts";
import { detection, incidents } from "./production-load.ts";
import { factOf, T0 } from "./recorded-call.ts";

/** A recorded request: milliseconds since the first one, and its tokens. */
interface Request {
  readonly at: number;
  readonly input: number;
  readonly output: number;
}

/** Requests by which the 95th percentile is known well enough; recorded hours are short. */
const LEARNED = 2_000;
/** Every so many of the requests after them is made a spike. */
const SPIKE_EVERY = 50;
const SPIKES = [4, 8, 16];

/** Recorded requests of production, an hour or less each: how many are flagged, and whether spikes among them are. */
export function tokenTraces(data: Datasets): readonly Measure[] {
  const traces: readonly (readonly [string, readonly Request[]])[] = [
    ["Azure code", azure(data, "code")],
    ["Azure conversation", azure(data, "conv")],
    ["Mooncake conversation", mooncake(data, "conversation_trace")],
    ["Mooncake synthetic", mooncake(data, "synthetic_trace")],
  ];
  const outcomes = traces
    .filter(([, { length }]) => length > LEARNED)
    .map(([name, requests]) => measured(name, requests));
  const flagged = outcomes.reduce((sum, outcome) => sum + outcome.flagged, 0);
  const normal = outcomes.reduce((sum, outcome) => sum + outcome.normal, 0);
  const goal = { text: "at most 0.3 %", holds: (percent: number) => percent <= 0.3 };
  return normal === 0
    ? []
    : [share("recorded requests of production: flagged as spikes", flagged, normal, goal), ...outcomes.flatMap(rows)];
}

interface Outcome {
  readonly name: string;
  readonly hours: number;
  readonly normal: number;
  readonly flagged: number;
  readonly opened: number;
  readonly spikes: number;
  readonly found: number;
}

function measured(name: string, requests: readonly Request[]): Outcome {
  const { flagged, opened } = judge(requests);
  const p95 = quantile(
    requests.map(({ input, output }) => input + output),
    0.95,
  );
  const spiked = SPIKES.map((factor) =>
    judge(requests.map((request, n) => (isSpike(n) ? { ...request, input: Math.ceil(factor * p95) } : request))),
  );
  return {
    name,
    hours: (requests.at(-1)?.at ?? 0) / 3_600_000,
    normal: requests.length - LEARNED,
    flagged: flagged.size,
    opened,
    spikes: requests.filter((_, n) => isSpike(n)).length * SPIKES.length,
    found: spiked.reduce((sum, each) => sum + [...each.flagged].filter(isSpike).length, 0),
  };
}

function rows({ name, hours, normal, flagged, opened, spikes, found }: Outcome): readonly Measure[] {
  const none = { text: "", holds: () => true };
  const all = { text: "100 %", holds: (percent: number) => percent === 100 };
  const beside = `${opened} incidents`;
  return [
    share(`  ${name}, ${hours.toFixed(2)} h: flagged`, flagged, normal, none, beside),
    share(`  ${name}: spikes of 4, 8, 16 times the 95th percentile flagged`, found, spikes, all),
  ];
}

function isSpike(n: number): boolean {
  return n >= LEARNED && n % SPIKE_EVERY === 0;
}

function judge(requests: readonly Request[]): { readonly flagged: ReadonlySet<number>; readonly opened: number } {
  const pattern = factOf({ model: "recorded", question: "", answer: "An answer." }, "trace");
  const judgement = new Judgement(detection, incidents);
  const flagged = new Set<number>();
  let opened = 0;
  for (const [n, request] of requests.entries()) {
    const { findings, incidents: changes } = judgement.apply(call(pattern, n, request));
    if (n >= LEARNED && findings.some(({ rule }) => rule === "token_spike")) flagged.add(n);
    opened += changes.filter(({ transition }) => transition === "opened").length;
  }
  return { flagged, opened };
}

function call(pattern: CallFact, n: number, { at, input, output }: Request): CallFact {
  const end = T0 + at;
  const traceId = n.toString(16).padStart(32, "0");
  return { ...pattern, identity: String(n), traceId, at: end, start: end, arrival: end, usage: { input, output } };
}

function azure(data: Datasets, part: string): readonly Request[] {
  const [, ...lines] = data.lines(`azure-llm-trace-2023/${part}.csv`);
  const requests = lines.map((line) => {
    const [time = "", input, output] = line.split(",");
    return { at: Date.parse(`${time.slice(0, 23).replace(" ", "T")}Z`), input: Number(input), output: Number(output) };
  });
  const first = requests[0]?.at ?? 0;
  return requests.map((request) => ({ ...request, at: request.at - first })).toSorted((a, b) => a.at - b.at);
}

function mooncake(data: Datasets, part: string): readonly Request[] {
  const recorded = data.rows(`mooncake-trace/${part}`) as readonly {
    timestamp_ms: number;
    input_length: number;
    output_length: number;
  }[];
  return recorded
    .map(({ timestamp_ms: at, input_length: input, output_length: output }) => ({ at, input, output }))
    .toSorted((a, b) => a.at - b.at);
}
