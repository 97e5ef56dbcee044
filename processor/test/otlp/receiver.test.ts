import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { connect } from "node:net";
import { gzipSync, zstdCompressSync } from "node:zlib";

import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { afterEach, describe, expect, it, vi } from "vitest";

import { SpanwardenError } from "../../src/errors.ts";
import type { ReceiveOutcome } from "../../src/otlp/outcome.ts";
import { certificate, certificateFile } from "./certificates/read.ts";
import { LIMIT, setup, stopAll, type Handle } from "./http-listener.ts";
import { sdkSpans } from "./sdk-requests.ts";
import { encode, integer, message, text } from "./wire.ts";

const PROTOBUF = "application/x-protobuf";
const JSON_TYPE = "application/json";

const protobufRequest = ProtobufTraceSerializer.serializeRequest([...sdkSpans()]) ?? new Uint8Array();
const jsonRequest = Buffer.from('{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a"}]}]}]}');
const jsonLogs = Buffer.from('{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"a"}]}]}]}');

afterEach(stopAll);

const answerOf = async (response: Response): Promise<[number, string | null, Buffer]> => [
  response.status,
  response.headers.get("content-type"),
  Buffer.from(await response.arrayBuffer()),
];

describe("what is accepted", () => {
  it.each([
    ["/v1/traces", PROTOBUF, protobufRequest, ""],
    ["/v1/traces", JSON_TYPE, jsonRequest, "{}"],
    ["/v1/logs", JSON_TYPE, jsonLogs, "{}"],
    ["/v1/traces?x=1", "Application/JSON; charset=utf-8", jsonRequest, "{}"],
  ])("is answered on %s in %s with 200 and the empty response", async (path, type, body, expected) => {
    const { post, batches } = await setup();
    const [status, contentType, answer] = await answerOf(await post(path, type, body));
    expect([status, answer.toString()]).toEqual([200, expected]);
    expect(contentType).toBe(type.toLowerCase().split(";")[0]);
    expect(batches[0]?.items.length).toBeGreaterThan(0);
  });

  it.each([
    ["gzip", gzipSync],
    ["GZIP", gzipSync],
    ["zstd", zstdCompressSync],
    ["identity", (body: Uint8Array) => body],
  ])("may be compressed with %s", async (encoding, compress) => {
    const { post, batches } = await setup();
    const body = compress(protobufRequest);
    const response = await post("/v1/traces", PROTOBUF, body, { "content-encoding": encoding });
    expect(response.status).toBe(200);
    expect(batches[0]?.items.map((item) => "name" in item && item.name)).toEqual(["chat gpt-4o", "GET /"]);
  });

  it("passes metrics on as they came, unpacked", async () => {
    const { post, passed } = await setup();
    const answer = await answerOf(
      await post("/v1/metrics", PROTOBUF, gzipSync("metrics"), { "content-encoding": "gzip" }),
    );
    expect(answer).toEqual([200, PROTOBUF, Buffer.alloc(0)]);
    expect(passed).toEqual([[PROTOBUF, Buffer.from("metrics")]]);
  });

  it("may be large, compressed beyond what is unpacked at once", async () => {
    const { post, batches } = await setup(undefined, { max_body_bytes: 2 ** 20, max_decompressed_bytes: 2 ** 22 });
    const noise = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 2_654_435_761) % 251));
    const body = gzipSync(encode([message(1, message(2, message(2, text(5, noise.toString("hex")))))]), { level: 0 });
    const response = await post("/v1/traces", PROTOBUF, body, { "content-encoding": "gzip" });
    expect([response.status, batches[0]?.items.length]).toEqual([200, 1]);
  });

  it.each([
    [PROTOBUF, encode([message(1, integer(1, 3), text(2, "too late"))])],
    [JSON_TYPE, Buffer.from('{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too late"}}')],
  ])("may be taken in part: %s", async (type, expected) => {
    const { post } = await setup(async () => ({ status: "partial", rejected: 3, message: "too late" }));
    const body = type === PROTOBUF ? protobufRequest : jsonRequest;
    const answer = await answerOf(await post("/v1/traces", type, body));
    expect(answer).toEqual([200, type, expected]);
  });
});

