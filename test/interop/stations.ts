import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { OtlpSink } from "../flow/otlp-sink.ts";
import { ProcessorProcess } from "../flow/processor-process.ts";
import { CollectorProcess } from "./collector-process.ts";
import { freePort } from "../flow/free-port.ts";

/** The programs of one test, which end with it. */
export class Stations {
  readonly directory = mkdtempSync(join(tmpdir(), "spanwarden-interop-"));
  #ends: (() => Promise<unknown>)[] = [];

  async sink(): Promise<{ readonly sink: OtlpSink; readonly url: string }> {
    const sink = new OtlpSink();
    const url = await sink.start();
    this.#ends.push(() => sink.stop());
    return { sink, url };
  }

  /** The processor, whose own events and metrics go elsewhere than the spans; `more` is YAML that adds to this or replaces it. */
  async spanwarden(endpoint: string, more = ""): Promise<ProcessorProcess> {
    const { url } = await this.sink();
    const usual = {
      receiver: "{ port: 0, grpc_port: 0 }",
      forward: `{ endpoint: "${endpoint}" }`,
      export: `{ endpoint: "${url}" }`,
    };
    const kept = Object.entries(usual).filter(([key]) => !more.includes(`${key}:`));
    const yaml = [...kept.map(([key, value]) => `${key}: ${value}`), more].join("\n");
    const process = await ProcessorProcess.start(this.directory, yaml);
    this.#ends.push(() => process.kill());
    return process;
  }

  /**
   * A Collector with a receiver for each pipeline, which sends all signals to the pipeline's exporters; where each receiver
   * listens for OTLP/HTTP and OTLP/gRPC.
   */
  async collector(
    binary: string,
    pipelines: Readonly<Record<string, Readonly<Record<string, object>>>>,
  ): Promise<{ readonly collector: CollectorProcess; readonly urls: Addresses; readonly grpcUrls: Addresses }> {
    const names = Object.keys(pipelines);
    const [http, grpc] = [await addresses(names), await addresses(names)];
    const receivers = names.map((name) => {
      const protocols = { http: { endpoint: http[name] }, grpc: { endpoint: grpc[name] } };
      return [`otlp/${name}`, { protocols }] as const;
    });
    const signals = ["traces", "logs", "metrics"].flatMap((signal) =>
      Object.entries(pipelines).map(([name, exporters]) => {
        const pipeline = { receivers: [`otlp/${name}`], processors: ["batch"], exporters: Object.keys(exporters) };
        return [`${signal}/${name}`, pipeline] as const;
      }),
    );
    const collector = await CollectorProcess.start(binary, this.directory, {
      receivers: Object.fromEntries(receivers),
      processors: { batch: { timeout: "20ms" } },
      exporters: Object.assign({}, ...Object.values(pipelines)) as object,
      service: {
        pipelines: Object.fromEntries(signals),
        telemetry: { metrics: { level: "none" }, resource: { "service.name": null } },
      },
    });
    this.#ends.push(() => collector.stop());
    return { collector, urls: withScheme(http), grpcUrls: withScheme(grpc) };
  }

  async end(): Promise<void> {
    for (const end of this.#ends.toReversed()) {
      // eslint-disable-next-line no-await-in-loop -- from the last started to the first
      await end();
    }
    this.#ends = [];
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** By the name of the pipeline. */
type Addresses = Readonly<Record<string, string>>;

async function addresses(names: readonly string[]): Promise<Addresses> {
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, `127.0.0.1:${await freePort()}`] as const)),
  );
}

function withScheme(all: Addresses): Addresses {
  return Object.fromEntries(Object.entries(all).map(([name, address]) => [name, `http://${address}`]));
}

/** Posts a request as an application would; its status. */
export async function post(url: string, body: object, signal = "traces"): Promise<number> {
  const protobuf = Buffer.isBuffer(body);
  const response = await fetch(`${url}/v1/${signal}`, {
    method: "POST",
    body: protobuf ? new Uint8Array(body) : JSON.stringify(body),
    headers: { "content-type": protobuf ? "application/x-protobuf" : "application/json" },
  });
  await response.arrayBuffer();
  return response.status;
}
