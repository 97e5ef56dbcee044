import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { cached, run, versionOf } from "./cached.ts";
import { spansOf } from "./spans-on-the-wire.ts";
import { Stations } from "./stations.ts";

/** OpenTelemetry's Python SDK sends to the processor, with gRPC's own C core and with requests. */

const SOURCE = fileURLToPath(new URL("python/", import.meta.url));
const REQUIREMENTS = join(SOURCE, "requirements.txt");
const SENT_WELL = ["SUCCESS", "SUCCESS", "SUCCESS"];

const version = versionOf("python3", "--version");
const python = version === undefined ? "" : join(environment(version), "bin", "python");

let stations: Stations;

beforeEach(() => {
  stations = new Stations();
});

afterEach(async () => {
  await stations.end();
});

function environment(of: string): string {
  return cached("python", of, [REQUIREMENTS], (to) => {
    run(["python3", "-m", "venv", to]);
    run([
      join(to, "bin", "python"),
      "-m",
      "pip",
      "install",
      "--quiet",
      "--only-binary=:all:",
      "--requirement",
      REQUIREMENTS,
    ]);
  });
}

async function started() {
  const [{ sink, url }, past] = [await stations.sink(), await stations.sink()];
  const processor = await stations.spanwarden(url);
  const send = async (protocol: "grpc" | "http", compression: string, ...more: readonly string[]) => {
    const through = protocol === "grpc" ? (processor.grpcAddress ?? "") : processor.address;
    const to = ["--protocol", protocol, "--compression", compression, "--through", through, "--past", past.url];
    const { stdout } = await promisify(execFile)(python, [join(SOURCE, "send.py"), ...to, ...more]);
    return JSON.parse(stdout) as { readonly through: readonly string[]; readonly past: readonly string[] };
  };
  return { sink, past: past.sink, processor, send };
}

describe.skipIf(version === undefined)("Python's exporters", () => {
  it.each([
    ["grpc", "none"],
    ["grpc", "gzip"],
    ["http", "none"],
    ["http", "gzip"],
  ] as const)("spans, records and metrics over %s, %s, leave as they came", async (protocol, compression) => {
    const { sink, past, send } = await started();
    expect(await send(protocol, compression)).toEqual({ through: SENT_WELL, past: SENT_WELL });
    for (const signal of ["/v1/traces", "/v1/logs", "/v1/metrics"]) {
      expect(sink.bodies(signal)).toHaveLength(1);
      expect(sink.bodies(signal)[0]?.equals(past.bodies(signal)[0] ?? Buffer.of()), `${signal} as they came`).toBe(
        true,
      );
    }
  });

  it.each(["grpc", "http"] as const)("model calls over %s are judged", async (protocol) => {
    const { sink, processor, send } = await started();
    expect((await send(protocol, "gzip", "--calls", "5")).through).toEqual(SENT_WELL);
    const gained = sink
      .bodies("/v1/traces")
      .flatMap(spansOf)
      .filter((span) => "spanwarden.processor.id" in span.attributes);
    expect(gained).toHaveLength(5);
    expect(await processor.totals()).toMatchObject({ calls: 5, inputTokens: 60 });
  });

  it.each(["grpc", "http"] as const)("over %s they wait out a backend that is away", async (protocol) => {
    const { sink, send } = await started();
    sink.status = 503;
    setTimeout(() => {
      sink.status = 200;
    }, 2_500);
    expect((await send(protocol, "none")).through).toEqual(SENT_WELL);
    expect(sink.bodies("/v1/traces").flatMap(spansOf)).toHaveLength(20);
  });

  it("a compression that we do not take is refused, and the exporter says so", async () => {
    const { sink, send } = await started();
    expect((await send("http", "deflate")).through).toEqual(["FAILURE", "FAILURE", "FAILURE"]);
    expect(sink.requests).toEqual([]);
  });
});
