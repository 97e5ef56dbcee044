import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { FakeProvider, WORDS } from "./fake-provider.ts";

/** What becomes of spans where the SDK is missing, stopped or set otherwise. Each app is a process of its own. */

const here = fileURLToPath(new URL(".", import.meta.url));
const provider = new FakeProvider();
const exported: { readonly type: string; readonly body: string }[] = [];
const sink = createServer((request, response) => void take(request, response));
let environment: NodeJS.ProcessEnv = {};

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const type = request.headers["content-type"] ?? "";
  exported.push({ type, body: await text(request) });
  response.setHeader("content-type", type).end();
}

beforeAll(async () => {
  sink.listen(0, "127.0.0.1");
  await once(sink, "listening");
  environment = {
    ...process.env,
    PROVIDER: await provider.start(),
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(sink.address() as AddressInfo).port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_METRICS_EXPORTER: "none",
    OTEL_LOGS_EXPORTER: "none",
  };
});
afterAll(async () => {
  await provider.stop();
  sink.closeAllConnections();
  sink.close();
});
beforeEach(() => {
  exported.length = 0;
});

interface Run {
  readonly app: string;
  readonly preload?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Sent when the app has written its first line. */
  readonly signal?: NodeJS.Signals;
}

interface Outcome {
  readonly out: string;
  readonly err: string;
  readonly ended: number | string | null;
}

async function run({ app, preload = [], env, signal }: Run): Promise<Outcome> {
  const imports = preload.flatMap((one) => ["--import", one]);
  const flags = ["--conditions=spanwarden-source", ...imports, "--input-type=module", "--eval", app];
  const child = spawn(process.execPath, flags, { cwd: here, env: { ...environment, ...env } });
  if (signal !== undefined) child.stdout.once("data", () => child.kill(signal));
  const [out, err, [code, by]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { out, err, ended: (by as string | null) ?? (code as number) };
}

/** Names of the spans that arrived. */
function spans(): string[] {
  return exported.flatMap(({ body }) => [...body.matchAll(/"name":"(chat [^"]*)"/g)].map(([, name]) => name ?? ""));
}

const REGISTER = "@spanwarden/instrumentation/register";
const SEAM = "@spanwarden/instrumentation/seam";
const ANSWER = `${WORDS.join("")}\n`;
const call = `
  const openai = new OpenAI({ apiKey: "none", baseURL: process.env.PROVIDER + "/v1" });
  const { choices } = await openai.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "?" }] });
  console.log(choices[0].message.content);`;
const client = `import OpenAI from "openai";`;
const startSdkWithUs = `
  const { NodeSDK } = await import("@opentelemetry/sdk-node");
  const { LlmInstrumentation } = await import("@spanwarden/instrumentation");
  const ours = new LlmInstrumentation();
  const sdk = new NodeSDK({ autoDetectResources: false, instrumentations: [ours] });
  sdk.start();`;
const stopSdk = `
  await new Promise(setImmediate);
  await sdk.shutdown();`;

describe("no span, and no harm:", () => {
  it.each<readonly [string, Run]>([
    ["the seam without any SDK", { preload: [SEAM], app: client + call }],
    [
      "the preload with a disabled SDK",
      { preload: [REGISTER], app: client + call, env: { OTEL_SDK_DISABLED: "true" } },
    ],
    ["the app's SDK with us, switched off", { app: `${client}${startSdkWithUs} ours.disable(); ${call}${stopSdk}` }],
  ])("%s", async (_, given) => {
    expect(await run(given)).toEqual({ out: ANSWER, err: "", ended: 0 });
    expect(spans()).toEqual([]);
  });
});

it("a call that has just ended is exported where the instrumentation is switched off before the SDK", async () => {
  const app = `${client}${startSdkWithUs}${call} ours.disable(); await sdk.shutdown();`;
  expect(await run({ app })).toEqual({ out: ANSWER, err: "", ended: 0 });
  expect(spans()).toEqual(["chat gpt-4o"]);
});

describe("the preload", () => {
  it("exports protobuf over HTTP by default", async () => {
    await run({ preload: [REGISTER], app: client + call, env: { OTEL_EXPORTER_OTLP_PROTOCOL: undefined } });
    expect(exported.map(({ type }) => type)).toEqual(["application/x-protobuf"]);
    expect(exported[0]?.body).toContain("chat gpt-4o");
  });

  it("leaves a signal to an app that handles it once", async () => {
    const app = `${client}
      const stay = setInterval(() => 0, 1000);
      process.once("SIGTERM", async () => {
        await new Promise(setImmediate);
        clearInterval(stay);
        process.exitCode = 3;
      });${call}`;
    expect((await run({ preload: [REGISTER], app, signal: "SIGTERM" })).ended).toBe(3);
    expect(spans()).toHaveLength(1);
  });
});
