import { once } from "node:events";
import {
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";

import type { Counter } from "@opentelemetry/api";
import { ATTR_ERROR_TYPE, METRIC_SPANWARDEN_PROCESSOR_REQUEST_REFUSED } from "@spanwarden/conventions";

import type { Settings } from "../../settings.ts";
import { successBody } from "../answer.ts";
import { decompressed, readAll } from "../body.ts";
import { failureOf, GRPC, Refusal, SECONDS_UNTIL_RETRY } from "../failure.ts";
import { handOn, type Handlers } from "../handlers.ts";
import type { ReceiveOutcome, SignalKind } from "../outcome.ts";
import type { ReceiverConfig } from "../receiver-config.ts";
import { frame, HEADER_BYTES, unframed } from "./frame.ts";
import { retryInfo } from "./retry-info.ts";

const PROTOBUF = "application/x-protobuf";
const CONTENT_TYPE = "application/grpc+proto";
const HEALTH = "/grpc.health.v1.Health/Check";
/** `HealthCheckResponse { status: SERVING }`. */
const SERVING = Uint8Array.of(8, 1);
/** Requests of one connection at once; clients queue what is beyond it. */
const MOST_STREAMS = 100;

const SIGNALS: Readonly<Record<string, SignalKind>> = {
  "/opentelemetry.proto.collector.trace.v1.TraceService/Export": "traces",
  "/opentelemetry.proto.collector.logs.v1.LogsService/Export": "logs",
  "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export": "metrics",
};

/**
 * An OTLP/gRPC receiver: the three export services and the health check, unary, in clear, gzip taken.
 *
 * Source: gRPC over HTTP/2. Bounds as for OTLP/HTTP; beyond `max_concurrent_requests` the answer is UNAVAILABLE with RetryInfo,
 * which OTLP's exporters retry after.
 */
export class GrpcReceiver {
  readonly #config: ReceiverConfig & { readonly grpc_port: number };
  readonly #settings: Pick<Settings, "clock" | "logger">;
  readonly #handlers: Handlers;
  readonly #server: Http2Server;
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #refused: Counter;
  #underWay = 0;

  constructor(
    config: ReceiverConfig & { readonly grpc_port: number },
    settings: Pick<Settings, "clock" | "logger" | "meter">,
    handlers: Handlers,
  ) {
    this.#config = config;
    this.#settings = settings;
    this.#handlers = handlers;
    this.#refused = settings.meter.createCounter(METRIC_SPANWARDEN_PROCESSOR_REQUEST_REFUSED, { unit: "{request}" });
    this.#server = createServer({ settings: { maxConcurrentStreams: MOST_STREAMS } });
    this.#server.on("session", (session: ServerHttp2Session) => {
      this.#sessions.add(session);
      session.on("close", () => this.#sessions.delete(session));
      // A client that speaks no HTTP/2, or breaks it, loses its connection and nothing else.
      session.on("error", () => session.destroy());
    });
    this.#server.on("sessionError", () => undefined);
    this.#server.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      stream.on("error", () => undefined);
      void this.#answer(stream, headers);
    });
  }

  /** Listens; on which port, once it does. */
  async start(): Promise<number> {
    this.#server.listen(this.#config.grpc_port, this.#config.host);
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  /** Tells the clients to go away, lets their requests under way end, and cuts them off after `deadline` milliseconds. */
  async stop(deadline: number): Promise<void> {
    if (!this.#server.listening) return;
    const cancel = this.#settings.clock.after(deadline, () => {
      for (const session of this.#sessions) session.destroy();
    });
    this.#server.close();
    for (const session of this.#sessions) session.close();
    await once(this.#server, "close");
    cancel();
  }

  async #answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    const path = headers[":path"] ?? "";
    try {
      if (path === HEALTH) return reply(stream, SERVING);
      const { signal, outcome } = await this.#receive(stream, headers, path);
      if (outcome.status === "accepted") reply(stream, successBody(PROTOBUF, signal));
      else if (outcome.status === "partial") reply(stream, successBody(PROTOBUF, signal, outcome));
      else if (outcome.status === "rejected") refuse(stream, GRPC.invalidArgument, outcome.message);
      else refuse(stream, GRPC.unavailable, outcome.message, outcome.afterSeconds);
    } catch (error) {
      const failed = failureOf(error);
      if (failed.grpc === GRPC.internal) this.#settings.logger.error("request failed", { path, error: String(error) });
      this.#refused.add(1, { [ATTR_ERROR_TYPE]: failed.reason });
      refuse(stream, failed.grpc, failed.message, failed.retryAfter);
    }
  }

  async #receive(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    path: string,
  ): Promise<{ readonly signal: SignalKind; readonly outcome: ReceiveOutcome }> {
    const signal = Object.hasOwn(SIGNALS, path) ? SIGNALS[path] : undefined;
    if (signal === undefined) throw new Refusal(404, GRPC.unimplemented, `no such method: ${path}`);
    if (headers["content-type"]?.startsWith("application/grpc") !== true)
      throw new Refusal(
        415,
        GRPC.invalidArgument,
        `content-type "${headers["content-type"] ?? "none"}": expected application/grpc`,
      );
    if (this.#underWay >= this.#config.max_concurrent_requests)
      throw new Refusal(503, GRPC.unavailable, "too many requests under way", SECONDS_UNTIL_RETRY);
    this.#underWay++;
    try {
      const { message, compressed } = unframed(
        await readAll(whole(stream), this.#config.max_body_bytes + HEADER_BYTES),
      );
      const given = headers["grpc-encoding"];
      const encoding = compressed && typeof given === "string" ? given : "identity";
      const bytes = await decompressed(message, encoding, this.#config);
      return { signal, outcome: await handOn(this.#handlers, signal, bytes, PROTOBUF) };
    } finally {
      this.#underWay--;
    }
  }
}

function reply(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (stream.destroyed) return;
  stream.respond({ ":status": 200, "content-type": CONTENT_TYPE }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": String(GRPC.ok) }));
  stream.end(frame(message));
}

/** Trailers only: an error has no message. What is still coming of the request is not read. */
function refuse(stream: ServerHttp2Stream, code: number, message: string, retryAfter?: number): void {
  if (stream.destroyed || stream.headersSent) return;
  const details = retryAfter === undefined ? {} : { "grpc-status-details-bin": retryInfo(code, message, retryAfter) };
  stream.respond(
    {
      ":status": 200,
      "content-type": CONTENT_TYPE,
      "grpc-status": String(code),
      "grpc-message": encodeURIComponent(message),
      ...details,
    },
    { endStream: true },
  );
  if (stream.readableEnded) return;
  stream.resume();
  // In the next turn: a reset in the same breath would overtake the answer.
  setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR));
}

/** A stream that is left in the middle can still be answered. */
function whole(stream: ServerHttp2Stream): AsyncIterable<Buffer> {
  return stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}
