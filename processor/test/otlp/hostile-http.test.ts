import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls, type SecureVersion } from "node:tls";
import { gzipSync } from "node:zlib";

import { afterEach, describe, expect, it, vi } from "vitest";

import type { ReceiveOutcome } from "../../src/otlp/outcome.ts";
import { certificate, certificateFile } from "./certificates/read.ts";
import { LIMIT, setup, stopAll } from "./http-listener.ts";

afterEach(stopAll);

const BODY = "{}";
const POST = "POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
const WHOLE = `${POST}content-length: 2\r\n\r\n${BODY}`;
const tls = { cert_file: certificateFile("server.pem"), key_file: certificateFile("server-key.pem") };

/** What comes back until the server closes, or `enough` has come. */
async function heard(socket: Socket, enough?: RegExp): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let all = "";
  socket.on("error", () => undefined);
  socket.on("data", (chunk: Buffer) => {
    all += chunk.toString("latin1");
    if (enough?.test(all) === true) resolve();
  });
  socket.on("close", () => resolve());
  await promise;
  return all;
}

async function said(port: number, words: string | Buffer, enough?: RegExp): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(words);
  const answer = await heard(socket, enough);
  socket.destroy();
  return answer;
}

const statuses = (answer: string): string[] => [...answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, code = ""]) => code);

