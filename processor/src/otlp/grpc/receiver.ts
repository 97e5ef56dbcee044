import { once } from "node:events";
import {
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
import { decompressed, readSent } from "../body.ts";
import type { ByteShare } from "../byte-budget.ts";
import { Connections } from "../connections.ts";
import type { Entrance } from "../entrance.ts";
import { failureOf, GRPC, Refusal } from "../failure.ts";
import { handOn, type Handlers } from "../handlers.ts";
import type { SignalKind } from "../outcome.ts";
import { viaOf } from "../via.ts";
import { ENCODINGS, refuse, refusePlainly, reply, respond, tell } from "./answer.ts";
import { HEADER_BYTES, unframed } from "./frame.ts";
import { Health } from "./health.ts";
import { timeoutOf } from "./timeout.ts";

const PROTOBUF = "application/x-protobuf";
/** Milliseconds for a new connection to say that it speaks HTTP/2. */
const PREFACE_TIMEOUT = 10_000;

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
  readonly #connections: Connections;
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #health = new Health(Object.keys(SIGNALS));

  constructor(entrance: Entrance, port: number, settings: Pick<Settings, "clock" | "logger">, handlers: Handlers) {
    this.#entrance = entrance;
    this.#port = port;
    this.#settings = settings;
    this.#handlers = handlers;
    const secure = entrance.certificates?.options;
    this.#server = secure === undefined ? createServer(OPTIONS) : createSecureServer({ ...OPTIONS, ...secure });
    this.#connections = new Connections(this.#server, entrance);
    this.#server.on("session", (session: ServerHttp2Session) => this.#open(session));
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
    const cancel = this.#settings.clock.after(deadline, () => this.#connections.closeAll());
    this.#health.stop();
    this.#server.close();
    this.#connections.closeSilent();
    for (const session of this.#sessions) session.close();
    await once(this.#server, "close");
    cancel();
  }

  /** New connections use these certificates. */
  renew(context: SecureContextOptions): void {
    if ("setSecureContext" in this.#server) this.#server.setSecureContext(context);
  }

  #open(session: ServerHttp2Session): void {
    const heard = this.#settings.clock.after(PREFACE_TIMEOUT, () => session.destroy());
    session.once("remoteSettings", heard);
    this.#sessions.add(session);
    session.on("close", () => {
      heard();
      this.#sessions.delete(session);
    });
    // A client that speaks no HTTP/2, or breaks it, loses its connection and nothing else.
    session.on("error", () => session.destroy());
  }

  async #answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    const path = headers[":path"] ?? "";
    const { clock } = this.#settings;
    const fail = (error: unknown): void => this.#fail(stream, path, error);
    const expire = (what: string) => () => fail(new Refusal(408, GRPC.deadlineExceeded, what, "deadline_exceeded"));
    const { request_timeout: patience } = this.#entrance.config;
    const whole = clock.after(patience, expire(`not all of the request came within ${patience} ms`));
    const deadline = timeoutOf(headers["grpc-timeout"]);
    const inTime =
      deadline === undefined ? whole : clock.after(deadline, expire("the deadline of the call has passed"));
    try {
      await this.#call(stream, headers, path, whole);
    } catch (error) {
      fail(error);
    } finally {
      whole();
      inTime();
    }
  }

  #fail(stream: ServerHttp2Stream, path: string, error: unknown): void {
    // What has been answered, as at its deadline, fails no more.
    if (stream.headersSent) return;
    const failed = failureOf(error);
    if (failed.status === 500) this.#settings.logger.error("request failed", { path, error: String(error) });
    this.#entrance.refused(failed.reason);
    if (failed.retryAfter !== undefined) this.#handlers.refused?.();
    refuse(stream, failed.grpc, failed.message, failed.retryAfter);
    this.#endSoon(stream);
  }

  /** An answer that its client does not take is given up. */
  #endSoon(stream: ServerHttp2Stream): void {
    if (stream.closed) return;
    const cancel = this.#settings.clock.after(this.#entrance.config.request_timeout, () => stream.destroy());
    stream.once("close", cancel);
  }

  async #call(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, path: string, whole: () => void): Promise<void> {
    const status = headers[":method"] !== "POST" ? 405 : isGrpc(headers) ? 200 : 415;
    if (status !== 200) {
      this.#entrance.refused(String(status));
      return refusePlainly(stream, status);
    }
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
    this.#endSoon(stream);
  }

  async #tellHealth(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    method: "Check" | "Watch",
    whole: () => void,
  ): Promise<void> {
    const read = (share: ByteShare): Promise<Uint8Array> => this.#read(stream, headers, share, whole);
    const request = await this.#entrance.admit(read, (bytes) => Promise.resolve(bytes));
    if (method === "Check") {
      reply(stream, this.#health.check(request));
      return this.#endSoon(stream);
    }
    if (this.#health.isFull) throw new Refusal(429, GRPC.resourceExhausted, "too many watch already");
    if (stream.destroyed || stream.headersSent) return;
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
    const { config } = this.#entrance;
    const bytes = await readSent(chunksOf(stream), config.max_body_bytes + HEADER_BYTES, share);
    whole();
    const { message, compressed } = unframed(bytes);
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

/** Source: gRPC over HTTP/2, Content-Type; messages in another encoding than protobuf are not read. */
function isGrpc(headers: IncomingHttpHeaders): boolean {
  return /^application\/grpc(?:\+proto)?(?:;|$)/i.test(headers["content-type"] ?? "");
}

/** A stream that is left in the middle can still be answered. */
function chunksOf(stream: ServerHttp2Stream): AsyncIterable<Buffer> {
  return stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}