describe("what is refused", () => {
  const status = (type: string, body: Buffer): unknown => {
    if (type === JSON_TYPE) return JSON.parse(body.toString());
    // Status { 1 code, 2 message }
    return { code: body[1], message: body.subarray((body[3] ?? 0) > 0x7f ? 5 : 4).toString() };
  };

  it.each([
    [PROTOBUF, Buffer.from([0x0a, 0x7f]), /length beyond/],
    [JSON_TYPE, Buffer.from('{"resourceSpans":['), /JSON/],
  ])("is answered with 400 and a google.rpc.Status where it is malformed: %s", async (type, body, reason) => {
    const { post, refused, batches } = await setup();
    const [code, contentType, answer] = await answerOf(await post("/v1/traces", type, body));
    expect([code, contentType, batches.length]).toEqual([400, type, 0]);
    expect(status(type, answer)).toEqual({ code: 3, message: expect.stringMatching(reason) });
    expect(await refused()).toEqual({ OTLP_MALFORMED: 1 });
  });

  it.each([
    ["GET", "/v1/traces", JSON_TYPE, 405],
    ["POST", "/v1/profiles", JSON_TYPE, 404],
    ["POST", "/", JSON_TYPE, 404],
    ["POST", "/healthz", JSON_TYPE, 405],
    ["POST", "/v1/traces", "text/plain", 415],
    ["POST", "/v1/traces", undefined, 415],
  ])("%s %s as %s is answered with %i", async (method, path, type, expected) => {
    const { port, refused } = await setup();
    const headers: Record<string, string> = type === undefined ? {} : { "content-type": type };
    const given = method === "GET" ? { headers } : { method, headers, body: "{}" };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, given);
    expect(response.status).toBe(expected);
    expect(await refused()).toEqual({ [expected]: 1 });
  });

  it.each(["br", "constructor", "gzip, gzip"])("%s as content-encoding is answered with 415", async (encoding) => {
    const { post } = await setup();
    const response = await post("/v1/traces", JSON_TYPE, jsonRequest, { "content-encoding": encoding });
    expect(response.status).toBe(415);
  });

  it.each(["gzip", "zstd"])("what is not in %s though it says so is answered with 400", async (encoding) => {
    const { post } = await setup();
    const response = await post("/v1/traces", JSON_TYPE, jsonRequest, { "content-encoding": encoding });
    expect(response.status).toBe(400);
  });

  const chunks = (size: number): ReadableStream<Uint8Array> => {
    let left = size;
    return new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(65_536));
        if ((left -= 65_536) <= 0) controller.close();
      },
    });
  };

  it.each([
    ["with its length", () => Buffer.alloc(LIMIT + 1)],
    ["without its length", () => chunks(65_536)],
    ["without its length and far too long", () => chunks(8 * 2 ** 20)],
    ["with its length and far too long", () => Buffer.alloc(8 * 2 ** 20)],
  ])("a body that is too large, sent %s, is answered with 413 and the sender hears it", async (_, body) => {
    const { post, refused } = await setup();
    const response = await post("/v1/traces", PROTOBUF, body());
    expect(response.status).toBe(413);
    expect(status(PROTOBUF, Buffer.from(await response.arrayBuffer()))).toMatchObject({ code: 8 });
    expect(await refused()).toEqual({ OTLP_TOO_LARGE: 1 });
  });

  it.each([
    ["gzip", gzipSync],
    ["zstd", zstdCompressSync],
  ])("a %s bomb is answered with 413 and never unfolds", async (encoding, compress) => {
    const { post } = await setup();
    const bomb = compress(Buffer.alloc(3 * 2 ** 20));
    expect(bomb.length).toBeLessThan(LIMIT);
    const response = await post("/v1/traces", PROTOBUF, bomb, { "content-encoding": encoding });
    expect(response.status).toBe(413);
  });

  it.each<[string, Handle, string | null]>([
    ["the next hop is away", async () => ({ status: "retry", afterSeconds: 7, message: "away" }), "7"],
    [
      "a stage fails for now",
      async () => {
        throw new SpanwardenError("JOURNAL_UNWRITABLE", "full", { retryable: true });
      },
      "1",
    ],
  ])("503 with Retry-After is the answer where %s", async (_, handle, retryAfter) => {
    const { post } = await setup(handle);
    const response = await post("/v1/traces", PROTOBUF, protobufRequest);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, retryAfter]);
    expect(status(PROTOBUF, Buffer.from(await response.arrayBuffer()))).toMatchObject({ code: 14 });
  });

  it("400 is the answer where the next hop refused for good", async () => {
    const { post } = await setup(async () => ({ status: "rejected", message: "bad token" }));
    const [code, , body] = await answerOf(await post("/v1/traces", JSON_TYPE, jsonRequest));
    expect([code, status(JSON_TYPE, body)]).toEqual([400, { code: 3, message: "bad token" }]);
  });

  it("a bug is answered with 500, says nothing of itself to the sender, and is logged", async () => {
    const { post, errors } = await setup(async () => {
      throw new TypeError("secret");
    });
    const [code, , body] = await answerOf(await post("/v1/traces", JSON_TYPE, jsonRequest));
    expect([code, status(JSON_TYPE, body)]).toEqual([500, { code: 13, message: "internal error" }]);
    expect(errors).toEqual([expect.stringContaining("TypeError: secret")]);
  });

  it("what comes while too many requests are under way is told to come again; the next one is taken", async () => {
    const held = Promise.withResolvers<ReceiveOutcome>();
    const entered = Promise.withResolvers<void>();
    const handle: Handle = () => {
      entered.resolve();
      return held.promise;
    };
    const { post } = await setup(handle, { max_concurrent_requests: 1 });
    const first = post("/v1/traces", JSON_TYPE, jsonRequest);
    await entered.promise;
    const second = await post("/v1/traces", JSON_TYPE, jsonRequest);
    expect([second.status, second.headers.get("retry-after")]).toEqual([503, "1"]);
    held.resolve({ status: "accepted" });
    expect((await first).status).toBe(200);
    expect((await post("/v1/traces", JSON_TYPE, jsonRequest)).status).toBe(200);
  });
});

