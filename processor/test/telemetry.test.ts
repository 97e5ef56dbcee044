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
