import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Writable } from "node:stream";

import { describe, expect, it } from "vitest";

import { createLogger, OwnMetrics } from "../src/telemetry.ts";

describe("our own metrics", () => {
  it("are read by Prometheus with our resource, names and units", async () => {
    const metrics = new OwnMetrics("instance-1", undefined, true);
    metrics.meter
      .createCounter("spanwarden.test.requests", { unit: "{request}", description: "Some." })
      .add(3, { "error.type": "a b" });
    const { status, contentType, body } = await metrics.page();
    expect([status, contentType]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
    expect(body).toMatch(/target_info\{.*service_instance_id="instance-1".*\} 1/);
    expect(body).toMatch(
      /# HELP spanwarden_test_requests_total Some\.\n(?:# UNIT .*\n)?# TYPE spanwarden_test_requests_total counter/,
    );
    expect(body).toMatch(/spanwarden_test_requests_total\{.*error_type="a b".*\} 3/);
    await metrics.shutdown();
  });

  it("are in the text format: a name, its labels and a number a line, each family told once", async () => {
    const metrics = new OwnMetrics("instance-1", undefined, true);
    const labels = { "error.type": 'a "quote", a \\ and\na line' };
    metrics.meter.createHistogram("spanwarden.test.lag", { unit: "s", description: "One\nline." }).record(0.2, labels);
    metrics.meter.createUpDownCounter("spanwarden.test.size").add(-3);
    const { body } = await metrics.page();
    const lines = body.trimEnd().split("\n");
    const sample =
      /^[a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+\})? (?:[+-]?\d+(?:\.\d+)?(?:e[+-]\d+)?|[+-]Inf|NaN)$/;
    expect(lines.filter((line) => line !== "" && !/^# (?:HELP|TYPE|UNIT) /.test(line) && !sample.test(line))).toEqual(
      [],
    );
    const families = lines.filter((line) => line.startsWith("# TYPE")).map((line) => line.split(" ")[2]);
    expect(families).toEqual(["target_info", "spanwarden_test_lag", "spanwarden_test_size"]);
    const buckets = lines.filter((line) => line.startsWith("spanwarden_test_lag_bucket"));
    expect(buckets.at(-1)).toMatch(/le="\+Inf".*\} 1$/);
    expect(body).toMatch(/spanwarden_test_size\{.*\} -3/);
    await metrics.shutdown();
  });

  it("are pushed and scraped at once", async () => {
    const pushed = Promise.withResolvers<string>();
    const backend = createServer((request, response) => {
      pushed.resolve(`${request.method} ${request.url} ${String(request.headers["x-key"])}`);
      request.resume().on("end", () => response.end());
    });
    backend.listen(0, "127.0.0.1");
    await once(backend, "listening");
    const endpoint = `http://127.0.0.1:${(backend.address() as AddressInfo).port}/`;
    const metrics = new OwnMetrics("instance-1", { endpoint, headers: { "x-key": "k" }, interval: 60_000 }, true);
    metrics.meter.createCounter("spanwarden.test.requests").add(1);
    expect((await metrics.page()).body).toContain("spanwarden_test_requests_total");
    expect((await metrics.page()).body).toMatch(/spanwarden_test_requests_total\{.*\} 1/);
    await metrics.shutdown();
    expect(await pushed.promise).toBe("POST /v1/metrics k");
    backend.close();
  });

  it("go nowhere unless asked for", async () => {
    const metrics = new OwnMetrics("instance-1", undefined, false);
    metrics.meter.createCounter("spanwarden.test.requests").add(1);
    await expect(metrics.page()).rejects.toThrow("export.prometheus");
    await metrics.shutdown();
  });
});

describe("the log", () => {
  it("is JSON, one object a line, from the level that was asked for on", () => {
    const lines: string[] = [];
    const log = createLogger(
      "warn",
      new Writable({ write: (chunk: Buffer, _, done) => (lines.push(String(chunk)), done()) }),
    );
    log.info("left out");
    log.warn("two\nlines", { reason: "\u001b[31mred" });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd().split("\n")).toHaveLength(1);
    expect(lines[0]).not.toContain("\u001b");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "warn", msg: "two\nlines", reason: "\u001b[31mred" });
  });
});
