import { once } from "node:events";
import { connect, type ClientHttp2Session, type ClientSessionOptions, type IncomingHttpHeaders } from "node:http2";

import { ATTR_ERROR_TYPE, METRIC_SPANWARDEN_PROCESSOR_REQUEST_REFUSED } from "@spanwarden/conventions";

import { readCredentials, type Credentials } from "../../../src/otlp/credentials.ts";
import { Entrance } from "../../../src/otlp/entrance.ts";
import { GrpcReceiver } from "../../../src/otlp/grpc/receiver.ts";
import type { Handlers } from "../../../src/otlp/handlers.ts";
import type { ReceiveOutcome } from "../../../src/otlp/outcome.ts";
import { receiverConfig } from "../../../src/otlp/receiver-config.ts";
import { quiet } from "../../../src/telemetry.ts";
import { FakeClock, meterWithPoints } from "../../emit/fixtures.ts";

export const EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
export const METRICS = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

export interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly status: string | undefined;
  readonly message: string;
  readonly details: string;
  readonly body: Buffer;
}

const cleanUps: (() => Promise<void>)[] = [];

/** After each test. */
export async function stopAll(): Promise<void> {
  // eslint-disable-next-line no-await-in-loop -- the last one first
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
}

export interface Setup {
  readonly receiver: GrpcReceiver;
  readonly port: number;
  /** Of one client. */
  readonly session: ClientHttp2Session;
  readonly clock: FakeClock;
  /** What was handed on: signal, and how many items, or bytes of metrics. */
  readonly seen: readonly (readonly [string, number])[];
  readonly errors: readonly string[];
  readonly refused: () => Promise<Record<string, unknown>>;
}

/** A receiver that listens, and a client that is connected to it. */
export async function setup(
  handle: () => Promise<ReceiveOutcome> = async () => ({ status: "accepted" }),
  limits: object = {},
  client: ClientSessionOptions = {},
): Promise<Setup> {
  const clock = new FakeClock();
  const { meter, points } = meterWithPoints();
  const seen: (readonly [string, number])[] = [];
  const errors: string[] = [];
  const logger = { ...quiet, error: (told: string, fields?: object) => errors.push(told + JSON.stringify(fields)) };
  const handlers: Handlers = {
    traces: async ({ items }) => (seen.push(["traces", items.length]), await handle()),
    logs: async ({ items }) => (seen.push(["logs", items.length]), await handle()),
    metrics: async (body) => (seen.push(["metrics", body.length]), await handle()),
  };
  const listener = { max_body_bytes: 4_096, max_decompressed_bytes: 8_192, ...limits };
  const [credentials] = readCredentials(receiverConfig.parse(listener), { TOKEN: "s3cret" }) as [Credentials];
  const entrance = new Entrance(credentials, { logger: quiet, meter });
  const receiver = new GrpcReceiver(entrance, 0, { clock, logger }, handlers);
  const port = await receiver.start();
  const session = connect(`http://127.0.0.1:${port}`, client);
  session.on("error", () => undefined);
  cleanUps.push(async () => {
    session.destroy();
    const stopped = receiver.stop(1);
    clock.pass(1);
    await stopped;
  });
  const refused = async (): Promise<Record<string, unknown>> =>
    Object.fromEntries(
      (await points(METRIC_SPANWARDEN_PROCESSOR_REQUEST_REFUSED)).map((p) => [p.attributes[ATTR_ERROR_TYPE], p.value]),
    );
  return { receiver, port, session, clock, seen, errors, refused };
}

/** A unary call to its end. */
export async function call(
  session: ClientHttp2Session,
  path: string,
  body: Uint8Array,
  headers: object = {},
): Promise<Answer> {
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
    ...headers,
  });
  let found: IncomingHttpHeaders = {};
  stream.on("response", (given) => (found = { ...found, ...given }));
  stream.on("trailers", (given) => (found = { ...found, ...given }));
  stream.on("error", () => undefined);
  stream.end(body);
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(stream, "close");
  return {
    headers: found,
    status: found["grpc-status"] as string | undefined,
    message: decodeURIComponent(String(found["grpc-message"] ?? "")),
    details: Buffer.from(String(found["grpc-status-details-bin"] ?? ""), "base64").toString("latin1"),
    body: Buffer.concat(chunks),
  };
}