describe("a request is answered by what HTTP says of it", () => {
  const CLOSE = `${POST}connection: close\r\n`;
  it.each<[string, string, string[]]>([
    ["in chunks", `${CLOSE}transfer-encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n`, ["200"]],
    [
      "with a trailer after its chunks",
      `${CLOSE}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nx: y\r\n\r\n`,
      ["200"],
    ],
    ["pipelined", `${WHOLE}${WHOLE}${CLOSE}content-length: 2\r\n\r\n{}`, ["200", "200", "200"]],
    ["a chunk of no size", `${CLOSE}transfer-encoding: chunked\r\n\r\nxyz\r\n`, ["400"]],
    ["a chunk too large to count", `${CLOSE}transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n`, ["400"]],
    ["both a length and chunks", `${CLOSE}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, ["400"]],
    ["two lengths", `${CLOSE}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`, ["400"]],
    ["a negative length", `${CLOSE}content-length: -2\r\n\r\n{}`, ["400"]],
    ["no host", "POST /v1/traces HTTP/1.1\r\ncontent-length: 0\r\n\r\n", ["400"]],
    ["a header that is none", `${CLOSE}in va lid\r\n\r\n`, ["400"]],
    ["headers without end", `${CLOSE}${"x: y\r\n".repeat(10_000)}`, ["431"]],
    ["another version", "POST /v1/traces HTTP/9.9\r\nhost: x\r\n\r\n", ["400"]],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ["400"]],
    ["a browser that asks first", "OPTIONS /v1/traces HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", ["405"]],
    ["a path around", `${CLOSE.replace("/v1/", "/v1/../v1/")}content-length: 2\r\n\r\n{}`, ["404"]],
    ["a name of every object", `${CLOSE.replace("/v1/traces", "/constructor")}content-length: 2\r\n\r\n{}`, ["404"]],
    ["garbage", `\x16\x03\x01${"\x00".repeat(50)}`, ["400"]],
  ])("%s", async (_, words, expected) => {
    const { port, post } = await setup();
    expect(statuses(await said(port, words))).toEqual(expected);
    expect((await post("/v1/traces", "application/json", Buffer.from(BODY))).status).toBe(200);
  });

  it("of another method is told which ones there are", async () => {
    const { port } = await setup();
    const words = (method: string, path: string): string =>
      `${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`;
    expect(await said(port, words("DELETE", "/v1/logs"))).toMatch(/^HTTP\/1\.1 405 [^]*\r\nallow: POST\r\n/);
    expect(await said(port, words("PUT", "/healthz"))).toMatch(/^HTTP\/1\.1 405 [^]*\r\nallow: GET, HEAD\r\n/);
    expect(await said(port, words("HEAD", "/healthz"))).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\n$/);
  });
});

describe("whoever expects 100 before its body", () => {
  const EXPECT = `${POST}expect: 100-continue\r\nconnection: close\r\n`;

  it("gets it where the body is wanted", async () => {
    const { port } = await setup();
    const socket = connect(port, "127.0.0.1");
    socket.write(`${EXPECT}content-length: 2\r\n\r\n`);
    await once(socket, "data");
    socket.write(BODY);
    expect(statuses(await heard(socket))).toEqual(["200"]);
  });

  it.each([
    ["too large", `${EXPECT}content-length: ${LIMIT + 1}\r\n\r\n`, "413"],
    ["of another type", `${EXPECT.replace("json", "xml")}content-length: 2\r\n\r\n`, "415"],
    ["compressed as we do not know", `${EXPECT}content-encoding: br\r\ncontent-length: 2\r\n\r\n`, "415"],
    ["expecting more", `${EXPECT.replace("100-continue", "200-ok")}content-length: 2\r\n\r\n`, "417"],
  ])("is refused before it has sent one that is %s", async (_, words, status) => {
    const { port } = await setup();
    expect(statuses(await said(port, words))).toEqual([status]);
  });
});

describe("who is slow, silent or gone", () => {
  it.each([
    ["headers", "POST /v1/traces HT"],
    ["body", `${POST}content-length: 100\r\n\r\n{`],
    ["chunks", `${POST}transfer-encoding: chunked\r\n\r\n1\r\n{\r\n`],
  ])("with its %s is answered with 408 at the limit, and its connection ends", async (_, words) => {
    const { port, refused, errors } = await setup(undefined, { request_timeout: "100ms" });
    expect(statuses(await said(port, words))).toEqual(["408"]);
    expect(await refused()).toMatchObject({ 408: 1 });
    expect(errors).toEqual([]);
  });

  it("is counted where it leaves in the middle of a body, and is no error of ours", async () => {
    const { port, refused, errors } = await setup();
    const socket = connect(port, "127.0.0.1");
    socket.end(`${POST}content-length: 100\r\n\r\n{`);
    await heard(socket);
    await vi.waitFor(async () => expect(await refused()).toEqual({ sender_gone: 1 }));
    expect(errors).toEqual([]);
  });

  it("does not hold up a stop by a connection that it has said nothing on", async () => {
    const { port, receiver } = await setup();
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    const closed = heard(socket);
    await receiver.stop(1_000);
    expect(await closed).toBe("");
  });

  it("in a handshake is cut off by the deadline of a stop", async () => {
    const { port, receiver, clock } = await setup(undefined, { tls });
    const socket = connect(port, "127.0.0.1");
    // The first bytes of a ClientHello.
    socket.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]));
    await vi.waitFor(async () => {
      const stopped = receiver.stop(1_000);
      clock.pass(1_000);
      await stopped;
    });
    expect(await heard(socket)).toBe("");
  });
});

it("connections beyond the limit are closed and counted; room comes free again", async () => {
  const { port, refused } = await setup(undefined, { max_connections: 1 });
  const first = connect(port, "127.0.0.1");
  first.write(WHOLE);
  await once(first, "data");
  expect(await said(port, WHOLE)).toBe("");
  expect(await refused()).toEqual({ too_many_connections: 1 });
  first.destroy();
  await vi.waitFor(async () => expect(statuses(await said(port, WHOLE, /\r\n\r\n/))).toEqual(["200"]));
});

describe("a compressed body", () => {
  /** zstd's frame header with a window of 2 ** `log` bytes, then one raw block. Source: RFC 8878, 3.1.1. */
  const zstdFrame = (log: number): Buffer =>
    Buffer.concat([
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, (log - 10) << 3]),
      Buffer.from([0x11, 0, 0]),
      Buffer.from(BODY),
    ]);

  it.each([
    [23, 200],
    [24, 400],
    [30, 400],
    [41, 400],
  ])("of zstd with a window of 2^%i bytes is answered with %i", async (log, status) => {
    const { post } = await setup();
    const answer = await post("/v1/traces", "application/json", zstdFrame(log), { "content-encoding": "zstd" });
    expect(answer.status).toBe(status);
  });

  it.each([
    ["together are one body", [BODY.slice(0, 1), BODY.slice(1)], 200],
    ["together unfold beyond the limit", Array.from({ length: 100 }, () => " ".repeat(LIMIT)), 413],
    ["are many and hold nothing", Array.from({ length: 190 }, () => ""), 400],
  ])("of gzip whose members %s", async (_, members, status) => {
    const { post } = await setup();
    const body = Buffer.concat(members.map((member) => gzipSync(member)));
    const answer = await post("/v1/traces", "application/json", body, { "content-encoding": "gzip" });
    expect(answer.status).toBe(status);
  });

  it("that is cut off is answered with 400", async () => {
    const { post } = await setup();
    const body = gzipSync(BODY).subarray(0, -4);
    expect((await post("/v1/traces", "application/json", body, { "content-encoding": "gzip" })).status).toBe(400);
  });
});

describe("TLS", () => {
  const greeted = async (port: number, maxVersion: SecureVersion): Promise<string> => {
    const socket = connectTls({ port, host: "localhost", ca: certificate("ca.pem"), maxVersion });
    await once(socket, "secureConnect");
    const { subject } = socket.getPeerCertificate();
    const found = `${socket.alpnProtocol || "none"} ${String(subject.CN)}`;
    socket.destroy();
    return found;
  };

  it("of an earlier version than the listener's, or none at all, is counted as a failed handshake", async () => {
    const { port, refused } = await setup(undefined, { tls: { ...tls, min_version: "TLSv1.3" } });
    await expect(greeted(port, "TLSv1.2")).rejects.toThrow(/alert protocol version/);
    expect(await said(port, WHOLE)).not.toContain("200");
    await vi.waitFor(async () => expect(await refused()).toEqual({ tls_handshake: 2 }));
    expect(await greeted(port, "TLSv1.3")).toContain("server");
  });

  it("shows a renewed certificate to new connections", async () => {
    const { port, receiver } = await setup(undefined, { tls });
    const before = await greeted(port, "TLSv1.3");
    receiver.renew({ cert: certificate("renewed.pem"), key: certificate("renewed-key.pem") });
    expect(await greeted(port, "TLSv1.3")).not.toBe(before);
  });
});

it("a sender that never takes its answers holds no turn", async () => {
  const outcome: ReceiveOutcome = { status: "partial", rejected: 1, message: "m".repeat(1_000) };
  const { port, post, batches } = await setup(async () => outcome, { max_concurrent_requests: 2 });
  const deaf = connect(port, "127.0.0.1");
  deaf.on("error", () => undefined);
  deaf.pause();
  for (let i = 0; i < 500; i++) deaf.write(WHOLE);
  await vi.waitFor(() => expect(batches.length).toBeGreaterThan(0));
  await vi.waitFor(async () =>
    expect((await post("/v1/traces", "application/json", Buffer.from(BODY))).status).toBe(200),
  );
  deaf.destroy();
});
