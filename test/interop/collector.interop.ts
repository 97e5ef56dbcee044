import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { OtlpSink } from "../flow/otlp-sink.ts";
import { ProcessorProcess } from "../flow/processor-process.ts";
import { requestOf } from "../flow/spans.ts";
import { versionOf } from "./cached.ts";
import { buildCollector } from "./collector-process.ts";
import { freePort } from "../flow/free-port.ts";
import { richLogs, richMetrics, richRequest, spanIdOf } from "./rich-request.ts";
import { spansOf } from "./spans-on-the-wire.ts";
import { post, Stations } from "./stations.ts";

/** A real OpenTelemetry Collector before and behind the processor. Its gRPC exporter is grpc-go. */

const PATIENCE = { timeout: 20_000, interval: 50 };
const RETRY = { initial_interval: "100ms", max_interval: "1s", max_elapsed_time: "60s" };

const go = versionOf("go", "version");
const binary = go === undefined ? "" : buildCollector(go);

let stations: Stations;

beforeEach(() => {
  stations = new Stations();
});

afterEach(async () => {
  await stations.end();
});

/** An exporter of the Collector to the processor. */
function exporterTo(processor: ProcessorProcess, kind: "grpc" | "http", options: object): Record<string, object> {
  const endpoint = kind === "grpc" ? processor.grpcAddress?.replace("http://", "") : processor.address;
  const common = { endpoint, tls: { insecure: true }, retry_on_failure: RETRY };
  return { [`otlp_${kind}/spanwarden`]: { ...common, ...options } };
}

function exporterToSink(name: string, endpoint: string, options: object = {}): Record<string, object> {
  return { [`otlp_http/${name}`]: { endpoint, compression: "none", ...options } };
}

function bodiesOf(sink: OtlpSink, signal: string): readonly Buffer[] {
  return sink.bodies(`/v1/${signal}`);
}

/** Each id with the number of times that it arrived. */
function arrivals(sink: OtlpSink): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { id } of bodiesOf(sink, "traces").flatMap(spansOf)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

const ids = (n: number): readonly string[] => Array.from({ length: n }, (_, i) => spanIdOf(i));

