import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { METRIC_SPANWARDEN_PROCESSOR_DESTINATION_QUEUE_LENGTH } from "@spanwarden/conventions";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { forwardConfig } from "../../src/forward/forward-config.ts";
import { Destinations } from "../../src/forward/destinations.ts";
import { quiet, systemClock } from "../../src/telemetry.ts";
import { meterWithPoints } from "../emit/fixtures.ts";
import { namesIn, requestOf } from "./requests.ts";

const PATIENCE = { timeout: 10_000, interval: 10 };
const RETRY = { initial: "10ms", max: "20ms" };

/** A backend that keeps what it took. */
class Backend {
  status = 200;
  readonly names: string[] = [];
  readonly paths: string[] = [];
  readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      // 0: it hangs.
      if (this.status === 0) return;
      if (this.status === 200) {
        this.names.push(...namesIn(Buffer.concat(chunks)));
        this.paths.push(request.url ?? "");
      }
      response.writeHead(this.status).end();
    });
  });

  async start(): Promise<string> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
}

let directory: string;
let running: Destinations[];
let backends: Backend[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "spanwarden-destinations-"));
  running = [];
  backends = [];
});

afterEach(async () => {
  await Promise.all(running.map((each) => each.stop(100)));
  for (const { server } of backends) server.close().closeAllConnections();
  rmSync(directory, { recursive: true, force: true });
});

async function backend(): Promise<{ readonly hop: Backend; readonly endpoint: string }> {
  const hop = new Backend();
  backends.push(hop);
  return { hop, endpoint: await hop.start() };
}

function start(config: Parameters<typeof forwardConfig.parse>[0], logger = quiet) {
  const { meter, points } = meterWithPoints();
  const settings = { clock: systemClock, random: Math.random, fetch, meter, logger };
  const destinations = new Destinations(forwardConfig.parse(config), directory, settings);
  running.push(destinations);
  destinations.start();
  return { destinations, points };
}

it("a dead destination holds up no other, and gets everything later", async () => {
  const [live, dead] = [await backend(), await backend()];
  dead.hop.status = 503;
  const { destinations, points } = start([
    { name: "live", endpoint: live.endpoint, retry: RETRY },
    { name: "dead", endpoint: dead.endpoint, retry: RETRY },
  ]);
  const names = Array.from({ length: 50 }, (_, i) => `n${i}`);
  // eslint-disable-next-line no-await-in-loop -- one after the other
  for (const name of names) expect(await destinations.send(requestOf([name]))).toEqual({ status: "delivered" });
  expect(live.hop.names).toEqual(names);
  const waiting = await points(METRIC_SPANWARDEN_PROCESSOR_DESTINATION_QUEUE_LENGTH);
  expect(waiting.map(({ attributes, value }) => [attributes["spanwarden.processor.destination.name"], value])).toEqual([
    ["live", 0],
    ["dead", 50],
  ]);
  dead.hop.status = 200;
  await vi.waitFor(() => expect(dead.hop.names).toEqual(names), PATIENCE);
  await vi.waitFor(
    () => expect(destinations.health()).toMatchObject([{ state: "ok" }, { name: "dead", state: "ok" }]),
    PATIENCE,
  );
});

it("one that hangs costs the senders its time-out once", async () => {
  const [live, hanging] = [await backend(), await backend()];
  hanging.hop.status = 0;
  const { destinations } = start([
    { name: "live", endpoint: live.endpoint },
    { name: "hanging", endpoint: hanging.endpoint, timeout: "50ms", max_concurrent_requests: 1 },
  ]);
  const names = Array.from({ length: 20 }, (_, i) => `n${i}`);
  await Promise.all(names.map(async (name) => await destinations.send(requestOf([name]))));
  await vi.waitFor(() => expect(live.hop.names.toSorted()).toEqual(names.toSorted()), PATIENCE);
  await vi.waitFor(() => expect(destinations.health()[1]).toMatchObject({ state: "backing_off" }), PATIENCE);
  expect(destinations.health()[1]?.queue?.requests).toBe(20);
});

it("each gets the signals that it is there for", async () => {
  const [spans, rest] = [await backend(), await backend()];
  const { destinations } = start([
    { name: "spans", endpoint: spans.endpoint, signals: ["traces"] },
    { name: "rest", endpoint: rest.endpoint, signals: ["logs", "metrics"] },
  ]);
  for (const signal of ["traces", "logs", "metrics"] as const)
    // eslint-disable-next-line no-await-in-loop -- one after the other
    await destinations.send(requestOf(["n1"], { signal }));
  expect([spans.hop.paths, rest.hop.paths]).toEqual([["/v1/traces"], ["/v1/logs", "/v1/metrics"]]);
});

it("where one is full, none gets what the sender will send again", async () => {
  const [live, dead] = [await backend(), await backend()];
  dead.hop.status = 503;
  const queue = { max_bytes: 64 * 1_024 };
  const { destinations } = start([
    { name: "live", endpoint: live.endpoint, max_request_bytes: 16_384, queue },
    { name: "dead", endpoint: dead.endpoint, max_request_bytes: 16_384, queue },
  ]);
  const big = requestOf([`n${"x".repeat(10_000)}`]);
  const statuses: string[] = [];
  // eslint-disable-next-line no-await-in-loop -- one after the other
  for (let i = 0; i < 10; i++) statuses.push((await destinations.send(big)).status);
  const taken = statuses.filter((status) => status === "delivered").length;
  expect(statuses.slice(taken)).toEqual(Array.from({ length: 10 - taken }, () => "retryable"));
  expect([taken > 3, live.hop.names.length]).toEqual([true, taken]);
});

it("tells of a queue that no destination claims", async () => {
  const { endpoint } = await backend();
  mkdirSync(join(directory, "queue", "renamed"), { recursive: true });
  const warned: unknown[] = [];
  start({ endpoint }, { ...quiet, warn: (message, fields) => void warned.push([message, fields?.["directory"]]) });
  expect(warned).toEqual([[expect.stringContaining("no destination"), join(directory, "queue", "renamed")]]);
});
