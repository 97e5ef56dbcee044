import { SpanKind } from "@opentelemetry/api";
import { OTLPTraceExporter as GrpcExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchSpanProcessor, TracerProvider, type SpanExporter } from "@opentelemetry/sdk-trace";
import { createProcessor, type Processor } from "@spanwarden/processor";
import { afterEach, describe, expect, it } from "vitest";

import { OtlpSink } from "../flow/otlp-sink.ts";

/** The real exporters of the OpenTelemetry SDK send to the processor; what leaves it is compared byte by byte. */

const EXPORTERS = {
  protobuf: (url: string, compression: "gzip" | "none"): SpanExporter =>
    new ProtobufExporter({ url, compression: compression as never }),
  json: (url: string, compression: "gzip" | "none"): SpanExporter =>
    new JsonExporter({ url, compression: compression as never }),
} as const;

let running: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of running.toReversed()) await stop();
  running = [];
});

async function started(): Promise<{ sink: OtlpSink; direct: OtlpSink; directUrl: string; processor: Processor }> {
  const [sink, direct] = [new OtlpSink(), new OtlpSink()];
  const endpoint = await sink.start();
  const directUrl = await direct.start();
  const processor = createProcessor({
    receiver: { port: 0, grpc_port: 0 },
    forward: { endpoint },
    export: { protocol: "http/json" },
  });
  await processor.start();
  running = [() => sink.stop(), () => direct.stop(), () => processor.stop()];
  return { sink, direct, directUrl, processor };
}

/** The same spans through two exporters: one past the processor, one through it. */
async function send(exporters: readonly SpanExporter[], calls: boolean): Promise<void> {
  const provider = new TracerProvider({
    spanProcessors: exporters.map((exporter) => new BatchSpanProcessor({ exporter })),
  });
  const tracer = provider.getTracer("shop", "1.2.3");
  for (let i = 0; i < 20; i++) {
    const span = tracer.startSpan(`GET /orders/${i}`, { kind: SpanKind.SERVER });
    span.setAttributes({
      "http.route": "/orders/:id",
      big: Number.MAX_SAFE_INTEGER,
      ratio: 0.1,
      list: ["a", "ü"],
      ok: true,
    });
    span.addEvent("cache miss", { key: `order-${i}` });
    if (calls && i % 5 === 0) span.setAttributes({ "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 12 });
    span.end();
  }
  await provider.forceFlush();
  await provider.shutdown();
}

describe.each(["protobuf", "json"] as const)("%s", (encoding) => {
  it.each(["none", "gzip"] as const)(
    "a span that is no model call leaves as it came, compression %s",
    async (compression) => {
      const { sink, direct, directUrl, processor } = await started();
      const exporter = EXPORTERS[encoding];
      await send(
        [exporter(`${directUrl}/v1/traces`, compression), exporter(`${processor.address}/v1/traces`, compression)],
        false,
      );
      expect(sink.bodies("/v1/traces")).toEqual(direct.bodies("/v1/traces"));
      expect(sink.bodies("/v1/traces")[0]?.length).toBeGreaterThan(1_000);
    },
  );

  it("a model call gains our attributes, and its neighbours nothing", async () => {
    const { sink, direct, directUrl, processor } = await started();
    const exporter = EXPORTERS[encoding];
    await send([exporter(`${directUrl}/v1/traces`, "none"), exporter(`${processor.address}/v1/traces`, "none")], true);
    const [through] = sink.bodies("/v1/traces");
    const [past] = direct.bodies("/v1/traces");
    const added = (body: Buffer | undefined): number =>
      (body?.toString("latin1").match(/spanwarden\.processor\.id/g) ?? []).length;
    expect(added(past)).toBe(0);
    expect(added(through)).toBe(4);
    expect(processor.totals()).toMatchObject({ calls: 4, inputTokens: 48 });
  });
});

it("OpenTelemetry's gRPC exporter is taken, compressed too, and its spans go on as protobuf", async () => {
  const { sink, direct, directUrl, processor } = await started();
  const url = processor.grpcAddress ?? "";
  const grpc = new GrpcExporter({ url, compression: "gzip" as never });
  await send([new ProtobufExporter({ url: `${directUrl}/v1/traces` }), grpc], false);
  expect(sink.bodies("/v1/traces")).toEqual(direct.bodies("/v1/traces"));
  await send([new GrpcExporter({ url })], true);
  expect(processor.totals()).toMatchObject({ calls: 4, inputTokens: 48 });
});

it("what the backend does not take is not acknowledged, and counts once when it is sent again", async () => {
  const { sink, processor } = await started();
  sink.status = 503;
  const url = `${processor.address}/v1/traces`;
  const body = JSON.stringify(oneCall());
  const post = async (): Promise<Response> =>
    await fetch(url, { method: "POST", body, headers: { "content-type": "application/json" } });
  const refused = await post();
  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).not.toBeNull();
  sink.status = 200;
  expect((await post()).status).toBe(200);
  expect(processor.totals()).toMatchObject({ calls: 1, inputTokens: 7 });
  expect(sink.bodies("/v1/traces")).toHaveLength(1);
});

function oneCall(): unknown {
  const now = BigInt(Date.now()) * 1_000_000n;
  const attributes = [
    { key: "gen_ai.operation.name", value: { stringValue: "chat" } },
    { key: "gen_ai.usage.input_tokens", value: { intValue: "7" } },
  ];
  const span = {
    traceId: "0123456789abcdef0123456789abcdef",
    spanId: "0123456789abcdef",
    name: "chat",
    kind: 3,
    startTimeUnixNano: String(now - 1_000_000_000n),
    endTimeUnixNano: String(now),
    attributes,
  };
  return { resourceSpans: [{ resource: {}, scopeSpans: [{ scope: { name: "x" }, spans: [span] }] }] };
}
