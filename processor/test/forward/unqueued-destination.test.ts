import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync, zstdDecompressSync } from "node:zlib";

import {
  ATTR_SPANWARDEN_PROCESSOR_REQUEST_OUTCOME,
  METRIC_SPANWARDEN_PROCESSOR_REQUEST_FORWARDED,
} from "@spanwarden/conventions";
import { afterEach, describe, expect, it } from "vitest";

import { DeliveryMetrics } from "../../src/forward/delivery-metrics.ts";
import { forwardConfig, type DestinationConfig } from "../../src/forward/forward-config.ts";
import { createHttpTransport } from "../../src/forward/http-transport.ts";
import { UnqueuedDestination } from "../../src/forward/unqueued-destination.ts";
import { successBody, type ContentType } from "../../src/otlp/answer.ts";
import type { ForwardOutcome, SignalKind } from "../../src/otlp/outcome.ts";
import type { Settings } from "../../src/settings.ts";
import { FakeClock, meterWithPoints } from "../emit/fixtures.ts";
import { must } from "../must.ts";

const PROTOBUF = "application/x-protobuf";
const BODY = Buffer.from("a request");

interface Received {
  readonly request: IncomingMessage;
  readonly body: Buffer;
  readonly response: ServerResponse;
}

type Next = (received: Received) => void;

const answer =
  (status: number, headers: Record<string, string> = {}, body: Uint8Array = new Uint8Array()): Next =>
  ({ response }) =>
    response.writeHead(status, { "content-type": PROTOBUF, ...headers }).end(body);

/** A next hop that answers as told, one after the other, the last for ever. */
class NextHop {
  readonly received: Received[] = [];
  readonly #server: Server;
  readonly #answers: Next[];
  readonly #waiting: (() => void)[] = [];

