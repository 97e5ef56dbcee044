import { once } from "node:events";
import { connect, type IncomingHttpHeaders } from "node:http2";
import { connect as connectSocket, type Socket } from "node:net";
import { gzipSync, zstdCompressSync } from "node:zlib";

import { afterEach, describe, expect, it, vi } from "vitest";

import { frame } from "../../../src/otlp/grpc/frame.ts";
import type { ReceiveOutcome } from "../../../src/otlp/outcome.ts";
import { call, EXPORT, METRICS, setup, stopAll, type Setup } from "./grpc-listener.ts";

afterEach(stopAll);

const EMPTY = frame(new Uint8Array());
const WATCH = "/grpc.health.v1.Health/Watch";
const HEADERS = { ":method": "POST", ":path": EXPORT, "content-type": "application/grpc" };

/** Source of the frames: RFC 9113. */
const TYPE = { data: 0, headers: 1, priority: 2, reset: 3, settings: 4, ping: 6, windowUpdate: 8, continuation: 9 };
const PREFACE = Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), wire(TYPE.settings, 0, 0)]);

function wire(type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array()): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

/** HPACK, literal, never indexed: what a request needs. */
function headerBlock(): Buffer {
  const literal = (name: string, value: string): Buffer =>
    Buffer.concat([
      Buffer.from([0x10, name.length]),
      Buffer.from(name),
      Buffer.from([value.length]),
      Buffer.from(value),
    ]);
  return Buffer.concat([
    Buffer.from([0x83, 0x86]),
    literal(":path", EXPORT),
    literal(":authority", "x"),
    literal("content-type", "application/grpc"),
  ]);
}

/** A client that breaks the rules, or stretches them. */
async function attack(port: number, burst: (round: number) => Buffer): Promise<boolean> {
  const socket = connectSocket(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.resume();
  const ended = closeOf(socket).then(() => true);
  socket.write(PREFACE);
  for (let round = 0; round < 200 && !socket.destroyed; round++) {
    socket.write(burst(round));
    // eslint-disable-next-line no-await-in-loop -- the server reads in between
    await new Promise(setImmediate);
  }
  const cut = await Promise.race([ended, quietFor(socket)]);
  socket.destroy();
  return cut;
}

async function closeOf(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => socket.once("close", () => resolve()));
}

/** False once the server has answered a ping that came after everything else. */
async function quietFor(socket: Socket): Promise<boolean> {
  const mark = Buffer.from("the last");
  socket.write(wire(TYPE.ping, 0, 0, mark));
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.on("data", (chunk: Buffer) => chunk.includes(mark) && resolve());
  await promise;
  return false;
}

async function stillServes({ port }: Setup): Promise<void> {
  const session = connect(`http://127.0.0.1:${port}`);
  expect((await call(session, METRICS, EMPTY)).status).toBe("0");
  session.destroy();
}

const repeated = (times: number, bytes: (i: number) => Buffer): Buffer =>
  Buffer.concat(Array.from({ length: times }, (_, i) => bytes(i)));

describe("a flood ends its own connection and no other one", () => {
  it.each<[string, (round: number) => Buffer]>([
    [
      "of requests that are reset at once (CVE-2023-44487)",
      (round) =>
        repeated(50, (i) => {
          const stream = 2 * (round * 50 + i) + 1;
          return Buffer.concat([
            wire(TYPE.headers, 0x4, stream, headerBlock()),
            wire(TYPE.reset, 0, stream, Buffer.from([0, 0, 0, 8])),
          ]);
        }),
    ],
    [
      "of headers without end (CVE-2024-27316)",
      (round) =>
        round === 0
          ? wire(TYPE.headers, 0, 1, headerBlock())
          : repeated(50, () =>
              wire(TYPE.continuation, 0, 1, Buffer.concat([Buffer.from([0x10, 1, 0x61, 100]), Buffer.alloc(100, "b")])),
            ),
    ],
    [
      "of requests that break the protocol",
      (round) => repeated(50, (i) => wire(TYPE.headers, 0x5, 2 * (round * 50 + i) + 1, Buffer.from([0x82, 0x82]))),
    ],
    ["of frames on a stream that is none", () => repeated(50, () => wire(TYPE.data, 0, 0))],
    ["of settings that are none", () => wire(TYPE.settings, 0, 0, Buffer.alloc(5))],
    ["of frames too large", () => wire(TYPE.data, 0, 1, Buffer.alloc(100_000))],
  ])("%s", async (_, burst) => {
    const server = await setup();
    expect(await attack(server.port, burst)).toBe(true);
    await stillServes(server);
    expect(server.errors).toEqual([]);
  });

  it.each<[string, (round: number) => Buffer]>([
    ["pings (CVE-2019-9512)", () => repeated(100, () => wire(TYPE.ping, 0, 0, Buffer.alloc(8)))],
    ["settings (CVE-2019-9515)", () => repeated(100, () => wire(TYPE.settings, 0, 0))],
    [
      "empty frames (CVE-2019-9518)",
      (round) =>
        Buffer.concat([
          round === 0 ? wire(TYPE.headers, 0x4, 1, headerBlock()) : Buffer.alloc(0),
          repeated(100, () => wire(TYPE.data, 0, 1)),
        ]),
    ],
    ["window updates", () => repeated(100, () => wire(TYPE.windowUpdate, 0, 0, Buffer.from([0, 0, 0, 1])))],
    ["priorities", () => repeated(100, () => wire(TYPE.priority, 0, 3, Buffer.alloc(5)))],
  ])("of %s, whether it is cut off or borne", async (_, burst) => {
    const server = await setup();
    await attack(server.port, burst);
    await stillServes(server);
    expect(server.errors).toEqual([]);
  });

  it("of answers that nobody reads", async () => {
    const server = await setup(undefined, undefined, { settings: { initialWindowSize: 0 } });
    const streams = Array.from({ length: 50 }, () => {
      const stream = server.session.request(HEADERS);
      stream.on("error", () => undefined);
      stream.end(EMPTY);
      return stream;
    });
    await vi.waitFor(() => expect(server.seen).toHaveLength(50));
    await stillServes(server);
    const closed = Promise.all(streams.map((stream) => once(stream, "close")));
    await vi.waitFor(() => {
      server.clock.pass(60_000);
      expect(streams.filter((stream) => !stream.closed)).toEqual([]);
    });
    await closed;
  });
});

