import { once } from "node:events";
import { connect, type IncomingHttpHeaders } from "node:http2";
import { connect as connectSocket } from "node:net";
import { gzipSync } from "node:zlib";

import { afterEach, describe, expect, it, vi } from "vitest";

import { SpanwardenError } from "../../../src/errors.ts";
import { frame } from "../../../src/otlp/grpc/frame.ts";
import type { ReceiveOutcome } from "../../../src/otlp/outcome.ts";
import { certificate, certificateFile } from "../certificates/read.ts";
import { call, EXPORT, METRICS, setup, stopAll } from "./grpc-listener.ts";

afterEach(stopAll);

describe("an export", () => {
  it("is answered with status 0 and the empty response", async () => {
    const { session, seen } = await setup();
    const answer = await call(session, EXPORT, frame(new Uint8Array()));
    expect([answer.status, answer.body]).toEqual(["0", Buffer.alloc(5)]);
    expect(seen).toEqual([["traces", 0]]);
  });

  it("may be compressed", async () => {
    const { session, seen } = await setup();
    const body = frame(gzipSync("metrics!"));
    body[0] = 1;
    expect((await call(session, METRICS, body, { "grpc-encoding": "gzip" })).status).toBe("0");
    expect(seen).toEqual([["metrics", 8]]);
  });

  it("that was taken in part says so in its message", async () => {
    const { session } = await setup(async () => ({ status: "partial", rejected: 2, message: "too old" }));
    const answer = await call(session, EXPORT, frame(new Uint8Array()));
    expect(answer.status).toBe("0");
    expect(answer.body.toString("latin1")).toContain("too old");
  });
});

describe("a refusal has the status of OTLP/gRPC", () => {
  const large = Buffer.alloc(5_000);
  const bomb = frame(gzipSync(Buffer.alloc(100_000)));
  bomb[0] = 1;
  it.each([
    ["no such method", "/x.y.Z/Export", frame(new Uint8Array()), {}, "12", /no such method/],
    ["a body that is no message", EXPORT, Buffer.from("x"), {}, "3", /expected a message/],
    ["no message", EXPORT, Buffer.alloc(0), {}, "12", /got none/],
    ["two messages", EXPORT, Buffer.concat([frame(new Uint8Array()), frame(new Uint8Array())]), {}, "12", /got more/],
    ["bytes that are no request", EXPORT, frame(Uint8Array.of(255)), {}, "3", /./],
    ["a body beyond the limit", EXPORT, frame(large), {}, "8", /larger than/],
    ["what unfolds beyond the limit", EXPORT, bomb, { "grpc-encoding": "gzip" }, "8", /larger than 8192/],
    [
      "an unknown compression",
      METRICS,
      (() => {
        const f = frame(Uint8Array.of(1));
        f[0] = 1;
        return f;
      })(),
      { "grpc-encoding": "br" },
      "12",
      /br/,
    ],
  ])("%s", async (_name, path, body, headers, status, message) => {
    const { session } = await setup();
    const answer = await call(session, path, body, headers);
    expect(answer.status).toBe(status);
    expect(answer.message).toMatch(message);
  });

  it.each<[string, () => Promise<ReceiveOutcome>, string]>([
    ["the next hop asks to come again", async () => ({ status: "retry", afterSeconds: 7, message: "later" }), "14"],
    [
      "the journal is full",
      async () => Promise.reject(new SpanwardenError("JOURNAL_UNWRITABLE", "full", { retryable: true })),
      "14",
    ],
    ["the next hop refused for good", async () => ({ status: "rejected", message: "no" }), "3"],
    ["a bug, of which nothing is said", async () => Promise.reject(new Error("secret detail")), "13"],
  ])("%s", async (_name, handle, status) => {
    const { session } = await setup(handle);
    const answer = await call(session, EXPORT, frame(new Uint8Array()));
    expect(answer.status).toBe(status);
    expect(answer.details.includes("google.rpc.RetryInfo")).toBe(status === "14");
    expect(answer.message).not.toContain("secret");
  });

  it("too many requests under way", async () => {
    const { promise, resolve } = Promise.withResolvers<ReceiveOutcome>();
    const { session, refused } = await setup(() => promise, { max_concurrent_requests: 1 });
    const first = call(session, EXPORT, frame(new Uint8Array()));
    const second = await call(session, EXPORT, frame(new Uint8Array()));
    expect(second).toMatchObject({ status: "14", message: "too many requests under way" });
    resolve({ status: "accepted" });
    expect((await first).status).toBe("0");
    expect(await refused()).toEqual({ too_many_requests: 1 });
  });
});

