import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { FakeProvider, WORDS } from "./fake-provider.ts";
import { OtlpSink } from "./otlp-sink.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const REGISTER = ["--import", "@spanwarden/instrumentation/register"];
const SEAM = ["--import", "@spanwarden/instrumentation/seam"];

const provider = new FakeProvider();
let providerUrl = "";
beforeAll(async () => {
  providerUrl = await provider.start();
});
afterAll(() => provider.stop());

interface App {
  /** Before the program. */
  readonly options?: readonly string[];
  readonly format?: "module" | "commonjs" | undefined;
  readonly code: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Sent as soon as the app has said that it is ready. */
  readonly signal?: NodeJS.Signals;
}

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: string | null;
  readonly sink: OtlpSink;
}

/** Runs a service of its own process, with a collector of its own. */
async function run({ options = [], format = "module", code, env = {}, signal }: App): Promise<Outcome> {
  const sink = new OtlpSink();
  const endpoint = await sink.start();
  const given = ["--conditions=spanwarden-source", "--no-warnings", ...options, `--input-type=${format}`, "-e", code];
  const child = spawn(process.execPath, given, {
    cwd: ROOT,
    env: {
      PATH: process.env["PATH"],
      PROVIDER: providerUrl,
      ANTHROPIC_API_KEY: "none",
      OPENAI_API_KEY: "none",
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_SERVICE_NAME: "shop",
      ...env,
    },
  });
  const outcome = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    outcome.stdout += String(chunk);
    if (signal !== undefined && outcome.stdout.endsWith("ready\n")) child.kill(signal);
  });
  child.stderr.on("data", (chunk) => (outcome.stderr += String(chunk)));
  const [exitCode, endedBy] = (await once(child, "close")) as [number | null, string | null];
  await sink.stop();
  return { ...outcome, code: exitCode, signal: endedBy, sink };
}

const CLIENT = `import OpenAI from "openai";
const openai = new OpenAI({ baseURL: process.env.PROVIDER + "/v1" });`;
const CALL = `const messages = [{ role: "user", content: "Where from?" }];
console.log((await openai.chat.completions.create({ model: "gpt-4o", messages })).choices[0].message.content);`;
const ANSWER = `${WORDS.join("")}\n`;
const ours = { scope: "@spanwarden/instrumentation", name: "chat gpt-4o" };

describe.concurrent("the preload", { timeout: 30_000 }, () => {
  it.each<[string, App["format"], string]>([
    ["an ESM app", "module", `${CLIENT}${CALL} process.exitCode = 7;`],
    [
      "a CommonJS app",
      "commonjs",
      `const OpenAI = require("openai"); const openai = new OpenAI({ baseURL: process.env.PROVIDER + "/v1" });
       (async () => { ${CALL} process.exitCode = 7; })();`,
    ],
  ])("brings the SDK to %s, which ends with its own code", async (_, format, code) => {
    const { stdout, stderr, code: exitCode, sink } = await run({ options: REGISTER, format, code });
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: ANSWER, stderr: "", exitCode: 7 });
    expect(sink.spans).toMatchObject([ours]);
    expect(sink.spans[0]?.resource).toContainEqual({ key: "service.name", value: { stringValue: "shop" } });
  });

  it("tells what to install where there is no SDK, once, and the app works", async () => {
    const hide = `import { registerHooks } from "node:module";
      registerHooks({ resolve(name, context, next) {
        if (name === "@opentelemetry/sdk-node") throw Object.assign(new Error(name), { code: "MODULE_NOT_FOUND" });
        return next(name, context);
      } });`;
    const options = ["--import", `data:text/javascript,${encodeURIComponent(hide)}`, ...REGISTER];
    const { stdout, stderr, code, sink } = await run({ options, code: `${CLIENT}${CALL} { ${CALL} }` });
    expect({ stdout, code }).toEqual({ stdout: ANSWER + ANSWER, code: 0 });
    expect(stderr).toMatch(/^spanwarden: .+: npm install @opentelemetry\/sdk-node\n$/);
    expect(sink.spans).toEqual([]);
  });

  it("starts no SDK in an app that calls no model", async () => {
    const code = `import { trace } from "@opentelemetry/api";
      console.log((await fetch(process.env.PROVIDER, { method: "POST", body: "{}" })).status, trace.getTracerProvider().getDelegateTracer("x"));`;
    const { stdout, stderr } = await run({ options: REGISTER, code });
    expect([stdout, stderr]).toEqual(["200 undefined\n", ""]);
  });

  it("tells of unsampled calls in records", async () => {
    const env = { OTEL_TRACES_SAMPLER: "always_off" };
    const { stdout, sink } = await run({ options: REGISTER, code: CLIENT + CALL, env });
    expect(stdout).toBe(ANSWER);
    expect(sink.spans).toEqual([]);
    expect(sink.records).toMatchObject([{ eventName: "gen_ai.client.inference.operation.details" }]);
  });

  it("does not double what a client library tells itself", async () => {
    const code = `import Anthropic from "@anthropic-ai/sdk";
      const anthropic = new Anthropic({ baseURL: process.env.PROVIDER });
      const request = { model: "claude-test", max_tokens: 9, messages: [{ role: "user", content: "Where from?" }] };
      for (const _ of [1, 2]) console.log((await anthropic.messages.create(request)).content[0].text);`;
    const { stdout, sink } = await run({ options: REGISTER, code });
    expect(stdout).toBe(ANSWER + ANSWER);
    expect(sink.spans).toHaveLength(2);
    for (const { attributes } of sink.spans) {
      expect(attributes.map(({ key }) => key)).toContain("spanwarden.prompt.rendered.checksum");
    }
  });
});

