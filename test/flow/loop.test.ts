import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { createProcessor, type Processor } from "@spanwarden/processor";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { requestOf } from "./spans.ts";

/** A next hop that sends everything back to the processor. */
class Mirror {
  readonly bodies: string[] = [];
  readonly #server: Server;
  target = "";

  constructor(keepsHeaders: boolean) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body = Buffer.concat(chunks);
        response.writeHead(200, { "content-type": request.headers["content-type"] }).end();
        // Its own metrics are not what this is about.
        if (request.url === "/v1/metrics" && request.headers["content-type"] !== "application/json") return;
        this.bodies.push(body.toString());
        const headers = headersOf(request.headers, keepsHeaders);
        void fetch(`${this.target}${request.url}`, { method: "POST", body, headers }).catch(() => undefined);
      });
    });
  }

  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

function headersOf(headers: IncomingHttpHeaders, keepsVia: boolean): Record<string, string> {
  const via = headers["spanwarden-via"];
  const type = { "content-type": headers["content-type"] ?? "" };
  return keepsVia && typeof via === "string" ? { ...type, "spanwarden-via": via } : type;
}

interface Health {
  readonly loops: { readonly requests: number };
}

describe.each([
  ["that keeps the header", true],
  ["that loses the header", false],
])("a next hop in a loop, %s", (_, keepsHeaders) => {
  let mirror: Mirror;
  let processor: Processor;

  beforeEach(async () => {
    mirror = new Mirror(keepsHeaders);
    const endpoint = await mirror.start();
    const exported = { protocol: "http/json" as const };
    processor = createProcessor({ receiver: { port: 0 }, forward: { endpoint }, export: exported });
    await processor.start();
    mirror.target = processor.address ?? "";
  });

  afterEach(async () => {
    await processor.stop();
    mirror.stop();
  });

  const post = async (path: string, body: unknown): Promise<number> => {
    const headers = { "content-type": "application/json" };
    const url = `${processor.address}${path}`;
    return (await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).status;
  };
  const loops = async (): Promise<number> => {
    const response = await fetch(`${processor.address}/healthz`);
    return ((await response.json()) as Health).loops.requests;
  };

  it("gets a model call once, and it is judged once", async () => {
    expect(await post("/v1/traces", requestOf([{ n: 1, end: Date.now() }]))).toBe(200);
    await vi.waitFor(async () => expect(await loops()).toBe(1));
    expect(mirror.bodies).toHaveLength(1);
    expect(processor.totals().calls).toBe(1);
  });

  it("gets our own events once", async () => {
    const failing = Array.from({ length: 40 }, (__, n) => ({ n, failed: true, end: Date.now() }));
    await post("/v1/traces", requestOf(failing));
    await vi.waitFor(async () => expect(await loops()).toBeGreaterThan(1), { timeout: 5_000 });
    const starts = mirror.bodies.filter((body) => body.includes("spanwarden.incident.start"));
    expect(starts).toHaveLength(1);
  });

  it("gets the rest of a batch of which a part came back", async () => {
    const judged = { n: 1, end: Date.now() };
    await post("/v1/traces", requestOf([judged]));
    await vi.waitFor(async () => expect(await loops()).toBe(1));
    const returned = JSON.parse(mirror.bodies[0] ?? "") as { resourceSpans: unknown[] };
    const fresh = requestOf([{ n: 2, end: Date.now() }]) as typeof returned;
    await post("/v1/traces", { resourceSpans: [...returned.resourceSpans, ...fresh.resourceSpans] });
    await vi.waitFor(async () => expect(await loops()).toBe(3));
    const second = mirror.bodies[1] ?? "";
    expect([second.includes("response-1"), second.includes("response-2")]).toEqual([false, true]);
  });
});

it("metrics that bear the header go no further", async () => {
  const mirror = new Mirror(true);
  const processor = createProcessor({ receiver: { port: 0 }, forward: { endpoint: await mirror.start() } });
  await processor.start();
  mirror.target = processor.address ?? "";
  await fetch(`${processor.address}/v1/metrics`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"resourceMetrics":[]}',
  });
  const loops = async (): Promise<number> =>
    ((await (await fetch(`${processor.address}/healthz`)).json()) as Health).loops.requests;
  await vi.waitFor(async () => expect(await loops()).toBe(1));
  expect(mirror.bodies).toEqual(['{"resourceMetrics":[]}']);
  await processor.stop();
  mirror.stop();
});
