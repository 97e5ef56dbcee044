import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

import { ATTR_SPANWARDEN_PROCESSOR_REQUEST_OUTCOME } from "@spanwarden/conventions";
import { afterEach, describe, expect, it } from "vitest";

import { successBody } from "../../src/otlp/answer.ts";
import { forwardConfig, type ForwardConfig } from "../../src/otlp/forward-config.ts";
import { createForwarder, type Forwarder } from "../../src/otlp/forwarder.ts";
import type { ForwardOutcome } from "../../src/otlp/outcome.ts";
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

interface Setup {
  readonly hop: NextHop;
  readonly clock: PatientClock;
  readonly forwarder: Forwarder;
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

async function setup(answers: readonly Next[], config: Partial<ForwardConfig> = {}): Promise<Setup> {
  const [hop, clock] = [new NextHop(answers), new PatientClock()];
  hops.push(hop);
  const { meter, points } = meterWithPoints();
  const parsed = forwardConfig.parse({ endpoint: await hop.start() });
  const forwarder = createForwarder({ ...parsed, ...config }, { clock, meter, random: () => 0.5, fetch });
  const send = (): Promise<ForwardOutcome> => forwarder.send("traces", BODY, PROTOBUF);
  const outcomes = async (): Promise<unknown> =>
    (await points()).map((p) => [p.attributes[ATTR_SPANWARDEN_PROCESSOR_REQUEST_OUTCOME], p.value]);
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
      expect(request.headers["content-encoding"]).toBeUndefined();
      expect(body).toEqual(BODY);
    },
  );

  it("keeps the endpoint's own path", async () => {
    const { meter } = meterWithPoints();
    const base = forwardConfig.parse({ endpoint: "http://127.0.0.1:1/otlp/" });
    const urls: string[] = [];
    const fake: typeof fetch = async (url) => {
      urls.push(url as string);
      return new Response(null, { status: 200 });
    };
    const forwarder = createForwarder(base, { clock: new FakeClock(), meter, random: () => 0, fetch: fake });
    await forwarder.send("logs", BODY, PROTOBUF);
    expect(urls).toEqual(["http://127.0.0.1:1/otlp/v1/logs"]);
  });

  it("is compressed where that is configured", async () => {
    const { hop, send } = await setup([answer(200)], { compression: "gzip" });
    await send();
    expect(hop.received[0]?.request.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(hop.received[0]?.body ?? "")).toEqual(BODY);
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
    const config = forwardConfig.parse({ endpoint, compression });
    const forwarder = createForwarder(config, { clock: new FakeClock(), meter, random: () => 0, fetch: fake });
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