describe.skipIf(go === undefined)("a Collector in front", () => {
  async function inFront(
    kind: "grpc" | "http",
    options: object,
    { direct = {}, more = "" }: { direct?: object; more?: string } = {},
  ) {
    const { sink, url } = await stations.sink();
    const past = await stations.sink();
    const processor = await stations.spanwarden(url, more);
    const { collector, urls } = await stations.collector(binary, {
      in: { ...exporterTo(processor, kind, options), ...exporterToSink("past", past.url, direct) },
    });
    return { sink, past: past.sink, processor, collector, url: urls["in"] ?? "" };
  }

  const CASES = (["grpc", "http"] as const).flatMap((kind) =>
    ["none", "gzip", "zstd"].map((compression) => ({ kind, compression })),
  );

  it.each(CASES)("spans, records and metrics over $kind, $compression, leave as they came", async (given) => {
    const { sink, past, url } = await inFront(given.kind, { compression: given.compression });
    const sent = { traces: richRequest(0, 50), logs: richLogs(), metrics: richMetrics() };
    for (const [signal, body] of Object.entries(sent)) {
      // eslint-disable-next-line no-await-in-loop -- one signal after the other
      expect(await post(url, body, signal)).toBe(200);
      // eslint-disable-next-line no-await-in-loop -- one signal after the other
      await vi.waitFor(() => {
        expect(bodiesOf(past, signal)).toHaveLength(1);
        expect(bodiesOf(sink, signal)).toHaveLength(1);
      }, PATIENCE);
      expect(
        bodiesOf(sink, signal)[0]?.equals(bodiesOf(past, signal)[0] ?? Buffer.of()),
        `${signal} as they came`,
      ).toBe(true);
    }
    expect(spansOf(bodiesOf(sink, "traces")[0] ?? Buffer.of())).toHaveLength(50);
  });

  it("spans in JSON keep every field and every 64-bit value", async () => {
    const { sink, past, url } = await inFront("http", { encoding: "json" }, { direct: { encoding: "json" } });
    await post(url, richRequest(0, 50));
    await vi.waitFor(() => expect([past, sink].map((s) => bodiesOf(s, "traces").length)).toEqual([1, 1]), PATIENCE);
    expect(bodiesOf(sink, "traces")[0]?.toString()).toBe(bodiesOf(past, "traces")[0]?.toString());
  });

  it.each(["grpc", "http"] as const)("model calls over %s gain our attributes and lose nothing", async (kind) => {
    const { sink, past, processor, url } = await inFront(kind, {});
    await post(url, richRequest(0, 40, 4));
    await vi.waitFor(() => expect([past, sink].map((s) => bodiesOf(s, "traces").length)).toEqual([1, 1]), PATIENCE);
    const [through, before] = [sink, past].map((s) => bodiesOf(s, "traces").flatMap(spansOf));
    let gained = 0;
    for (const [i, span] of (through ?? []).entries()) {
      const own = Object.keys(span.attributes).filter((key) => key.startsWith("spanwarden."));
      gained += own.length > 0 ? 1 : 0;
      expect(span).toMatchObject(before?.[i] ?? { id: "missing" });
      expect(Object.keys(span.attributes)).toHaveLength(Object.keys(before?.[i]?.attributes ?? {}).length + own.length);
    }
    expect(gained).toBe(10);
    // Their tracestate says that half of them were sampled, so each stands for two.
    expect(await processor.totals()).toMatchObject({ calls: 20, inputTokens: 240 });
  });

  it.each(["grpc", "http"] as const)(
    "a compression over %s that we do not take is refused in a way that the Collector understands",
    async (kind) => {
      const { sink, processor, collector, url } = await inFront(kind, { compression: "snappy" });
      await post(url, richRequest(0, 5));
      await vi.waitFor(() => expect(collector.log).toMatch(/not retryable|Permanent error/), PATIENCE);
      expect(collector.log).toMatch(/snappy/);
      expect(bodiesOf(sink, "traces")).toHaveLength(0);
      expect(await post(processor.address, richRequest(5, 1))).toBe(200);
    },
  );

  it("a message far beyond gRPC's usual 4 MiB is taken", async () => {
    const { sink, url } = await inFront("grpc", { compression: "none" });
    await post(url, richRequest(0, 1_000, 0, "x".repeat(8_000)));
    await vi.waitFor(() => expect(arrivals(sink).size).toBe(1_000), PATIENCE);
    expect(Buffer.concat(bodiesOf(sink, "traces")).length).toBeGreaterThan(8_000_000);
  });

  it.each([
    ["grpc", /ResourceExhausted/],
    ["http", /413/],
  ] as const)(
    "over %s a message beyond the limit is refused for good, and its neighbours arrive",
    async (kind, says) => {
      const more = "receiver: { port: 0, grpc_port: 0, max_body_bytes: 100000 }";
      const { sink, collector, url } = await inFront(kind, { compression: "none" }, { more });
      await post(url, richRequest(0, 1));
      await vi.waitFor(() => expect(arrivals(sink).size).toBe(1), PATIENCE);
      await post(url, richRequest(1, 1, 0, "x".repeat(200_000)));
      await vi.waitFor(() => expect(collector.log).toMatch(says), PATIENCE);
      await post(url, richRequest(2, 1));
      await vi.waitFor(() => expect(arrivals(sink).has(spanIdOf(2))).toBe(true), PATIENCE);
      expect([...arrivals(sink).keys()].toSorted()).toEqual([spanIdOf(0), spanIdOf(2)]);
    },
  );

  it.each(["grpc", "http"] as const)(
    "over %s the Collector waits out a backend that is away",
    { timeout: 40_000 },
    async (kind) => {
      const { sink, collector, url } = await inFront(kind, {});
      sink.status = 503;
      await post(url, richRequest(0, 20));
      await vi.waitFor(() => expect(collector.log).toMatch(/Will retry the request/), PATIENCE);
      sink.status = 200;
      await vi.waitFor(() => expect([...arrivals(sink).keys()].toSorted()).toEqual(ids(20)), PATIENCE);
      expect(collector.log).not.toMatch(/Dropping data/);
    },
  );
});