describe("a connection", () => {
  it("that does not say it speaks HTTP/2 is closed after ten seconds", async () => {
    const { port, clock } = await setup();
    const socket = connectSocket(port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.resume();
    socket.write("PRI * HT");
    await vi.waitFor(() => {
      clock.pass(10_000);
      expect(socket.destroyed).toBe(true);
    });
  });

  it("may have so many requests at once, and is told so", async () => {
    const { promise, resolve } = Promise.withResolvers<ReceiveOutcome>();
    const { session } = await setup(() => promise, { max_concurrent_requests: 1_000 });
    await once(session, "remoteSettings");
    expect(session.remoteSettings).toMatchObject({ maxConcurrentStreams: 100, maxHeaderListSize: 16_384 });
    const calls = Array.from({ length: 150 }, () => call(session, METRICS, EMPTY));
    resolve({ status: "accepted" });
    expect(new Set((await Promise.all(calls)).map(({ status }) => status))).toEqual(new Set(["0"]));
  });

  it("may be kept alive with pings", async () => {
    const { session } = await setup();
    await once(session, "connect");
    const ping = async (): Promise<Buffer> => {
      const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
      session.ping(Buffer.alloc(8, 7), (error, _, payload) => (error === null ? resolve(payload) : reject(error)));
      return await promise;
    };
    // eslint-disable-next-line no-await-in-loop -- as a client does
    for (let i = 0; i < 20; i++) expect(await ping()).toEqual(Buffer.alloc(8, 7));
    expect((await call(session, METRICS, EMPTY)).status).toBe("0");
  });
});

describe("what speaks no gRPC is answered in HTTP", () => {
  it.each([
    [{ "content-type": "text/plain" }, 415],
    [{ "content-type": "application/json" }, 415],
    [{ "content-type": "application/grpc-web" }, 415],
    [{ "content-type": "application/grpc+json" }, 415],
    [{ ":method": "PUT" }, 405],
  ])("%j with %i", async (headers, status) => {
    const { session, refused } = await setup();
    const answer = await call(session, EXPORT, EMPTY, headers);
    expect([answer.headers[":status"], answer.status]).toEqual([status, undefined]);
    expect(await refused()).toEqual({ [status]: 1 });
  });

  it.each(["application/grpc", "application/grpc+proto", "application/grpc;charset=utf-8"])(
    "%s is gRPC",
    async (type) => {
      const { session } = await setup();
      expect((await call(session, EXPORT, EMPTY, { "content-type": type })).status).toBe("0");
    },
  );
});

describe("compression", () => {
  const flagged = (message: Uint8Array): Buffer => {
    const bytes = frame(message);
    bytes[0] = 1;
    return bytes;
  };

  it.each<[string, Buffer, object, string]>([
    ["gzip", flagged(gzipSync("metrics!")), { "grpc-encoding": "gzip" }, "0"],
    ["zstd", flagged(zstdCompressSync("metrics!")), { "grpc-encoding": "zstd" }, "0"],
    ["named and not used", frame(Buffer.from("metrics!")), { "grpc-encoding": "gzip" }, "0"],
    ["unknown", flagged(gzipSync("metrics!")), { "grpc-encoding": "snappy" }, "12"],
    ["used and not named", flagged(gzipSync("metrics!")), {}, "13"],
    ["used and named identity", flagged(gzipSync("metrics!")), { "grpc-encoding": "identity" }, "13"],
    ["not what it is named", flagged(Buffer.from("metrics!")), { "grpc-encoding": "gzip" }, "3"],
  ])("that is %s", async (_, body, headers, status) => {
    const { session, seen, errors } = await setup();
    const answer = await call(session, METRICS, body, headers);
    expect(answer.status).toBe(status);
    expect(answer.headers["grpc-accept-encoding"]).toBe("identity,gzip,zstd");
    expect(seen).toEqual(status === "0" ? [["metrics", 8]] : []);
    expect(errors).toEqual([]);
  });
});

describe("time", () => {
  it("that a call allows is over though it is being handed on", async () => {
    const { session, clock, seen, refused } = await setup(() => new Promise(() => undefined));
    const answer = call(session, METRICS, EMPTY, { "grpc-timeout": "2S" });
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    clock.pass(2_000);
    expect(await answer).toMatchObject({ status: "4", message: "the deadline of the call has passed" });
    expect(await refused()).toEqual({ deadline_exceeded: 1 });
  });

  it("that a message has to come in is over", async () => {
    const { session, clock, refused, errors } = await setup(undefined, { request_timeout: "5s" });
    const stream = session.request(HEADERS);
    stream.on("error", () => undefined);
    stream.write(frame(Buffer.alloc(100)).subarray(0, 50));
    let status: unknown;
    stream.on("response", (headers: IncomingHttpHeaders) => (status = headers["grpc-status"]));
    await vi.waitFor(() => {
      clock.pass(5_000);
      expect(status).toBe("4");
    });
    expect(await refused()).toEqual({ deadline_exceeded: 1 });
    expect(errors).toEqual([]);
  });

  it("that is over before it began, or is none, is no crash", async () => {
    const { session } = await setup();
    for (const timeout of ["0n", "99999999H", "", "1", "-1S", "1s", "999999999S"]) {
      // eslint-disable-next-line no-await-in-loop -- one after the other
      const { status } = await call(session, METRICS, EMPTY, { "grpc-timeout": timeout });
      expect(["0", "4"]).toContain(status);
    }
  });
});

it.each<[string, Buffer | undefined]>([
  ["resets its call", wire(TYPE.reset, 0, 1, Buffer.from([0, 0, 0, 8]))],
  ["is gone", undefined],
])("a client that %s in the middle is counted, and is no error of ours", async (_, last) => {
  const { port, refused, errors } = await setup();
  const socket = connectSocket(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.resume();
  const part = frame(Buffer.alloc(100)).subarray(0, 50);
  socket.write(Buffer.concat([PREFACE, wire(TYPE.headers, 0x4, 1, headerBlock()), wire(TYPE.data, 0, 1, part)]));
  await quietFor(socket);
  if (last === undefined) socket.destroy();
  else socket.write(last);
  await vi.waitFor(async () => expect(await refused()).toEqual({ sender_gone: 1 }));
  expect(errors).toEqual([]);
  socket.destroy();
});

it("a message of an error is percent-encoded, in any writing and of any length", async () => {
  const told = `schön: 100 % \u{1f600}\n\ud800 ${"x".repeat(5_000)}`;
  const { session } = await setup(async () => ({ status: "rejected", message: told }));
  const { headers, message } = await call(session, EXPORT, EMPTY);
  expect(headers["grpc-message"]).toMatch(/^[\x20-\x7e]{1000,1100}$/);
  expect(message).toBe(told.slice(0, 1_000).toWellFormed());
});

describe("those who watch health", () => {
  const watch = async ({ session }: Setup, service: string): Promise<[number, Promise<unknown>]> => {
    const stream = session.request({ ...HEADERS, ":path": WATCH });
    stream.on("error", () => undefined);
    stream.end(frame(Buffer.concat([Buffer.from([10, service.length]), Buffer.from(service)])));
    const ended = once(stream, "close");
    const [first] = (await once(stream, "data")) as [Buffer];
    return [first[6] ?? 0, ended];
  };

  it("of a service that there is none of are told so, and do not hold up a stop", async () => {
    const server = await setup();
    const [status, ended] = await watch(server, "no.such.Service");
    expect(status).toBe(3);
    await server.receiver.stop(60_000);
    await ended;
  });

  it("are so many and no more", async () => {
    const server = await setup();
    for (let i = 0; i < 100; i++) {
      const session = i % 50 === 0 ? connect(`http://127.0.0.1:${server.port}`) : server.session;
      // eslint-disable-next-line no-await-in-loop -- one after the other
      const [status] = await watch({ ...server, session: i < 50 ? server.session : session }, "");
      expect(status).toBe(1);
    }
    const other = connect(`http://127.0.0.1:${server.port}`);
    expect((await call(other, WATCH, EMPTY)).status).toBe("8");
    other.destroy();
  });
});
