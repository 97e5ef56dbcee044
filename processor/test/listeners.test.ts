import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

import { afterEach, describe, expect, it } from "vitest";

import { createProcessor, type Processor } from "../src/app.ts";
import type { ConfigInput } from "../src/config.ts";
import { quiet } from "../src/telemetry.ts";
import { certificateFile } from "./otlp/certificates/read.ts";

const running: Processor[] = [];

afterEach(async () => {
  for (const processor of running.splice(0)) await processor.stop();
});

const warnings: [string, unknown][] = [];
const logger = { ...quiet, warn: (told: string, fields?: unknown) => warnings.push([told, fields]) };

function made(config: ConfigInput): Processor {
  const processor = createProcessor(config, { logger });
  running.push(processor);
  return processor;
}

/** A port that somebody has. */
async function taken(): Promise<{ readonly port: number; readonly release: () => void }> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, release: () => server.close() };
}

describe("listeners", () => {
  it("speak the protocols whose port they name", async () => {
    const processor = made({ receiver: [{ grpc_port: 0 }, { port: 0 }, { port: 0, grpc_port: 0, host: "::1" }] });
    expect(processor.addresses).toEqual([]);
    await processor.start();
    const url = (host: string): unknown => expect.stringMatching(new RegExp(`^http://${host}:\\d+$`));
    expect(processor.addresses).toEqual([
      { http: undefined, grpc: url("127\\.0\\.0\\.1") },
      { http: url("127\\.0\\.0\\.1"), grpc: undefined },
      { http: url("\\[::1\\]"), grpc: url("\\[::1\\]") },
    ]);
    expect([processor.address, processor.grpcAddress]).toEqual([
      processor.addresses[1]?.http,
      processor.addresses[0]?.grpc,
    ]);
    for (const { http } of processor.addresses.slice(1)) expect((await fetch(`${http}/healthz`)).status).toBe(200);
  });

  it.each([
    ["receiver.port", (port: number) => ({ port })],
    ["receiver.grpc_port", (port: number) => ({ port: 0, grpc_port: port })],
    ["receiver.1.grpc_port", (port: number) => [{ port: 0 }, { port: 0, grpc_port: port }]],
  ])("whose port is taken are named, %s, and none of them stays", async (key, receiver) => {
    const other = await taken();
    const processor = made({ receiver: receiver(other.port) });
    await expect(processor.start()).rejects.toThrow(`${key}: cannot listen: listen EADDRINUSE`);
    expect(processor.addresses).toEqual([]);
    other.release();
  });

  it.each([
    ["receiver.tls.cert_file", { tls: { cert_file: "/nowhere", key_file: "/nowhere" } }],
    [
      "receiver.tls.key_file",
      { tls: { cert_file: certificateFile("server.pem"), key_file: certificateFile("client-key.pem") } },
    ],
    ["receiver.auth.bearer_token_file", { auth: { bearer_token_file: "/nowhere" } }],
    ["receiver.auth.bearer_token_env", { auth: { bearer_token_env: "SPANWARDEN_NO_SUCH_VARIABLE" } }],
  ])("whose %s is of no use are wrongly configured", (key, listener) => {
    expect(() => createProcessor({ receiver: { port: 0, ...listener } })).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining(`${key}: `) }) as Error,
    );
  });

  it("that anybody can reach and send to are warned of once; those that ask who it is are not", async () => {
    warnings.length = 0;
    const tls = {
      cert_file: certificateFile("server.pem"),
      key_file: certificateFile("server-key.pem"),
      client_ca_file: certificateFile("ca.pem"),
    };
    made({ receiver: [{ port: 0 }, { host: "0.0.0.0", port: 0, grpc_port: 0 }, { host: "0.0.0.0", port: 0, tls }] });
    expect(warnings).toEqual([[expect.stringContaining("asks for no token"), { host: "0.0.0.0" }]]);
  });
});