describe.concurrent("an app with an SDK of its own", { timeout: 30_000 }, () => {
  const sdk = `import { NodeSDK } from "@opentelemetry/sdk-node"; const sdk = new NodeSDK();`;
  const seam = `await import("@spanwarden/instrumentation/seam");`;
  const plugin = `import { LlmInstrumentation } from "@spanwarden/instrumentation"; const llm = new LlmInstrumentation();
    import { NodeSDK } from "@opentelemetry/sdk-node"; const sdk = new NodeSDK({ instrumentations: [llm] });`;
  const start = "sdk.start();";
  const stop = "await sdk.shutdown();";

  it.each<[string, readonly string[], string]>([
    ["and the seam before it", SEAM, sdk + start + CLIENT + CALL + stop],
    ["and the seam after it", [], sdk + start + seam + CLIENT + CALL + stop],
    ["that starts after the seam and the clients", SEAM, sdk + CLIENT + start + CALL + stop],
    ["and the instrumentation in it", [], plugin + start + CLIENT + CALL + stop],
    [
      "and the instrumentation switched off and on",
      [],
      `${plugin}${start}llm.disable(); llm.enable();${CLIENT}${CALL}${stop}`,
    ],
    ["and the preload", REGISTER, sdk + start + CLIENT + CALL + stop],
    ["and the preload and the instrumentation", REGISTER, plugin + start + CLIENT + CALL + stop],
    ["and everything at once", [...SEAM, ...REGISTER], plugin + start + seam + CLIENT + CALL + stop],
    [
      "that is flushed, as before a function is frozen",
      SEAM,
      `${sdk}${start} import { trace } from "@opentelemetry/api"; ${CLIENT}${CALL}
       await trace.getTracerProvider().getDelegate().forceFlush(); process.exit();`,
    ],
  ])("%s has one span for each call", async (_, options, code) => {
    const { stdout, stderr, code: exitCode, sink } = await run({ options, code });
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: ANSWER, stderr: "", exitCode: 0 });
    expect(sink.spans).toMatchObject([ours]);
  });
});

describe.concurrent("the end of the process", { timeout: 30_000 }, () => {
  it.each(["SIGTERM", "SIGINT"] as const)("by %s is by the signal, and what was told is exported", async (signal) => {
    const code = `${CLIENT}${CALL} console.log("ready"); setInterval(() => {}, 1_000);`;
    const outcome = await run({ options: REGISTER, code, signal });
    expect([outcome.code, outcome.signal]).toEqual([null, signal]);
    expect(outcome.sink.spans).toMatchObject([ours]);
  });

  it("by a signal that the app handles is the app's own", async () => {
    const handler = `process.on("SIGTERM", () => { console.log("bye"); process.exitCode = 3; clearInterval(timer); });`;
    const code = `${CLIENT}${CALL}${handler} console.log("ready"); const timer = setInterval(() => {}, 1_000);`;
    const outcome = await run({ options: REGISTER, code, signal: "SIGTERM" });
    expect([outcome.code, outcome.signal]).toEqual([3, null]);
    expect(outcome.stdout).toBe(`${ANSWER}ready\nbye\n`);
    expect(outcome.sink.spans).toMatchObject([ours]);
  });

  it("by an exception of the app is what it is without us", async () => {
    const code = `${CLIENT}${CALL} throw new RangeError("the app's own");`;
    const [plain, instrumented] = await Promise.all([run({ code }), run({ options: REGISTER, code })]);
    const { stdout, stderr, code: exitCode } = instrumented;
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: plain.stdout, stderr: plain.stderr, exitCode: plain.code });
  });

  it("by a call that failed is what it is without us", async () => {
    const code = `${CLIENT} await openai.chat.completions.create({ model: "bad-request", messages: [] });`;
    const { code: exitCode, stderr } = await run({ options: REGISTER, code });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("400 no such tool");
  });
});
