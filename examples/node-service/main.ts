import { fork, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { Backend } from "./backend.ts";
import { Provider } from "./provider.ts";
import { seededRandom } from "./random.ts";
import { FULL_PACE, scenarioOf, SHORT_FAULTS, type Scenario } from "./scenario.ts";
import { perfect, scoreOf, type Truth } from "./score.ts";
import { Terminal } from "./terminal.ts";
import { Traffic } from "./traffic.ts";

/**
 * The main job, end to end: a support service, its local providers, spanwarden's processor and a backend, each joined
 * to the next by HTTP alone. Things go wrong by a seeded plan; the terminal shows what spanwarden makes of it.
 */

const PER_SECOND = 45;
const LOOPING_TICKETS = 2;
/** Longest wait for the last incident to close, in milliseconds. */
const CLOSING = 15_000;

const { values: options } = parseArgs({
  options: {
    seed: { type: "string" },
    exit: { type: "boolean", default: false },
    short: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (options.help) {
  process.stdout.write(`npm start -- [--seed N] [--short] [--exit]

  --seed N   what goes wrong, when and how badly (default: random, printed); every fifth seed is a quiet run
  --short    at most two faults
  --exit     end with status 0 if every fault was caught and nothing else was, else 1; without it, stay up
`);
  process.exit(0);
}

const seed = Number(options.seed ?? Math.floor(Math.random() * 1_000_000));
if (!Number.isSafeInteger(seed) || seed < 0) {
  process.stderr.write(`--seed: got "${options.seed}", expected a whole number from 0\n`);
  process.exit(2);
}

const random = seededRandom(seed);
const terminal = new Terminal();
const backend = new Backend((event) => terminal.event(event));
const provider = new Provider(random);
const state = await mkdtemp(join(tmpdir(), "spanwarden-example-"));
const children: ChildProcess[] = [];
let closing = false;

const backendUrl = await backend.start();
const providerUrl = await provider.start();
const processorUrl = await startProcessor();
const serviceUrl = await startService();
process.once("SIGINT", () => void shutDown(130));
process.once("SIGTERM", () => void shutDown(143));

const scenario = scenarioOf(seed, FULL_PACE, options.short ? SHORT_FAULTS : 4);
process.stdout.write(`seed ${seed}: ${scenario.faults.length} faults in ${Math.round(scenario.length / 1_000)} s
service ${serviceUrl}   processor ${processorUrl}   events ${backendUrl}

`);
const traffic = new Traffic(serviceUrl, random, PER_SECOND);
const truths = await play(scenario, traffic);
const score = scoreOf(truths, backend.events);
terminal.summary(score, truths, traffic.counts.sent);
if (options.exit) await shutDown(perfect(score) ? 0 : 1);
process.stdout.write(
  `\nStill up: the events at ${backendUrl}, the processor's health at ${processorUrl}/healthz. Ctrl-C ends it.\n`,
);

/** Traffic with the faults of the scenario; returns what really happened. */
async function play(plan: Scenario, load: Traffic): Promise<Truth[]> {
  terminal.begin();
  const began = Date.now();
  load.start();
  const status = setInterval(() => {
    const { sent, answered, failed } = load.counts;
    const kilobytes = Math.round(backend.bytes.traces / 1_024);
    terminal.status(`${sent} tickets, ${answered} answered, ${failed} failed; ${kilobytes} kB of spans at the backend`);
  }, 4_000);
  for (const fault of plan.faults) {
    // eslint-disable-next-line no-await-in-loop -- one after the other
    await delay(began + fault.start - Date.now());
    terminal.line(`(injected: ${fault.description})`);
    provider.begin(fault);
    if (fault.user !== undefined) for (let i = 0; i < LOOPING_TICKETS; i++) load.send("/agent", fault.user);
    // eslint-disable-next-line no-await-in-loop -- one after the other
    await delay(began + fault.end - Date.now());
    provider.end(fault);
    terminal.line("(fault ends)");
  }
  await delay(began + plan.length - Date.now());
  clearInterval(status);
  const truth = plan.faults.flatMap((fault): Truth[] => {
    const effect = provider.effectOf(fault);
    return effect === undefined ? [] : [{ fault, first: effect.first, last: began + fault.end }];
  });
  for (let waited = 0; waited < CLOSING && scoreOf(truth, backend.events).unclosed.length > 0; waited += 500) {
    // eslint-disable-next-line no-await-in-loop -- polling with a bound
    await delay(500);
  }
  await load.stop();
  return truth;
}

async function startProcessor(): Promise<string> {
  const main = fileURLToPath(import.meta.resolve("../../processor/src/main.ts"));
  const config = fileURLToPath(import.meta.resolve("./spanwarden.yaml"));
  const child = spawn(process.execPath, ["--conditions=spanwarden-source", main, "--config", config], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, BACKEND_URL: backendUrl, STATE_DIRECTORY: state },
  });
  children.push(child);
  child.once("exit", (code) => closing || fail(`the processor ended with status ${code}`));
  return await listeningAddress(child.stdout);
}

/** The processor logs one JSON object a line; the one that says where it listens ends the wait. */
async function listeningAddress(output: Readable): Promise<string> {
  const lines = createInterface({ input: output });
  return await new Promise((resolve) => {
    lines.on("line", (line) => {
      const entry = JSON.parse(line) as { msg?: string; address?: string; level?: string };
      if (entry.msg === "listening" && entry.address !== undefined) resolve(entry.address);
      else if (entry.level === "error" || entry.level === "warn") terminal.line(`processor: ${line}`);
    });
  });
}

async function startService(): Promise<string> {
  const child = fork(fileURLToPath(import.meta.resolve("./service.ts")), {
    execArgv: ["--conditions=spanwarden-source", "--import", "@spanwarden/instrumentation/register"],
    env: {
      ...process.env,
      PROVIDER_URL: providerUrl,
      OTEL_SERVICE_NAME: "support-service",
      OTEL_EXPORTER_OTLP_ENDPOINT: processorUrl,
      OTEL_BSP_SCHEDULE_DELAY: "250",
      OTEL_METRICS_EXPORTER: "none",
    },
  });
  children.push(child);
  child.once("exit", (code) => closing || fail(`the service ended with status ${code}`));
  const [message] = (await once(child, "message")) as [{ port: number }];
  return `http://127.0.0.1:${message.port}`;
}

function fail(reason: string): void {
  process.stderr.write(`${reason}\n`);
  void shutDown(1);
}

async function shutDown(code: number): Promise<never> {
  closing = true;
  for (const child of children.toReversed()) {
    if (child.exitCode !== null) continue;
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
    // eslint-disable-next-line no-await-in-loop -- the service first, then the processor drains
    await once(child, "exit");
    clearTimeout(timer);
  }
  await Promise.all([provider.stop(), backend.stop()]);
  await rm(state, { recursive: true, force: true });
  process.exit(code);
}
