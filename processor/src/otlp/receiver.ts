import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer, type Server as SecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { SecureContextOptions } from "node:tls";

import type { Settings } from "../settings.ts";
import { errorBody, successBody, type ContentType } from "./answer.ts";
import { readBody } from "./body.ts";
import { Connections } from "./connections.ts";
import type { Entrance } from "./entrance.ts";
import { failureOf, GRPC, Refusal } from "./failure.ts";
import { handOn, type Handlers } from "./handlers.ts";
import type { ReceiveOutcome, SignalKind } from "./outcome.ts";
import { viaOf } from "./via.ts";

/** A page beside the OTLP paths. */
export interface Route {
  /** Open to anybody, also where the listener asks for a token. */
  readonly open: boolean;
  page(): Promise<{ readonly status: number; readonly contentType: string; readonly body: string }>;
}

const OPTIONS = {
  /** Of TLS; milliseconds. */
  handshakeTimeout: 10_000,
  /**
   * An idle connection is kept longer than exporters usually pause between two batches. One that is closed just when its
   * client sends again costs that client a batch, or a retry.
   */
  keepAliveTimeout: 65_000,
  /** A peer that is gone without a word is noticed by TCP. */
  keepAlive: true,
  keepAliveInitialDelay: 60_000,
};

/** Of a request, in milliseconds; who takes longer only holds memory. */
const HEADERS_TIMEOUT = 10_000;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Uint8Array | string;
  readonly retryAfter?: number | undefined;
  readonly allow?: string | undefined;
}

/**
 * An OTLP/HTTP receiver: `POST /v1/traces`, `/v1/logs` and `/v1/metrics`, protobuf or JSON, gzip or zstd, TLS where the
 * listener has a certificate.
 */
export class OtlpReceiver {
  readonly #entrance: Entrance;
  readonly #port: number;
  readonly #settings: Pick<Settings, "clock" | "logger">;
  readonly #handlers: Handlers;
  readonly #routes: Readonly<Record<string, Route>>;
  readonly #server: Server | SecureServer;
  readonly #connections: Connections;