describe("a receiver", () => {
  it("serves the plain pages it is given", async () => {
    const { port } = await setup();
    const response = await fetch(`http://127.0.0.1:${port}/healthz?x=1`);
    expect(await answerOf(response)).toEqual([200, "text/plain", Buffer.from("fine")]);
  });

  it("survives a client that goes away in the middle, and one that speaks no HTTP", async () => {
    const { port, post } = await setup();
    for (const said of ["POST /v1/traces HTTP/1.1\r\ncontent-length: 100\r\n\r\nabc", "hello\r\n\r\n"]) {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.end(said);
      socket.resume();
      await once(socket, "close");
    }
    expect((await post("/v1/traces", JSON_TYPE, jsonRequest)).status).toBe(200);
  });

  it("rejects a start on an address that is taken", async () => {
    const { port } = await setup();
    await expect(setup(undefined, {}, port)).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("lets the requests under way end before it stops", async () => {
    const held = Promise.withResolvers<ReceiveOutcome>();
    const entered = Promise.withResolvers<void>();
    const { post, receiver, clock } = await setup(() => {
      entered.resolve();
      return held.promise;
    });
    const answer = post("/v1/traces", JSON_TYPE, jsonRequest, { connection: "close" });
    await entered.promise;
    const stopped = receiver.stop(1_000);
    held.resolve({ status: "accepted" });
    expect((await answer).status).toBe(200);
    await stopped;
    expect(clock.due).toBeUndefined();
    await expect(post("/v1/traces", JSON_TYPE, jsonRequest)).rejects.toThrow("fetch failed");
    await receiver.stop(1_000);
  });

  it("cuts off at the deadline what does not end", async () => {
    const entered = Promise.withResolvers<void>();
    const { post, receiver, clock } = await setup(() => {
      entered.resolve();
      return new Promise(() => undefined);
    });
    const answer = post("/v1/traces", JSON_TYPE, jsonRequest);
    const failed = answer.then(
      () => "answered",
      (error: unknown) => (error as Error).message,
    );
    await entered.promise;
    const stopped = receiver.stop(1_000);
    clock.pass(1_000);
    await stopped;
    expect(await failed).toBe("fetch failed");
  });
});

describe("a listener that asks for a token", () => {
  const auth = { auth: { bearer_token_env: "TOKEN" } };

  it.each([
    [{}, 401],
    [{ authorization: "Bearer wrong" }, 401],
    [{ authorization: "Bearer s3cret" }, 200],
  ])("answers a request with %j with %i", async (headers, status) => {
    const { post, batches, refused } = await setup(undefined, auth);
    const response = await post("/v1/traces", PROTOBUF, protobufRequest, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get("www-authenticate")).toBe(status === 401 ? "Bearer" : null);
    expect(batches).toHaveLength(status === 401 ? 0 : 1);
    expect(await refused()).toEqual(status === 401 ? { "401": 1 } : {});
  });

  it("asks for it on its other pages, but not for health", async () => {
    const { port } = await setup(undefined, auth);
    const get = async (path: string): Promise<number> => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    expect([await get("/healthz"), await get("/metrics"), await get("/other")]).toEqual([200, 401, 401]);
  });
});

describe("bodies in memory", () => {
  it("are bounded over all requests; who is slow takes memory but no turn, and all comes free again", async () => {
    const { port, post } = await setup(undefined, { max_bytes_under_way: 2_048, max_concurrent_requests: 1 });
    const slow = connect(port, "127.0.0.1");
    slow.write(`POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: ${PROTOBUF}\r\ncontent-length: 4000\r\n\r\n`);
    slow.write(Buffer.alloc(1_500));
    await untilRefused(() => post("/v1/logs", JSON_TYPE, Buffer.concat([jsonLogs, Buffer.alloc(1_500, " ")])));
    expect((await post("/v1/logs", JSON_TYPE, jsonLogs)).status).toBe(200);
    slow.destroy();
    await untilAccepted(() => post("/v1/logs", JSON_TYPE, Buffer.concat([jsonLogs, Buffer.alloc(1_500, " ")])));
  });
});

/** The other connection is read in its own time. */
async function untilRefused(send: () => Promise<Response>): Promise<void> {
  await vi.waitFor(async () => expect([(await send()).status]).toEqual([503]));
}

async function untilAccepted(send: () => Promise<Response>): Promise<void> {
  await vi.waitFor(async () => expect([(await send()).status]).toEqual([200]));
}

describe("TLS", () => {
  const tls = { cert_file: certificateFile("server.pem"), key_file: certificateFile("server-key.pem") };

  async function postOver(port: number, options: RequestOptions): Promise<number> {
    const headers = { "content-type": PROTOBUF };
    const request = httpsRequest({ port, host: "localhost", path: "/v1/traces", method: "POST", headers, ...options });
    request.end(protobufRequest);
    const [response] = (await once(request, "response")) as [IncomingMessage];
    response.resume();
    await once(response, "end");
    return response.statusCode ?? 0;
  }

  it("is spoken with the listener's certificate", async () => {
    const { port, batches } = await setup(undefined, { tls });
    expect(await postOver(port, { ca: certificate("ca.pem") })).toBe(200);
    expect(batches).toHaveLength(1);
    await expect(postOver(port, {})).rejects.toThrow(/certificate/);
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow("fetch failed");
  });

  it("asks for the client's certificate where there is an authority for it", async () => {
    const { port, batches } = await setup(undefined, { tls: { ...tls, client_ca_file: certificateFile("ca.pem") } });
    const own = { ca: certificate("ca.pem"), cert: certificate("client.pem"), key: certificate("client-key.pem") };
    await expect(postOver(port, { ca: own.ca })).rejects.toThrow(/certificate required|ECONNRESET|socket hang up/);
    expect(await postOver(port, own)).toBe(200);
    expect(batches).toHaveLength(1);
  });
});