it("a client that speaks no HTTP/2 takes no other down with it", async () => {
  const { session, port } = await setup();
  const socket = connectSocket(port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\n\r\ngarbage".repeat(50)));
  socket.on("error", () => undefined).resume();
  await once(socket, "close");
  expect((await call(session, EXPORT, frame(new Uint8Array()))).status).toBe("0");
});

it("a stop lets the request under way end, and tells its client to go away", async () => {
  const { promise, resolve } = Promise.withResolvers<ReceiveOutcome>();
  const { session, receiver, seen } = await setup(() => promise);
  const goaway = once(session, "goaway");
  const answer = call(session, EXPORT, frame(new Uint8Array()));
  while (seen.length === 0) await new Promise((next) => setImmediate(next));
  const stopped = receiver.stop(10_000);
  await goaway;
  resolve({ status: "accepted" });
  expect((await answer).status).toBe("0");
  await stopped;
});

it("a stop cuts off at its deadline what does not end", async () => {
  const { session, receiver, clock, seen } = await setup(() => new Promise(() => undefined));
  const answer = call(session, EXPORT, frame(new Uint8Array()));
  while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const stopped = receiver.stop(5_000);
  clock.pass(5_000);
  await stopped;
  expect((await answer).status).toBeUndefined();
});

describe("the health service", () => {
  const CHECK = "/grpc.health.v1.Health/Check";
  const WATCH = "/grpc.health.v1.Health/Watch";
  const of = (service: string): Buffer =>
    frame(Buffer.concat([Buffer.from([10, service.length]), Buffer.from(service)]));

  it.each([
    ["", "0", [8, 1]],
    ["opentelemetry.proto.collector.trace.v1.TraceService", "0", [8, 1]],
    ["no.such.Service", "5", []],
  ])("of %j is answered with status %s", async (service, status, message) => {
    const { session } = await setup(undefined, { auth: { bearer_token_env: "TOKEN" } });
    const answer = await call(session, CHECK, of(service));
    expect(answer.status).toBe(status);
    expect([...answer.body.subarray(5)]).toEqual(message);
  });

  it("tells those who watch when nothing is served any more, and then lets them go", async () => {
    const { session, receiver } = await setup();
    const stream = session.request({ ":method": "POST", ":path": WATCH, "content-type": "application/grpc" });
    const messages: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => messages.push(chunk));
    stream.end(of(""));
    await once(stream, "data");
    const stopped = receiver.stop(1_000);
    const [trailers] = (await once(stream, "trailers")) as [IncomingHttpHeaders];
    await stopped;
    expect(trailers["grpc-status"]).toBe("0");
    expect(Buffer.concat(messages)).toEqual(Buffer.concat([frame(Buffer.from([8, 1])), frame(Buffer.from([8, 2]))]));
  });
});

describe("who may send, and for how long", () => {
  it.each([
    [{}, "16"],
    [{ authorization: "Bearer wrong" }, "16"],
    [{ authorization: "Bearer s3cret" }, "0"],
  ])("with %j a listener that asks for a token answers %s", async (headers, status) => {
    const { session, seen } = await setup(undefined, { auth: { bearer_token_env: "TOKEN" } });
    expect((await call(session, METRICS, frame(new Uint8Array()), headers)).status).toBe(status);
    expect(seen).toHaveLength(status === "0" ? 1 : 0);
  });

  it("a request that has not come within its own deadline is ended with DEADLINE_EXCEEDED", async () => {
    const { session, clock, seen } = await setup();
    const stream = session.request({
      ":method": "POST",
      ":path": EXPORT,
      "content-type": "application/grpc",
      "grpc-timeout": "200m",
    });
    stream.on("error", () => undefined);
    stream.write(frame(Buffer.alloc(100)).subarray(0, 50));
    let status: unknown;
    stream.on("response", (headers) => (status = headers["grpc-status"]));
    await vi.waitFor(() => {
      clock.pass(200);
      expect(status).toBe("4");
    });
    expect(seen).toEqual([]);
  });

  it("TLS is spoken with the listener's certificate", async () => {
    const tls = { cert_file: certificateFile("server.pem"), key_file: certificateFile("server-key.pem") };
    const { port, session: clear, seen } = await setup(undefined, { tls });
    const session = connect(`https://localhost:${port}`, { ca: certificate("ca.pem") });
    expect((await call(session, METRICS, frame(new Uint8Array()))).status).toBe("0");
    session.destroy();
    expect(seen).toHaveLength(1);
    expect(clear.closed || clear.destroyed || !clear.encrypted).toBe(true);
  });
});
