import { compressionAlgorithms, Client, credentials, Metadata, status, type ServiceError } from "@grpc/grpc-js";
import { afterEach, describe, expect, it, vi } from "vitest";

import type { ReceiveOutcome } from "../../../src/otlp/outcome.ts";
import { certificate, certificateFile } from "../certificates/read.ts";
import { EXPORT, METRICS, setup, stopAll } from "./grpc-listener.ts";

/** gRPC's own client for Node, whose rules are those of gRPC and not ours. */

const ACCEPTED: ReceiveOutcome = { status: "accepted" };
const REFUSED: ReceiveOutcome = { status: "rejected", message: "ü %" };

const clients: Client[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await stopAll();
});

function clientOf(port: number, options: object = {}, secure = credentials.createInsecure()): Client {
  const client = new Client(`localhost:${port}`, secure, { "grpc.enable_retries": 0, ...options });
  clients.push(client);
  return client;
}

interface Called {
  readonly code: number;
  readonly details: string;
  readonly body: Buffer | undefined;
  readonly retryInfo: string;
}

const bytes = (message: Buffer): Buffer => message;

async function call(client: Client, path: string, message: Buffer, headers = {}, deadline?: number): Promise<Called> {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(headers)) metadata.set(key, String(value));
  const options = deadline === undefined ? {} : { deadline: Date.now() + deadline };
  return await new Promise((resolve) => {
    const done = (error: ServiceError | null, body?: Buffer): void => {
      const [details = ""] = error?.metadata?.get("grpc-status-details-bin") ?? [];
      const code = error?.code ?? status.OK;
      resolve({ code, details: error?.details ?? "", body, retryInfo: Buffer.from(details).toString("latin1") });
    };
    client.makeUnaryRequest(path, bytes, bytes, message, metadata, options, done);
  });
}

describe("grpc-js", () => {
  it("is answered, compressed or not, over one connection that it keeps alive", async () => {
    const { port, seen } = await setup();
    const plain = clientOf(port, { "grpc.keepalive_time_ms": 20, "grpc.keepalive_permit_without_calls": 1 });
    const gzip = clientOf(port, { "grpc.default_compression_algorithm": compressionAlgorithms.gzip });
    expect(await call(plain, EXPORT, Buffer.alloc(0))).toMatchObject({ code: status.OK, body: Buffer.alloc(0) });
    expect(await call(gzip, METRICS, Buffer.alloc(2_000, "m"))).toMatchObject({ code: status.OK });
    await Promise.all(Array.from({ length: 200 }, () => call(plain, METRICS, Buffer.from("m"))));
    expect(seen).toHaveLength(202);
    expect(seen[1]).toEqual(["metrics", 2_000]);
  });

  it.each<[string, number, RegExp, string, Buffer, ReceiveOutcome]>([
    ["no such method", status.UNIMPLEMENTED, /no such method/, "/a.b.C/Do", Buffer.alloc(0), ACCEPTED],
    ["what is too large", status.RESOURCE_EXHAUSTED, /larger than/, METRICS, Buffer.alloc(5_000), ACCEPTED],
    ["what is malformed", status.INVALID_ARGUMENT, /./, EXPORT, Buffer.from([255]), ACCEPTED],
    ["what is refused for good", status.INVALID_ARGUMENT, /^ü %$/, EXPORT, Buffer.alloc(0), REFUSED],
  ])("hears of %s", async (_, code, details, path, message, outcome) => {
    const { port } = await setup(async () => outcome);
    const called = await call(clientOf(port), path, message);
    expect(called.code).toBe(code);
    expect(called.details).toMatch(details);
  });

  it("hears when to come again", async () => {
    const { port } = await setup(async () => ({ status: "retry", afterSeconds: 7, message: "later" }));
    const { code, retryInfo } = await call(clientOf(port), EXPORT, Buffer.alloc(0));
    expect(code).toBe(status.UNAVAILABLE);
    expect(retryInfo).toContain("google.rpc.RetryInfo");
  });

  it("gives up at its deadline, and the next call is answered", async () => {
    const held = Promise.withResolvers<ReceiveOutcome>();
    const { port } = await setup(() => held.promise);
    const client = clientOf(port);
    expect((await call(client, METRICS, Buffer.alloc(0), {}, 50)).code).toBe(status.DEADLINE_EXCEEDED);
    held.resolve({ status: "accepted" });
    expect((await call(client, METRICS, Buffer.alloc(0))).code).toBe(status.OK);
  });

  it("watches health until the server drains, and connects anew to the next one", async () => {
    const { port, receiver } = await setup();
    const client = clientOf(port);
    const watched: number[] = [];
    const stream = client.makeServerStreamRequest("/grpc.health.v1.Health/Watch", bytes, bytes, Buffer.alloc(0));
    const ended = new Promise<void>((resolve) => {
      stream.on("data", (message: Buffer) => watched.push(message[1] ?? 0));
      stream.on("error", () => undefined);
      stream.on("status", () => resolve());
    });
    await vi.waitFor(() => expect(watched).toEqual([1]));
    await receiver.stop(60_000);
    await ended;
    expect(watched).toEqual([1, 2]);
    expect((await call(client, METRICS, Buffer.alloc(0))).code).toBe(status.UNAVAILABLE);
  });
});

describe("grpc-js over TLS", () => {
  const ca = Buffer.from(certificate("ca.pem"));
  const tls = {
    cert_file: certificateFile("server.pem"),
    key_file: certificateFile("server-key.pem"),
    client_ca_file: certificateFile("ca.pem"),
  };

  it("shows its certificate and its token", async () => {
    const { port } = await setup(undefined, { tls, auth: { bearer_token_env: "TOKEN" } });
    const [key, cert] = [Buffer.from(certificate("client-key.pem")), Buffer.from(certificate("client.pem"))];
    const known = clientOf(port, {}, credentials.createSsl(ca, key, cert));
    expect((await call(known, METRICS, Buffer.alloc(0), { authorization: "Bearer s3cret" })).code).toBe(status.OK);
    expect((await call(known, METRICS, Buffer.alloc(0))).code).toBe(status.UNAUTHENTICATED);
    const unknown = clientOf(port, {}, credentials.createSsl(ca));
    expect((await call(unknown, METRICS, Buffer.alloc(0), {}, 2_000)).code).not.toBe(status.OK);
  });
});