  constructor(
    entrance: Entrance,
    port: number,
    settings: Pick<Settings, "clock" | "logger">,
    handlers: Handlers,
    routes: Readonly<Record<string, Route>> = {},
  ) {
    this.#entrance = entrance;
    this.#port = port;
    this.#settings = settings;
    this.#handlers = handlers;
    this.#routes = routes;
    const secure = entrance.certificates?.options;
    const options = { ...OPTIONS, ...timeouts(entrance.config.request_timeout) };
    this.#server = secure === undefined ? createServer(options) : createSecureServer({ ...options, ...secure });
    this.#connections = new Connections(this.#server, entrance);
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      this.#answer(request, response).then(
        (given) => send(request, response, given),
        () => response.destroy(),
      );
    };
    this.#server.on("request", answer);
    // Whoever expects a word before the body hears a refusal without having sent it.
    this.#server.on("checkContinue", answer);
    this.#server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => this.#turnAway(error, socket));
  }

  /** Listens; on which port, once it does. */
  async start(): Promise<number> {
    this.#server.listen(this.#port, this.#entrance.config.host);
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  /** Takes no more connections, lets the requests under way end, and cuts them off after `deadline` milliseconds. */
  async stop(deadline: number): Promise<void> {
    if (!this.#server.listening) return;
    const cancel = this.#settings.clock.after(deadline, () => this.#connections.closeAll());
    this.#server.close();
    this.#server.closeIdleConnections();
    this.#connections.closeSilent();
    await once(this.#server, "close");
    cancel();
  }

  /** New connections use these certificates. */
  renew(context: SecureContextOptions): void {
    if ("setSecureContext" in this.#server) this.#server.setSecureContext(context);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<Answer> {
    const path = request.url?.split("?", 1)[0] ?? "";
    const type = contentTypeOf(request);
    try {
      const route = Object.hasOwn(this.#routes, path) ? this.#routes[path] : undefined;
      if (route?.open !== true) this.#entrance.check(request.headers);
      if (route === undefined) return await this.#receive(request, response, path, type);
      requireMethod(request, ROUTE_METHODS);
      const { status, contentType, body } = await route.page();
      return { status, type: contentType, body };
    } catch (error) {
      const failed = failureOf(error);
      if (failed.status === 500) this.#settings.logger.error("request failed", { path, error: String(error) });
      this.#entrance.refused(failed.reason);
      if (failed.retryAfter !== undefined) this.#handlers.refused?.();
      const body = errorBody(type ?? "application/json", failed.grpc, failed.message);
      const allow = failed.status === 405 ? allowedOn(path) : undefined;
      return { status: failed.status, type: type ?? "application/json", body, retryAfter: failed.retryAfter, allow };
    }
  }

  async #receive(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    type: ContentType | undefined,
  ): Promise<Answer> {
    const signal = SIGNALS.get(path);
    if (signal === undefined)
      throw new Refusal(404, GRPC.unimplemented, `no such path: ${path}; expected /v1/traces, /v1/logs or /v1/metrics`);
    requireMethod(request, ["POST"]);
    if (type === undefined) {
      const given = `content-type "${request.headers["content-type"] ?? "none"}"`;
      const message = `${given}: expected application/x-protobuf or application/json`;
      throw new Refusal(415, GRPC.invalidArgument, message);
    }
    const proceed = (): void => {
      if (request.headers.expect !== undefined) response.writeContinue();
    };
    const outcome = await this.#entrance.admit(
      (share) => readBody(request, this.#entrance.config, share, proceed),
      (bytes) => handOn(this.#handlers, signal, bytes, type, viaOf(request.headers)),
    );
    return answerOf(outcome, signal, type);
  }

  /** A client that speaks no HTTP, or is too slow to, loses its connection and nothing else. */
  #turnAway(error: NodeJS.ErrnoException, socket: Socket): void {
    const { code = "" } = error;
    // One that leaves in the middle of a request is counted there.
    if (code === "HPE_INVALID_EOF_STATE") return void socket.destroy();
    const status = code.startsWith("HPE_") ? (CLIENT_ERRORS[code] ?? "400 Bad Request") : CLIENT_ERRORS[code];
    if (status !== undefined) this.#entrance.refused(status.slice(0, 3));
    // Into an answer that is on its way on this connection no other one may break.
    if (status === undefined || socket.bytesWritten > 0 || !socket.writable) socket.destroy();
    else socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
  }
}

const SIGNALS: ReadonlyMap<string, SignalKind> = new Map([
  ["/v1/traces", "traces"],
  ["/v1/logs", "logs"],
  ["/v1/metrics", "metrics"],
]);
const ROUTE_METHODS = ["GET", "HEAD"];

function allowedOn(path: string): string {
  return SIGNALS.has(path) ? "POST" : ROUTE_METHODS.join(", ");
}

function requireMethod({ method = "" }: IncomingMessage, allowed: readonly string[]): void {
  if (!allowed.includes(method))
    throw new Refusal(405, GRPC.unimplemented, `${method}: expected ${allowed.join(" or ")}`);
}

/** Node looks for late requests only so often. */
function timeouts(request: number): object {
  const headersTimeout = Math.min(HEADERS_TIMEOUT, request);
  return { requestTimeout: request, headersTimeout, connectionsCheckingInterval: Math.ceil(headersTimeout / 4) };
}

const CLIENT_ERRORS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
};

function answerOf(outcome: ReceiveOutcome, signal: SignalKind, type: ContentType): Answer {
  switch (outcome.status) {
    case "accepted":
      return { status: 200, type, body: successBody(type, signal) };
    case "partial":
      return { status: 200, type, body: successBody(type, signal, outcome) };
    case "retry": {
      const body = errorBody(type, GRPC.unavailable, outcome.message);
      return { status: 503, type, body, retryAfter: outcome.afterSeconds };
    }
    case "rejected":
      return { status: 400, type, body: errorBody(type, GRPC.invalidArgument, outcome.message) };
  }
}

function contentTypeOf(request: IncomingMessage): ContentType | undefined {
  const type = request.headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  return type === "application/x-protobuf" || type === "application/json" ? type : undefined;
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (response.destroyed) return;
  const headers: Record<string, string> = { "content-type": answer.type };
  if (answer.retryAfter !== undefined) headers["retry-after"] = String(answer.retryAfter);
  if (answer.allow !== undefined) headers["allow"] = answer.allow;
  if (answer.status === 401) headers["www-authenticate"] = "Bearer";
  // What was not read of a refused body would be taken for the next request on this connection.
  if (!request.complete) headers["connection"] = "close";
  response.writeHead(answer.status, headers).end(answer.body);
}
