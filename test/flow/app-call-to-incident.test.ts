import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace";
import { instrumentFetch, withCaller, withPrompt } from "@spanwarden/instrumentation";
import { createProcessor, type Processor } from "@spanwarden/processor";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

import { OtlpSink, type ReceivedEvent } from "./otlp-sink.ts";

/** The whole flow in one process over loopback: a client library's call, its span, the processor, what the backend gets. */

const PATIENCE = { timeout: 20_000, interval: 20 };
const GOOD = "Your parcel left the depot this morning and is on the van of your local courier, who calls before noon.";

/** What the provider does now. */
let model = "gpt-4.1-mini-2025-04-14";
let answer = GOOD;
let fails = false;
let system = "You are friendly.";

let provider: Server;
let sink: OtlpSink;
let processor: Processor;
let sdk: NodeSDK;
let spans: BatchSpanProcessor;
let client: OpenAI;

beforeAll(async () => {
  provider = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(fails ? 500 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(fails ? { error: { type: "server_error", message: "no" } } : completion()));
    });
  });
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  sink = new OtlpSink();
  const endpoint = await sink.start();
  processor = createProcessor({
    receiver: { port: 0 },
    forward: { endpoint },
    export: { protocol: "http/json" },
    store: { flush_interval: "20ms" },
    detection: { tick: "50ms", baseline: { min_calls: 60, window: "60s", gap: "1s" } },
    incidents: {
      min_open: "100ms",
      quiet_after: "300ms",
      close_after: { outage: "100ms", quality_degradation: "100ms", cost_anomaly: "100ms", safety_violation: "100ms" },
    },
  });
  await processor.start();
  spans = new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${processor.address}/v1/traces` }) });
  sdk = new NodeSDK({
    serviceName: "shop",
    spanProcessors: [spans],
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
  });
  sdk.start();
  client = new OpenAI({
    apiKey: "none",
    baseURL: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`,
    maxRetries: 0,
    fetch: instrumentFetch(fetch),
  });
});

afterAll(async () => {
  await sdk.shutdown();
  await processor.stop();
  await sink.stop();
  provider.closeAllConnections();
  provider.close();
});

let n = 0;

function completion(): unknown {
  n++;
  return {
    id: `chatcmpl-${n}`,
    object: "chat.completion",
    model,
    choices: [
      {
        index: 0,
        finish_reason: "stop",
        message: { role: "assistant", content: `${answer} Ticket ${1_000 + ((n * 617) % 9_000)}.` },
      },
    ],
    usage: { prompt_tokens: 30, completion_tokens: 20, total_tokens: 50 },
  };
}

/** So many calls of the app, and their spans on their way. */
async function use(calls: number): Promise<void> {
  for (let i = 0; i < calls; i++) {
    // eslint-disable-next-line no-await-in-loop -- an app that asks one thing after the other
    await withCaller({ user: `user-${i % 5}` }, () => withPrompt({ name: "support" }, ask)).catch(() => undefined);
  }
  // Spans end in the turn after their calls.
  await new Promise((resolve) => setImmediate(resolve));
  await spans.forceFlush();
}

async function ask(): Promise<unknown> {
  return await client.chat.completions.create({
    model: "gpt-4.1-mini",
    messages: [
      { role: "system", content: system },
      { role: "user", content: "Where is my parcel?" },
    ],
  });
}

async function seen(name: string, kind?: string): Promise<ReceivedEvent> {
  return await vi.waitFor(() => {
    const found = sink
      .events(name)
      .find((event) => kind === undefined || event.attributes["spanwarden.incident.type"] === kind);
    expect(found, `${name} ${kind ?? ""}`).toBeDefined();
    return found as ReceivedEvent;
  }, PATIENCE);
}

it("healthy traffic opens nothing", { timeout: 30_000 }, async () => {
  await use(150);
  expect(processor.totals()).toMatchObject({ calls: 150, inputTokens: 4_500, outputTokens: 3_000, unpricedCalls: 0 });
  expect(processor.openIncidents()).toEqual([]);
  expect(sink.events("spanwarden.incident.start")).toEqual([]);
});

it("a system prompt that was edited without a new version is a change of its own", { timeout: 30_000 }, async () => {
  system = "You are friendly, and you answer in one sentence.";
  await use(30);
  const { attributes } = await seen("spanwarden.prompt.changed");
  expect(attributes).toMatchObject({
    "spanwarden.change.kind": "silent_prompt",
    "service.name": "shop",
    "gen_ai.prompt.name": "support",
  });
});

it("a model that the provider switched behind the same name is a change of its own", { timeout: 30_000 }, async () => {
  model = "gpt-4.1-mini-2026-11-02";
  await use(30);
  const { attributes } = await seen("spanwarden.model.changed");
  expect(attributes).toMatchObject({
    "spanwarden.change.kind": "silent_model",
    "gen_ai.response.model": "gpt-4.1-mini-2026-11-02",
    "spanwarden.model.previous.name": "gpt-4.1-mini-2025-04-14",
  });
});

it("a leaked card number pages at once, and stands nowhere in what we send", { timeout: 30_000 }, async () => {
  answer = "The card on file is 4929 7132 5568 9042, as you asked.";
  await use(1);
  answer = GOOD;
  const { attributes } = await seen("spanwarden.incident.start", "safety_violation");
  expect(attributes).toMatchObject({ "spanwarden.incident.severity": 0 });
  const sent = sink.requests.map(({ body }) => body.toString("latin1")).join("\n");
  expect(sent).toContain("payment_card");
  expect(sent).not.toMatch(/4929.?7132/);
});

it(
  "answers that shrink and hedge are a quality incident, with the onset at the first of them",
  { timeout: 30_000 },
  async () => {
    answer = "Maybe. I am not sure.";
    const before = Date.now();
    await use(60);
    answer = GOOD;
    const { attributes } = await seen("spanwarden.incident.start", "quality_degradation");
    const onset = Date.parse(String(attributes["spanwarden.incident.onset.time"]));
    expect(onset).toBeGreaterThanOrEqual(before - 100);
    expect(onset).toBeLessThan(before + 2_000);
  },
);

it("failing calls are an outage, which closes when they succeed again", { timeout: 30_000 }, async () => {
  fails = true;
  await use(40);
  fails = false;
  const { attributes } = await seen("spanwarden.incident.start", "outage");
  expect(String(attributes["spanwarden.decision.reason"])).toContain("server_error");
  await use(120);
  await seen("spanwarden.incident.end", "outage");
});

it("every span arrived at the backend", () => {
  const received = sink.bodies("/v1/traces").reduce((sum, body) => sum + count(body, "chat gpt-4.1-mini"), 0);
  expect(received).toBe(processor.totals().calls);
});

function count(body: Buffer, text: string): number {
  return body.toString("latin1").split(text).length - 1;
}