  constructor(answers: readonly Next[]) {
    this.#answers = [...answers];
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const received = { request, response, body: Buffer.concat(chunks) };
        this.received.push(received);
        const next = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
        next?.(received);
        for (const resolve of this.#waiting.splice(0)) resolve();
      });
    });
  }

  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async arrived(count: number): Promise<void> {
    // eslint-disable-next-line no-await-in-loop -- one arrival after the other
    while (this.received.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    if (this.#server.listening) await once(this.#server, "close");
  }
}

const hops: NextHop[] = [];

afterEach(async () => {
  await Promise.all(hops.splice(0).map((hop) => hop.stop()));
});

type Send = (signal: SignalKind, body: Uint8Array, contentType: ContentType) => Promise<ForwardOutcome>;

interface Setup {
  readonly hop: NextHop;
  readonly clock: PatientClock;
  readonly forwarder: { readonly send: Send; readonly health: UnqueuedDestination["health"] };
  readonly send: () => Promise<ForwardOutcome>;
  readonly outcomes: () => Promise<unknown>;
}

/** Ends every wait at once, and keeps how long it would have been. */
class PatientClock extends FakeClock {
  readonly waits: number[] = [];

  override after(milliseconds: number, run: () => void): () => void {
    this.waits.push(milliseconds);
    const cancel = super.after(milliseconds, run);
    queueMicrotask(() => this.pass(milliseconds));
    return cancel;
  }
}

function configOf(endpoint: string, others: Partial<DestinationConfig> = {}): DestinationConfig {
  return { ...must(forwardConfig.parse({ endpoint })[0]), ...others };
}

function forwarderOf(config: DestinationConfig, settings: Omit<Settings, "logger">): Setup["forwarder"] {
  const transport = createHttpTransport(config, settings);
  const destination = new UnqueuedDestination(config, settings, transport, new DeliveryMetrics(settings.meter));
  return {
    send: (signal, body, contentType) => destination.send({ signal, body, contentType, via: "a,b" }),
    health: () => destination.health(),
  };
}

async function setup(answers: readonly Next[], config: Partial<DestinationConfig> = {}): Promise<Setup> {
  const [hop, clock] = [new NextHop(answers), new PatientClock()];
  hops.push(hop);
  const { meter, points } = meterWithPoints();
  const parsed = configOf(await hop.start(), config);
  const forwarder = forwarderOf(parsed, { clock, meter, random: () => 0.5, fetch });
  const send = (): Promise<ForwardOutcome> => forwarder.send("traces", BODY, PROTOBUF);
  const outcomes = async (): Promise<unknown> =>
    (await points(METRIC_SPANWARDEN_PROCESSOR_REQUEST_FORWARDED)).map((p) => [
      p.attributes[ATTR_SPANWARDEN_PROCESSOR_REQUEST_OUTCOME],
      p.value,
    ]);
  return { hop, clock, forwarder, send, outcomes };
}

describe("what is sent", () => {
  it.each(["traces", "logs"] as const)(
    "goes to the path of the signal, with the configured headers: %s",
    async (of) => {
      const { hop, forwarder } = await setup([answer(200)], { headers: { authorization: "Bearer x" } });
      expect(await forwarder.send(of, BODY, "application/json")).toEqual({ status: "delivered" });
      const { request, body } = must(hop.received[0]);
      expect([request.method, request.url]).toEqual(["POST", `/v1/${of}`]);
      expect(request.headers).toMatchObject({ authorization: "Bearer x", "content-type": "application/json" });
      expect(request.headers["spanwarden-via"]).toBe("a,b");
      expect(request.headers["content-encoding"]).toBeUndefined();
      expect(body).toEqual(BODY);
    },
  );

  it("keeps the endpoint's own path", async () => {
    const { meter } = meterWithPoints();
    const base = configOf("http://127.0.0.1:1/otlp/");
    const urls: string[] = [];
    const fake: typeof fetch = async (url) => {
      urls.push(url as string);
      return new Response(null, { status: 200 });
    };
    const forwarder = forwarderOf(base, { clock: new FakeClock(), meter, random: () => 0, fetch: fake });
    await forwarder.send("logs", BODY, PROTOBUF);
    expect(urls).toEqual(["http://127.0.0.1:1/otlp/v1/logs"]);
  });

  it.each([
    ["gzip", gunzipSync],
    ["zstd", zstdDecompressSync],
  ] as const)("is compressed where that is configured: %s", async (compression, undone) => {
    const { hop, send } = await setup([answer(200)], { compression });
    await send();
    expect(hop.received[0]?.request.headers["content-encoding"]).toBe(compression);
    expect(undone(hop.received[0]?.body ?? "")).toEqual(BODY);
  });

  it("comes in parts where it is too large, and is refused as a whole where a part is", async () => {
    const [{ hop, forwarder }, other] = [
      await setup([answer(200)], { max_request_bytes: 100 }),
      await setup([answer(200), answer(400)], { max_request_bytes: 100 }),
    ];
    const spans = [1, 2, 3].map((n) => ({ name: `span-${n}-${"x".repeat(30)}` }));
    const body = Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
    expect(await forwarder.send("traces", body, "application/json")).toEqual({ status: "delivered" });
    const sent = hop.received.map((each) => JSON.parse(each.body.toString()) as object);
    expect(sent).toEqual(spans.map((span) => ({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })));
    expect(await other.forwarder.send("traces", body, "application/json")).toMatchObject({ status: "permanent" });
  });

  it.each([
    ["http://localhost:4318", "auto", null],
    ["http://127.1.2.3:4318", "auto", null],
    ["http://[::1]:4318", "auto", null],
    ["http://collector:4318", "auto", "gzip"],
    ["https://127.example.com", "none", null],
    ["https://localhost.example.com", "auto", "gzip"],
  ] as const)("to %s with compression %s has content-encoding %s", async (endpoint, compression, expected) => {
    const { meter } = meterWithPoints();
    const seen: unknown[] = [];
    const fake: typeof fetch = async (_, init) => {
      seen.push(new Headers(init?.headers).get("content-encoding"));
      return new Response(null, { status: 200 });
    };
    const config = configOf(endpoint, { compression });
    const forwarder = forwarderOf(config, { clock: new FakeClock(), meter, random: () => 0, fetch: fake });
    await forwarder.send("traces", BODY, PROTOBUF);
    expect(seen).toEqual([expected]);
  });
});

describe("what the next hop says", () => {
  it.each([
    [PROTOBUF, successBody(PROTOBUF, "traces", { rejected: 2, message: "too old" })],
    ["application/json", successBody("application/json", "traces", { rejected: 2, message: "too old" })],
  ])("of a part that it refused is handed on: %s", async (type, body) => {
    const { send, outcomes } = await setup([answer(200, { "content-type": type }, body)]);
    expect(await send()).toEqual({ status: "partial", rejected: 2, message: "too old" });
    expect(await outcomes()).toEqual([["partial", 1]]);
  });

  it.each([429, 502, 503, 504])("with %i is worth another attempt", async (status) => {
    const { hop, send, clock, outcomes } = await setup([answer(status), answer(200)]);
    expect(await send()).toEqual({ status: "delivered" });
    expect([hop.received.length, clock.waits]).toEqual([2, [150]]);
    expect(hop.received[1]?.body).toEqual(BODY);
    expect(await outcomes()).toEqual([["delivered", 1]]);
  });

  it.each([400, 401, 404, 413, 500, 501])("with %i is final", async (status) => {
    const { hop, send } = await setup([answer(status)]);
    expect(await send()).toEqual({
      status: "permanent",
      httpStatus: status,
      reason: expect.stringContaining(`${status}`),
    });
    expect(hop.received).toHaveLength(1);
  });

  it("is asked for a few times only, with longer waits", async () => {
    const { hop, send, clock } = await setup([answer(503)], { attempts: 5 });
    expect(await send()).toEqual({ status: "retryable", reason: "the next hop answered 503", afterSeconds: undefined });
    expect([hop.received.length, clock.waits]).toEqual([5, [150, 300, 600, 1_200]]);
  });

  it("about when to come again is obeyed, in seconds", async () => {
    const { send, clock } = await setup([answer(503, { "retry-after": "2" }), answer(200)]);
    expect(await send()).toEqual({ status: "delivered" });
    expect(clock.waits).toEqual([2_000]);
  });

  it("about when to come again is obeyed, as a date", async () => {
    const date = new Date(new FakeClock().now() + 1_000).toUTCString();
    const { send, clock } = await setup([answer(503, { "retry-after": date }), answer(200)]);
    expect(await send()).toEqual({ status: "delivered" });
    expect(clock.waits).toEqual([1_000]);
  });

  it("about a wait longer than ours is handed on to the sender at once", async () => {
    const { hop, send } = await setup([answer(429, { "retry-after": "30" })]);
    expect(await send()).toMatchObject({ status: "retryable", afterSeconds: 30 });
    expect(hop.received).toHaveLength(1);
  });

  it.each(["soon", ""])("about when to come again is ignored where it is %j", async (value) => {
    const { send, clock } = await setup([answer(503, { "retry-after": value }), answer(200)]);
    await send();
    expect(clock.waits).toEqual([150]);
  });

  it("by redirecting is not followed: the headers are not for anybody else", async () => {
    const { hop, send } = await setup([answer(307, { location: "/elsewhere" })], { attempts: 1 });
    expect(await send()).toMatchObject({ status: "retryable" });
    expect(hop.received).toHaveLength(1);
  });
});

describe("a next hop that is not there", () => {
  it("is tried again, and then left to the sender", async () => {
    const { hop, send, clock } = await setup([answer(200)]);
    await hop.stop();
    expect(await send()).toEqual({ status: "retryable", reason: "the next hop cannot be reached: ECONNREFUSED" });
    expect(clock.waits).toEqual([150, 300]);
  });

  it("and cuts the connection is tried again", async () => {
    const { send } = await setup([({ response }) => response.destroy(), answer(200)]);
    expect(await send()).toEqual({ status: "delivered" });
  });

  it("or does not answer in time says so", async () => {
    const { send } = await setup([() => undefined], { timeout: 20, attempts: 1 });
    expect(await send()).toEqual({
      status: "retryable",
      reason: expect.stringMatching(/cannot be reached: .*(timeout|aborted)/i),
    });
  });

  it("says since when, until it is back", async () => {
    const { forwarder, send, clock } = await setup([answer(503), answer(200)], { attempts: 1 });
    await send();
    expect(forwarder.health()).toMatchObject({ state: "backing_off", since: clock.now() });
    await send();
    expect(forwarder.health()).toEqual({ name: "default", state: "ok" });
  });

  it("or answers without an end is cut short", async () => {
    const flood: Next = ({ response }) => {
      response.writeHead(200, { "content-type": PROTOBUF });
      const pour = (error?: Error | null): void => {
        if (error == null && !response.destroyed) response.write(Buffer.alloc(16_384), pour);
      };
      pour();
    };
    const { send } = await setup([flood], { attempts: 1 });
    expect(await send()).toEqual({ status: "delivered" });
  });

  it("or stops in the middle of its answer says so", async () => {
    const half: Next = ({ response }) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("x", () => response.destroy());
    };
    const { send } = await setup([half], { attempts: 1 });
    expect(await send()).toMatchObject({ status: "retryable" });
  });
});

it("has no more requests under way than configured, and sends the others in their order", async () => {
  const { hop, forwarder } = await setup([() => undefined], { max_concurrent_requests: 2 });
  const names = ["a", "b", "c", "d"];
  const sent = names.map((name) => forwarder.send("traces", Buffer.from(name), PROTOBUF));
  const seen = (): string[] => hop.received.map(({ body }) => body.toString());
  await hop.arrived(2);
  expect(seen().toSorted()).toEqual(["a", "b"]);
  const finish = (index: number): unknown => hop.received[index]?.response.writeHead(200).end();
  finish(0);
  await hop.arrived(3);
  // A place that was handed on is not free as well.
  const last = forwarder.send("traces", Buffer.from("e"), PROTOBUF);
  finish(1);
  await hop.arrived(4);
  finish(2);
  await hop.arrived(5);
  expect(seen().slice(2)).toEqual(["c", "d", "e"]);
  finish(3);
  finish(4);
  expect(await Promise.all([...sent, last])).toEqual([...names, "e"].map(() => ({ status: "delivered" })));
});
