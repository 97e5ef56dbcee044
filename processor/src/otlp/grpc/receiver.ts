import { once } from "node:events";
import {
  constants,
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";
import type { SecureContextOptions } from "node:tls";

import type { Settings } from "../../settings.ts";
import { successBody } from "../answer.ts";
import { decompressed, readAll } from "../body.ts";
import type { ByteShare } from "../byte-budget.ts";
import { type Entrance, REQUEST_TIMEOUT } from "../entrance.ts";
import { failureOf, GRPC, Refusal } from "../failure.ts";
import { handOn, type Handlers } from "../handlers.ts";
import type { ReceiveOutcome, SignalKind } from "../outcome.ts";
import { viaOf } from "../via.ts";
import { frame, HEADER_BYTES, unframed } from "./frame.ts";
import { Health } from "./health.ts";
import { retryInfo } from "./retry-info.ts";
import { timeoutOf } from "./timeout.ts";

const PROTOBUF = "application/x-protobuf";
const CONTENT_TYPE = "application/grpc+proto";
const ENCODINGS = ["identity", "gzip", "zstd"];

const SIGNALS: Readonly<Record<string, SignalKind>> = {
  "opentelemetry.proto.collector.trace.v1.TraceService": "traces",
  "opentelemetry.proto.collector.logs.v1.LogsService": "logs",
  "opentelemetry.proto.collector.metrics.v1.MetricsService": "metrics",
};
const HEALTH = "grpc.health.v1.Health";

/**
 * Bounds of one connection. Node itself ends one that resets streams, or sends pings, settings or broken frames faster than
 * any client has a reason to (CVE-2023-44487 and its kin).
 */
const OPTIONS = {
  /** Of TLS; milliseconds. */
  handshakeTimeout: 10_000,
  settings: { maxConcurrentStreams: 100, maxHeaderListSize: 16_384 },
  maxSessionInvalidFrames: 100,
  /** Megabytes. */
  maxSessionMemory: 64,
  keepAlive: true,
  keepAliveInitialDelay: 60_000,
};

/**
 * An OTLP/gRPC receiver: the three export services and the health service; gzip and zstd, TLS where the listener has a
 * certificate. Source: gRPC over HTTP/2. Beyond a bound the answer is UNAVAILABLE with RetryInfo, which exporters retry after.
 */
export class GrpcReceiver {
  readonly #entrance: Entrance;
  readonly #port: number;
  readonly #settings: Pick<Settings, "clock" | "logger">;
  readonly #handlers: Handlers;
  readonly #server: Http2Server | Http2SecureServer;
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #health = new Health(Object.keys(SIGNALS));

  constructor(entrance: Entrance, port: number, settings: Pick<Settings, "clock" | "logger">, handlers: Handlers) {
    this.#entrance = entrance;
    this.#port = port;
    this.#settings = settings;
    this.#handlers = handlers;
    const secure = entrance.certificates?.options;
    this.#server = secure === undefined ? createServer(OPTIONS) : createSecureServer({ ...OPTIONS, ...secure });
    this.#server.maxConnections = entrance.config.max_connections;
    this.#server.on("drop", () => entrance.refused("too_many_connections"));
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
    this.#server.listen(this.#port, this.#entrance.config.host);
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  /** Tells the clients to go away, lets their requests under way end, and cuts them off after `deadline` milliseconds. */
  async stop(deadline: number): Promise<void> {
    if (!this.#server.listening) return;
    const cancel = this.#settings.clock.after(deadline, () => {
      for (const session of this.#sessions) session.destroy();
    });
    this.#health.stop();
    this.#server.close();
    for (const session of this.#sessions) session.close();
    await once(this.#server, "close");
    cancel();
  }

  /** New connections use these certificates. */
  renew(context: SecureContextOptions): void {
    if ("setSecureContext" in this.#server) this.#server.setSecureContext(context);
  }

  async #answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    const path = headers[":path"] ?? "";
    const patience = Math.min(timeoutOf(headers["grpc-timeout"]) ?? REQUEST_TIMEOUT, REQUEST_TIMEOUT);
    const cancel = this.#settings.clock.after(patience, () =>
      refuse(stream, GRPC.deadlineExceeded, `not all of the request came within ${patience} ms`),
    );
    try {
      await this.#call(stream, headers, path, cancel);
    } catch (error) {
      const failed = failureOf(error);
      if (failed.grpc === GRPC.internal && failed.status === 500)
        this.#settings.logger.error("request failed", { path, error: String(error) });
      this.#entrance.refused(failed.reason);
      if (failed.retryAfter !== undefined) this.#handlers.refused?.();
      refuse(stream, failed.grpc, failed.message, failed.retryAfter);
    } finally {
      cancel();
    }
  }

  async #call(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, path: string, whole: () => void): Promise<void> {
    const [, service = "", method = ""] = path.split("/");
    if (service === HEALTH && (method === "Check" || method === "Watch")) {
      return await this.#tellHealth(stream, headers, method, whole);
    }
    const signal = Object.hasOwn(SIGNALS, service) && method === "Export" ? SIGNALS[service] : undefined;
    if (signal === undefined) throw new Refusal(404, GRPC.unimplemented, `no such method: ${path}`);
    this.#entrance.check(headers);
    const outcome = await this.#entrance.admit(
      (share) => this.#read(stream, headers, share, whole),
      (bytes) => handOn(this.#handlers, signal, bytes, PROTOBUF, viaOf(headers)),
    );
    tell(stream, signal, outcome);
  }

  async #tellHealth(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    method: "Check" | "Watch",
    whole: () => void,
  ): Promise<void> {
    const read = (share: ByteShare): Promise<Uint8Array> => this.#read(stream, headers, share, whole);
    const request = await this.#entrance.admit(read, (bytes) => Promise.resolve(bytes));
    if (method === "Check") return reply(stream, this.#health.check(request));
    if (this.#health.isFull) throw new Refusal(429, GRPC.resourceExhausted, "too many watch already");
    respond(stream);
    this.#health.watch(request, stream);
  }

  /** The one message of a unary request. */
  async #read(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    share: ByteShare,
    whole: () => void,
  ): Promise<Uint8Array> {
    const type = headers["content-type"] ?? "none";
    if (!type.startsWith("application/grpc"))
      throw new Refusal(415, GRPC.invalidArgument, `content-type "${type}": expected application/grpc`);
    const { config } = this.#entrance;
    const { message, compressed } = unframed(
      await readAll(chunksOf(stream), config.max_body_bytes + HEADER_BYTES, share),
    );
    whole();
    if (!compressed) return message;
    const encoding = String(headers["grpc-encoding"] ?? "identity");
    if (encoding === "identity")
      throw new Refusal(
        400,
        GRPC.internal,
        "a message is flagged as compressed, and grpc-encoding names no compression",
      );
    if (!ENCODINGS.includes(encoding))
      throw new Refusal(415, GRPC.unimplemented, `grpc-encoding "${encoding}": expected ${ENCODINGS.join(", ")}`);
    return await decompressed(message, encoding, config, share);
  }
}

function tell(stream: ServerHttp2Stream, signal: SignalKind, outcome: ReceiveOutcome): void {
  switch (outcome.status) {
    case "accepted":
      return reply(stream, successBody(PROTOBUF, signal));
    case "partial":
      return reply(stream, successBody(PROTOBUF, signal, outcome));
    case "retry":
      return refuse(stream, GRPC.unavailable, outcome.message, outcome.afterSeconds);
    case "rejected":
      return refuse(stream, GRPC.invalidArgument, outcome.message);
  }
}

function reply(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (stream.destroyed || stream.headersSent) return;
  respond(stream);
  stream.end(frame(message));
}

/** Headers of an answer that has messages; its status follows them. */
function respond(stream: ServerHttp2Stream): void {
  stream.respond({ ":status": 200, "content-type": CONTENT_TYPE }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": String(GRPC.ok) }));
}

/** Trailers only: an error has no message. What is still coming of the request is not read. */
function refuse(stream: ServerHttp2Stream, code: number, message: string, retryAfter?: number): void {
  if (stream.destroyed || stream.headersSent) return;
  const details = retryAfter === undefined ? {} : { "grpc-status-details-bin": retryInfo(code, message, retryAfter) };
  stream.respond(
    {
      ":status": 200,
      "content-type": CONTENT_TYPE,
      "grpc-accept-encoding": ENCODINGS.join(","),
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
function chunksOf(stream: ServerHttp2Stream): AsyncIterable<Buffer> {
  return stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}