describe.skipIf(go === undefined)("a Collector in front of a processor that is restarted under load", () => {
  const BATCHES = 90;
  const SPANS = 20;
  /** How often it is restarted, each time after so many batches of thirty. */
  const RESTARTS = 3;

  // A kill may catch a batch between the backend's acknowledgement and ours; how many spans the Collector put into it is its own affair.
  it.each([
    { kind: "grpc", how: "stop", most: 1 },
    { kind: "http", how: "stop", most: 1 },
    { kind: "grpc", how: "kill", most: 1 + RESTARTS },
    { kind: "http", how: "kill", most: 1 + RESTARTS },
  ] as const)("by $how, over $kind: every span arrives, $most times at most", { timeout: 90_000 }, async (given) => {
    const { sink, url } = await stations.sink();
    const [port, grpcPort] = [await freePort(), await freePort()];
    const more = `receiver: { port: ${port}, grpc_port: ${grpcPort} }`;
    let processor = await stations.spanwarden(url, more);
    const { collector, urls } = await stations.collector(binary, { in: exporterTo(processor, given.kind, {}) });
    for (let batch = 0; batch < BATCHES; batch++) {
      // eslint-disable-next-line no-await-in-loop -- load is one request after the other
      expect(await post(urls["in"] ?? "", richRequest(batch * SPANS, SPANS))).toBe(200);
      if (batch % 30 !== 15) continue;
      const ended = given.how === "kill" ? processor.kill() : processor.stop();
      // eslint-disable-next-line no-await-in-loop -- the load goes on while it ends
      expect(await post(urls["in"] ?? "", richRequest(++batch * SPANS, SPANS))).toBe(200);
      // eslint-disable-next-line no-await-in-loop -- one life after the other
      await ended;
      // eslint-disable-next-line no-await-in-loop -- one life after the other
      processor = await stations.spanwarden(url, more);
    }
    await vi.waitFor(() => expect(arrivals(sink).size).toBe(BATCHES * SPANS), { ...PATIENCE, timeout: 60_000 });
    expect(Math.max(...arrivals(sink).values())).toBeLessThanOrEqual(given.most);
    expect(collector.log).not.toMatch(/Dropping data/);
  });
});

describe.skipIf(go === undefined)("a Collector behind", () => {
  const WAYS = [
    { encoding: "json", protocol: "http" },
    { encoding: "protobuf", protocol: "http" },
    { encoding: "protobuf", protocol: "grpc" },
  ] as const;

  it.for(WAYS)("takes $encoding that leaves the processor over $protocol, to the last bit", async (way, { skip }) => {
    const [through, past] = [await stations.sink(), await stations.sink()];
    const { urls, grpcUrls } = await stations.collector(binary, {
      behind: exporterToSink("through", through.url),
      past: exporterToSink("past", past.url),
    });
    const forward = `forward: { endpoint: "${grpcUrls["behind"]}", protocol: grpc }`;
    const { url } = await stations.sink();
    if (
      way.protocol === "grpc" &&
      !ProcessorProcess.takes(stations.directory, `${forward}\nexport: { endpoint: "${url}" }`)
    )
      skip("this processor has no gRPC out");
    const processor = await stations.spanwarden(urls["behind"] ?? "", way.protocol === "grpc" ? forward : "");
    expect(await post(urls["past"] ?? "", richRequest(0, 50))).toBe(200);
    await vi.waitFor(() => expect(bodiesOf(past.sink, "traces")).toHaveLength(1), PATIENCE);
    const [written] = bodiesOf(past.sink, "traces");
    expect(await post(processor.address, way.encoding === "json" ? richRequest(0, 50) : (written ?? {}))).toBe(200);
    await vi.waitFor(() => expect(bodiesOf(through.sink, "traces")).toHaveLength(1), PATIENCE);
    expect(bodiesOf(through.sink, "traces")[0]?.equals(written ?? Buffer.of())).toBe(true);
  });

  it("takes our events and metrics, and hands them on", async () => {
    const { sink, url } = await stations.sink();
    const { urls } = await stations.collector(binary, { behind: exporterToSink("through", url, { encoding: "json" }) });
    const more = `export: { endpoint: "${urls["behind"]}", metrics_interval: 500ms }\ndetection: { tick: 50ms }`;
    const processor = await stations.spanwarden(urls["behind"] ?? "", more);
    const failing = Array.from({ length: 60 }, (_, n) => ({ n, failed: true, end: Date.now() }));
    expect(await processor.post(requestOf(failing))).toBe(200);
    await vi.waitFor(() => {
      const [start] = sink.events("spanwarden.incident.start");
      expect(start?.attributes).toMatchObject({ "spanwarden.incident.type": "outage", "service.name": "shop" });
      expect(bodiesOf(sink, "metrics").join()).toContain("spanwarden.incident.active");
    }, PATIENCE);
  });
});
