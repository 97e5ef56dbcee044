import { Metadata, Server, ServerCredentials, status, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import { afterEach, describe, expect, it } from "vitest";

import { createGrpcTransport, type GrpcTransportConfig } from "../../src/forward/grpc-transport.ts";
import type { Transport } from "../../src/forward/transport.ts";
import { successBody } from "../../src/otlp/answer.ts";
import { retryInfo } from "../../src/otlp/grpc/retry-info.ts";
import { requestOf } from "./requests.ts";

type Call = ServerUnaryCall<Buffer, Buffer>;
type Answer = (call: Call, reply: sendUnaryData<Buffer>) => void;

const SERVICES = { traces: "trace.v1.TraceService", logs: "logs.v1.LogsService", metrics: "metrics.v1.MetricsService" };
const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const empty: Answer = (_, reply) => reply(null, Buffer.alloc(0));
const refusal =
  (code: status, seconds?: number): Answer =>
  (_, reply) => {
    const metadata = new Metadata();
    if (seconds !== undefined)
      metadata.set("grpc-status-details-bin", Buffer.from(retryInfo(code, "later", seconds), "base64"));
    reply({ code, details: "no", metadata });
  };

interface Received {
  readonly path: string;
  readonly body: Buffer;
  readonly metadata: Metadata;
}

/** A real gRPC server for OTLP that answers as told. */
async function sink(answer: Answer = empty, port = 0) {
  const received: Received[] = [];
  const server = new Server();
  for (const service of Object.values(SERVICES)) {
    const path = `/opentelemetry.proto.collector.${service}/Export`;
    const asIs = (bytes: Buffer): Buffer => bytes;
    const coding = {
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    };
    server.addService(
      { export: { path, requestStream: false, responseStream: false, ...coding } },
      {
        export: (call: Call, reply: sendUnaryData<Buffer>) => {
          received.push({ path, body: call.request, metadata: call.metadata });
          answer(call, reply);
        },
      },
    );
  }
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, taken) =>
      error === null ? resolve(taken) : reject(error),
    );
  });
  closing.push(() => server.forceShutdown());
  return { received, port: bound, stop: () => server.forceShutdown() };
}

function transportTo(port: number, config: Partial<GrpcTransportConfig> = {}): Transport {
  const retry = { initial: 10, max: 20 };
  const transport = createGrpcTransport({
    endpoint: `http://127.0.0.1:${port}`,
    headers: { Authorization: "Bearer x" },
    compression: "none",
    timeout: 5_000,
    tls: {},
    retry,
    ...config,
  });
  closing.push(() => transport.close());
  return transport;
}

describe("over gRPC", () => {
  it.each(["traces", "logs", "metrics"] as const)(
    "%s go to their service, untouched, with headers and via",
    async (signal) => {
      const { received, port } = await sink();
      const request = requestOf(["n1"], { signal, via: "a,b" });
      expect(await transportTo(port).send(request)).toEqual({ status: "delivered" });
      expect(received[0]?.path).toContain(SERVICES[signal]);
      expect(received[0]?.body).toEqual(request.body);
      expect(received[0]?.metadata.getMap()).toMatchObject({ authorization: "Bearer x", "spanwarden-via": "a,b" });
    },
  );

  it("JSON becomes protobuf", async () => {
    const { received, port } = await sink();
    const body = Buffer.from('{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"n1"}]}]}]}');
    await transportTo(port).send(requestOf([], { contentType: "application/json", body }));
    expect(received[0]?.body.toString("latin1")).toBe("\n\x08\x12\x06\x12\x04*\x02n1");
  });

  it("JSON that is none is refused for good", async () => {
    const { port } = await sink();
    const request = requestOf([], { contentType: "application/json", body: Buffer.from("{") });
    expect(await transportTo(port).send(request)).toMatchObject({ status: "permanent", httpStatus: 400 });
  });

  it("what is compressed arrives as it was", async () => {
    const { received, port } = await sink();
    const request = requestOf(["n1"]);
    await transportTo(port, { compression: "gzip" }).send(request);
    expect(received[0]?.body).toEqual(request.body);
  });

  it("a partial success is read", async () => {
    const body = Buffer.from(successBody("application/x-protobuf", "traces", { rejected: 2, message: "old" }));
    const { port } = await sink((_, reply) => reply(null, body));
    expect(await transportTo(port).send(requestOf(["n1"]))).toEqual({ status: "partial", rejected: 2, message: "old" });
  });

  it.each([
    ["CANCELLED", "retryable"],
    ["DEADLINE_EXCEEDED", "retryable"],
    ["ABORTED", "retryable"],
    ["OUT_OF_RANGE", "retryable"],
    ["UNAVAILABLE", "retryable"],
    ["DATA_LOSS", "retryable"],
    ["RESOURCE_EXHAUSTED", "permanent"],
    ["INVALID_ARGUMENT", "permanent"],
    ["UNAUTHENTICATED", "permanent"],
    ["UNIMPLEMENTED", "permanent"],
    ["INTERNAL", "permanent"],
  ] as const)("%s is %s", async (code, expected) => {
    const { port } = await sink(refusal(status[code]));
    expect((await transportTo(port).send(requestOf(["n1"]))).status).toBe(expected);
  });

  it("RESOURCE_EXHAUSTED is worth another attempt where it says when", async () => {
    const { port } = await sink(refusal(status.RESOURCE_EXHAUSTED, 7));
    expect(await transportTo(port).send(requestOf(["n1"]))).toMatchObject({ status: "retryable", afterSeconds: 7 });
  });

  it("a request that is larger than the server takes can be halved", async () => {
    const { port } = await sink();
    const outcome = await transportTo(port).send(requestOf([`n${"x".repeat(4 * 1_024 * 1_024)}`]));
    expect(outcome).toMatchObject({ status: "permanent", httpStatus: 413 });
  });

  it("a server that hangs is given up in time, and found again over a new connection", async () => {
    let hangs = true;
    const { port } = await sink((call, reply) => {
      if (!hangs) empty(call, reply);
    });
    const transport = transportTo(port, { timeout: 100 });
    expect(await transport.send(requestOf(["n1"]))).toMatchObject({ status: "retryable" });
    hangs = false;
    expect(await transport.send(requestOf(["n1"]))).toEqual({ status: "delivered" });
  });

  it("a server that is not there is retryable, and is found when it comes back", async () => {
    const first = await sink();
    const transport = transportTo(first.port);
    await transport.send(requestOf(["n1"]));
    first.stop();
    expect(await transport.send(requestOf(["n1"]))).toMatchObject({ status: "retryable" });
    await sink(empty, first.port);
    await expect
      .poll(async () => (await transport.send(requestOf(["n1"]))).status, { timeout: 10_000 })
      .toBe("delivered");
  });

  it("a certificate that is not there is told", () => {
    const config = { endpoint: "https://localhost:1", tls: { ca_file: "/none.pem" } };
    expect(() => transportTo(1, config)).toThrow('forward.tls.ca_file: cannot read "/none.pem": ENOENT');
  });
});
