import { spawn } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";

import { createProcessor } from "../../processor/src/app.ts";
import { NestedCalls } from "../../processor/src/dialects/nested-calls.ts";
import { recogniseSpan } from "../../processor/src/dialects/recognise.ts";
import type { Recognised } from "../../processor/src/dialects/recognised.ts";
import { Inspection } from "../../processor/src/inspect/inspection.ts";
import { jsonTraces } from "../../processor/src/otlp/json/batch.ts";
import type { SpanRecord } from "../../processor/src/otlp/records.ts";
import { conclude, type Measure } from "../measure/report.ts";
import { compare } from "./compare.ts";
import { Provider } from "./provider.ts";
import { FIELDS, RUNS, type Run } from "./runs.ts";
import { SpanSink } from "./span-sink.ts";

/** A client that has not ended by then hangs; milliseconds. */
const PATIENCE = 60_000;
const CLIENT = fileURLToPath(new URL("client.mjs", import.meta.url));

/**
 * `npm run dialects`: the instrumentations that people have, in a process of their own each, against a provider whose answers
 * are known, through a whole processor: every call judged once, with the right model, tokens, finish reason and response id.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      json: { type: "string" },
      report: { type: "boolean", default: false },
      data: { type: "string" },
      run: { type: "string" },
    },
  });
  const measures: Measure[] = [];
  for (const run of RUNS) {
    if (values.run === undefined || run.name.includes(values.run)) measures.push(...(await measured(run)));
  }
  for (const { name, leavesOut } of RUNS) {
    for (const [field, cause] of Object.entries(leavesOut))
      process.stdout.write(`${name} leaves out ${field}: ${cause}\n`);
  }
  if (values.data === undefined || !existsSync(values.data)) {
    process.stdout.write("SKIPPED: recorded spans (--data PATH to a directory of them)\n");
  } else {
    measures.push(...recorded(values.data));
  }
  return conclude(measures, { json: values.json, report: values.report });
}

async function measured({ name, leavesOut }: Run): Promise<readonly Measure[]> {
  const provider = new Provider();
  const sink = new SpanSink();
  const processor = createProcessor({ receiver: { port: 0 }, forward: { endpoint: await sink.start() } });
  await processor.start();
  const ended = await client(name, { PROVIDER_URL: await provider.start(), OTLP_URL: processor.address ?? "" });
  if (ended !== "") process.stdout.write(`${name}: ${ended}\n`);
  const judged = processor.totals().calls;
  await processor.stop();
  await Promise.all([provider.stop(), sink.stop()]);
  const { matched, fields } = compare(callsOf(sink.spans), provider.answers);
  const answers = provider.answers.length;
  const once = judged === answers ? matched : 0;
  const wrong = FIELDS.reduce((sum, field) => sum + fields[field].wrong, 0);
  return [
    share(`${name}: calls judged once`, once, answers, ended === ""),
    { name: `${name}: values read wrong`, value: wrong, unit: "", n: answers, goal: "0", ok: wrong === 0 },
    ...FIELDS.filter((field) => fields[field].of > 0).map((field) => {
      const { of, right } = fields[field];
      const row = share(`${name}: ${field} right`, right, of, true);
      return leavesOut[field] === undefined ? row : { ...row, goal: "", ok: true };
    }),
  ];
}

function share(name: string, part: number, of: number, ended: boolean): Measure {
  return {
    name,
    value: of === 0 ? 0 : (100 * part) / of,
    unit: "%",
    n: of,
    goal: "100 %",
    ok: ended && of > 0 && part === of,
  };
}

/** Runs an app; empty where it ended well. */
async function client(name: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const app = spawn(process.execPath, [CLIENT, name], { env: { ...process.env, ...env }, timeout: PATIENCE });
  let said = "";
  const hear = (chunk: Buffer): void => {
    said = `${said}${chunk.toString()}`.slice(-2_000);
  };
  app.stdout.on("data", hear);
  app.stderr.on("data", hear);
  app.on("error", (error) => resolve(error.message));
  app.on("close", (code) => resolve(code === 0 ? "" : `the client ended with ${code}\n${said}`));
  return await promise;
}

/** The calls among the forwarded spans, as the processor tells them apart; those with one response id are one. */
function callsOf(spans: readonly SpanRecord[]): readonly Recognised["call"][] {
  const recognised = new Map<SpanRecord, Recognised>();
  for (const span of spans) {
    const call = recogniseSpan(span);
    if (call !== undefined) recognised.set(span, call);
  }
  const { calls } = new NestedCalls().count(spans, recognised);
  const once = new Map([...calls].map(([{ spanId }, { call }]) => [call.response.id ?? spanId, call]));
  return [...once.values()];
}

/** Share of the spans that look like calls which are read as calls, of each file of recorded spans. */
function recorded(directory: string): readonly Measure[] {
  const files = globSync(join(directory, "**/*.jsonl.gz")).toSorted();
  return files.map((file) => {
    const inspection = new Inspection();
    for (const line of gunzipSync(readFileSync(file)).toString().split("\n")) {
      if (line === "") continue;
      const { otlp } = JSON.parse(line) as { readonly otlp: unknown };
      inspection.add({ kind: "spans", items: jsonTraces(Buffer.from(JSON.stringify(otlp))).items });
    }
    const { calls, notCounted, missed } = inspection.report();
    const understood = calls + Object.values(notCounted).reduce((sum, n) => sum + n, 0);
    const row = share(`${basename(file, ".jsonl.gz")}: understood`, understood, understood + missed.spans, true);
    return { ...row, goal: "", ok: true };
  });
}

process.exitCode = await main();
