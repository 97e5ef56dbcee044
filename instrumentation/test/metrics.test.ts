import { metrics, trace } from "@opentelemetry/api";
import * as names from "@spanwarden/conventions";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type MetricData,
} from "@opentelemetry/sdk-metrics";
import { TracerProvider } from "@opentelemetry/sdk-trace";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { withCaller, withPrompt } from "../src/context/call-context.ts";
import { Seam } from "../src/fetch/instrument-fetch.ts";
import { answering, ask, COMPLETION, jsonAnswer, post } from "./ask.ts";
import { FakeScheduler } from "./fake-scheduler.ts";

let exporter: InMemoryMetricExporter;
let provider: MeterProvider;

beforeEach(() => {
  exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  provider = new MeterProvider({ readers: [reader] });
  metrics.setGlobalMeterProvider(provider);
  trace.setGlobalTracerProvider(new TracerProvider());
});
afterEach(async () => {
  await provider.shutdown();
  metrics.disable();
  trace.disable();
});

async function told(): Promise<readonly MetricData[]> {
  await provider.forceFlush();
  return (
    exporter
      .getMetrics()
      .at(-1)
      ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? []
  );
}

/** Value of each point, or the sum of a histogram's. */
async function values(name: string): Promise<readonly unknown[]> {
  const metric = (await told()).find(({ descriptor }) => descriptor.name === name);
  return (metric?.dataPoints ?? []).map(({ value }) => (typeof value === "number" ? value : Reflect.get(value, "sum")));
}

const DETAILS = {
  prompt_tokens: 21,
  completion_tokens: 7,
  prompt_tokens_details: { cached_tokens: 16 },
  completion_tokens_details: { reasoning_tokens: 3 },
};
const detailed = (): Response => jsonAnswer({ ...COMPLETION, usage: DETAILS });

function streamed(): Response {
  const delta = (rest: object): string =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, ...rest }], usage: DETAILS })}\n\n`;
  const text = delta({}) + delta({}) + delta({ finish_reason: "stop" });
  return new Response(`${text}data: [DONE]\n\n`, { headers: { "content-type": "text/event-stream" } });
}

describe("the metrics", () => {
  it("have the names, units and buckets of the conventions", async () => {
    const seam = new Seam(new FakeScheduler());
    await ask(seam, answering(detailed));
    await ask(seam, answering(streamed), { stream: true });
    seam.flush();
    const given = new Map<string, unknown>(Object.entries(names));
    const constants = new Map(
      [...given].filter(([key]) => key.startsWith("METRIC_")).map(([key, value]) => [value, key]),
    );
    const found = await told();
    expect(found.length).toBeGreaterThanOrEqual(8);
    for (const { descriptor, dataPoints } of found) {
      const constant = constants.get(descriptor.name) ?? "unknown";
      expect([descriptor.name, descriptor.unit]).toEqual([given.get(constant), given.get(`${constant}_UNIT`)]);
      for (const { value } of dataPoints) {
        if (typeof value === "number") continue;
        const buckets: unknown = Reflect.get(Reflect.get(value, "buckets") as object, "boundaries");
        expect(buckets).toEqual(names.METRIC_GEN_AI_CLIENT_INFERENCE_DURATION_BUCKETS);
      }
    }
  });

  it("have dimensions of few values only, whatever is said of a call", async () => {
    const seam = new Seam(new FakeScheduler());
    for (const user of ["u1", "u2", "u3"]) {
      const prompt = { name: "p", version: user, template: user };
      await withCaller({ user, session: user, tenant: user, route: user }, () =>
        withPrompt(prompt, () => ask(seam, answering(detailed), { user, messages: [{ role: "user", content: user }] })),
      );
    }
    seam.flush();
    const allowed = new Set([
      "error.type",
      "gen_ai.operation.name",
      "gen_ai.provider.name",
      "gen_ai.request.model",
      "gen_ai.response.model",
      "gen_ai.token.modality",
      "server.address",
      "server.port",
    ]);
    for (const { dataPoints } of await told()) {
      expect(dataPoints).toHaveLength(1);
      for (const { attributes } of dataPoints)
        expect(Object.keys(attributes).filter((key) => !allowed.has(key))).toEqual([]);
    }
  });

  it("count tokens once, although each chunk tells them", async () => {
    const seam = new Seam(new FakeScheduler());
    await ask(seam, answering(streamed), { stream: true });
    seam.flush();
    expect(await values("gen_ai.client.inference.usage.input_tokens")).toEqual([21]);
    expect(await values("gen_ai.client.inference.usage.output_tokens")).toEqual([7]);
    expect(await values("gen_ai.client.inference.usage.cache_read.input_tokens")).toEqual([16]);
    expect(await values("gen_ai.client.inference.usage.reasoning.output_tokens")).toEqual([3]);
    expect(await values("gen_ai.client.inference.usage.cache_write.input_tokens")).toEqual([]);
  });

  it("count a call that was retried once, with all the time that it took", async () => {
    const scheduler = new FakeScheduler();
    const seam = new Seam(scheduler);
    const attempt = (count: number): RequestInit => ({ headers: { "x-stainless-retry-count": String(count) } });
    await post(
      seam,
      answering(() => jsonAnswer({}, { status: 429 })),
      {},
      attempt(0),
    );
    scheduler.advance(2_000);
    await ask(seam, answering(detailed), {}, attempt(1));
    seam.flush();
    expect(await values("gen_ai.client.inference.duration")).toEqual([2]);
    expect(await values("gen_ai.client.inference.usage.input_tokens")).toEqual([21]);
  });

  it("tell no tokens where none were told: unknown is not 0", async () => {
    const seam = new Seam(new FakeScheduler());
    await ask(
      seam,
      answering(() => jsonAnswer({ ...COMPLETION, usage: undefined })),
    );
    seam.flush();
    expect(await values("gen_ai.client.inference.usage.input_tokens")).toEqual([]);
    expect((await told()).map(({ descriptor }) => descriptor.name)).not.toContain(
      "gen_ai.client.inference.time_to_first_chunk",
    );
  });

  it("count open calls while they are open", async () => {
    const seam = new Seam(new FakeScheduler());
    const { promise, resolve } = Promise.withResolvers<Response>();
    const asked = ask(seam, () => promise);
    expect(await values("spanwarden.client.inference.active")).toEqual([1]);
    resolve(detailed());
    await asked;
    expect(await values("spanwarden.client.inference.active")).toEqual([0]);
  });

  it("go where the app's SDK of the moment wants them", async () => {
    const seam = new Seam(new FakeScheduler());
    await ask(seam, answering(detailed));
    seam.flush();
    const later = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const readers = [new PeriodicExportingMetricReader({ exporter: later, exportIntervalMillis: 3_600_000 })];
    const second = new MeterProvider({ readers });
    metrics.disable();
    metrics.setGlobalMeterProvider(second);
    await ask(seam, answering(detailed));
    seam.flush();
    await second.forceFlush();
    expect(
      later
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap((scope) => scope.metrics),
    ).not.toEqual([]);
    await second.shutdown();
  });
});
