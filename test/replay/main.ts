import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { context, trace } from "@opentelemetry/api";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from "@opentelemetry/sdk-trace";
import { instrumentFetch } from "@spanwarden/instrumentation";

import { seededRandom } from "../../examples/node-service/random.ts";
import { conclude, type Measure } from "../measure/report.ts";
import { readExchanges, type Exchange } from "./exchange.ts";
import { expectedOf } from "./expected.ts";
import { ofRun, outcomeOf } from "./outcome.ts";
import { ReplayServer } from "./replay-server.ts";

/** Serves recorded provider traffic to the real client libraries, with and without the instrumentation. */

const HELP = `npm run replay -- --data PATH [--seed N] [--json FILE] [--report]

  --data PATH   directory of recordings (provider-traffic/PROVIDER/OPERATION.jsonl.gz below it, or PROVIDER/... itself);
                also SPANWARDEN_DATA. Without it nothing is measured.
  --seed N      where the answers are cut into chunks (default 1)
  --json FILE   the figures as JSON
  --report      end with status 0 though a goal is missed
`;

const AT_ONCE = 4;
/** Held attempts end at the latest after a minute; milliseconds. */
const LONGEST_WAIT = 70_000;

const { values: options } = parseArgs({
  options: {
    data: { type: "string" },
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

const given = options.data ?? process.env["SPANWARDEN_DATA"];
if (given === undefined || !existsSync(given)) {
  process.stdout.write(`SKIPPED: no recorded traffic at ${given ?? "(neither --data nor SPANWARDEN_DATA is set)"}\n`);
  process.exit(0);
}

const nested = join(given, "provider-traffic");
const { exchanges, unread } = await readExchanges(existsSync(nested) ? nested : given);
if (unread.length > 0)
  process.stdout.write(`not read, as they are other formats or no model calls: ${unread.join(", ")}\n`);

const exporter = new InMemorySpanExporter();
const sdk = new NodeSDK({ spanProcessors: [new SimpleSpanProcessor({ exporter })], instrumentations: [] });
sdk.start();
const tracer = trace.getTracer("replay");

const server = new ReplayServer(new Map(exchanges.map((e) => [e.id, e])), seededRandom(Number(options.seed)));
const address = await server.start();
const plain = globalThis.fetch;
const instrumented = instrumentFetch(plain);
// Some client libraries take no `fetch` of their own: the global one is the one that the run is about.
globalThis.fetch = (...request) => (ofRun.getStore() ?? plain)(...request);

// Recordings are of old models, which the client libraries warn about.
console.warn = () => undefined; // eslint-disable-line no-console

const causes = new Map<string, string[]>();
const compared = new Map<string, number>();
const traces = new Map<string, Exchange>();
const waiting = [...exchanges];
await Promise.all(Array.from({ length: AT_ONCE }, work));
await settled();
const spans = Map.groupBy(exporter.getFinishedSpans(), (span) => span.spanContext().traceId);
for (const [traceId, exchange] of traces) compare(exchange, spans.get(traceId) ?? []);
await server.stop();

for (const [cause, ids] of causes)
  process.stdout.write(`${cause}: ${ids.length}, such as ${ids.slice(0, 30).join(", ")}\n`);
const unequal = new Set([...causes.values()].flat()).size;
const share = exchanges.length === 0 ? 0 : (100 * (exchanges.length - unequal)) / exchanges.length;
const measures: Measure[] = [
  { name: "exchanges", value: exchanges.length, unit: "", n: exchanges.length, goal: "", ok: exchanges.length > 0 },
  ...[...compared].map(([what, n]) => {
    const wrong = causes.get(what)?.length ?? 0;
    return { name: `${what} equal`, value: (100 * (n - wrong)) / n, unit: "%", n, goal: "100 %", ok: wrong === 0 };
  }),
  { name: "equal", value: share, unit: "%", n: exchanges.length, goal: "100 %", ok: unequal === 0 },
];
process.exit(conclude(measures, { json: options.json, report: options.report }));

async function work(): Promise<void> {
  for (let exchange = waiting.shift(); exchange !== undefined; exchange = waiting.shift()) {
    await replay(exchange);
  }
}

async function replay(exchange: Exchange): Promise<void> {
  // Native instrumentation of a client library must not tell the two runs apart either, so both have a parent.
  const without = tracer.startSpan("without");
  const before = await inside(without, () => outcomeOf(exchange, address, plain));
  without.end();
  const parent = tracer.startSpan("with");
  traces.set(parent.spanContext().traceId, exchange);
  const after = await inside(parent, () => outcomeOf(exchange, address, instrumented));
  parent.end();
  if (before !== after) blame("the app sees something else", exchange);
}

async function inside<T>(span: ReturnType<typeof tracer.startSpan>, run: () => Promise<T>): Promise<T> {
  return await context.with(trace.setSpan(context.active(), span), run);
}

/** Until every exchange has its span, or for as long as an attempt may be held. */
async function settled(): Promise<void> {
  const deadline = Date.now() + LONGEST_WAIT;
  const done = (): boolean => {
    const seen = new Set(calls(exporter.getFinishedSpans()).map((span) => span.spanContext().traceId));
    return [...traces.keys()].every((traceId) => seen.has(traceId));
  };
  while (!done() && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  // Anything that ends a second time would do so now.
  await new Promise((resolve) => setTimeout(resolve, 200));
}

function calls(all: readonly ReadableSpan[]): readonly ReadableSpan[] {
  return all.filter((span) => span.attributes["gen_ai.operation.name"] !== undefined);
}

function compare(exchange: Exchange, all: readonly ReadableSpan[]): void {
  const own = calls(all);
  const [span] = own;
  if (span === undefined || own.length !== 1) {
    blame(`${own.length} spans`, exchange);
    return;
  }
  const { attributes } = span;
  const { model, input, output, finish } = expectedOf(exchange);
  const reasons = attributes["gen_ai.response.finish_reasons"];
  check("model", model, attributes["gen_ai.response.model"], exchange);
  check("input tokens", input, attributes["gen_ai.usage.input_tokens"], exchange);
  check("output tokens", output, attributes["gen_ai.usage.output_tokens"], exchange);
  check("finish reasons", finish && JSON.stringify(finish), JSON.stringify(reasons), exchange);
  const failed = exchange.response.status >= 400;
  if (failed && attributes["error.type"] === undefined) blame("the failure is not on the span", exchange);
}

/** What the body does not say is not compared. */
function check(what: string, expected: unknown, found: unknown, exchange: Exchange): void {
  if (expected === undefined) return;
  compared.set(what, (compared.get(what) ?? 0) + 1);
  if (found !== expected) blame(what, exchange);
}

function blame(cause: string, exchange: Exchange): void {
  causes.set(cause, [...(causes.get(cause) ?? []), exchange.id]);
}
