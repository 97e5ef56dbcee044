import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { Counter } from "@opentelemetry/api";
import { ATTR_ERROR_TYPE, METRIC_SPANWARDEN_PROCESSOR_REQUEST_REFUSED } from "@spanwarden/conventions";

import type { Settings } from "../settings.ts";
import { errorBody, successBody, type ContentType } from "./answer.ts";
import { readBody } from "./body.ts";
import { failureOf, GRPC, Refusal, SECONDS_UNTIL_RETRY } from "./failure.ts";
import { handOn, type Handlers } from "./handlers.ts";
import type { ReceiveOutcome, SignalKind } from "./outcome.ts";
import type { ReceiverConfig } from "./receiver-config.ts";

/** A plain page beside the OTLP paths, such as `/healthz`. */
export type Route = () => { readonly status: number; readonly contentType: string; readonly body: string };

/**
 * Milliseconds that an idle connection is kept: longer than exporters usually pause between two batches. One that is closed
 * just when its client sends again costs that client a batch, or a retry.
 */
const KEEP_ALIVE = 65_000;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Uint8Array | string;
  readonly retryAfter?: number | undefined;
}

/**
 * An OTLP/HTTP receiver: `POST /v1/traces`, `/v1/logs` and `/v1/metrics`, protobuf or JSON, gzip or zstd.
 * Bound: `max_concurrent_requests` under way; beyond it the answer is 503 with Retry-After, counted as refused.
 */
export class OtlpReceiver {
  readonly #config: ReceiverConfig;
  readonly #settings: Pick<Settings, "clock" | "logger">;
  readonly #handlers: Handlers;
  readonly #routes: Readonly<Record<string, Route>>;
  readonly #server: Server;
  readonly #refused: Counter;
  #underWay = 0;

  constructor(
    config: ReceiverConfig,
    settings: Pick<Settings, "clock" | "logger" | "meter">,
    handlers: Handlers,
    routes: Readonly<Record<string, Route>> = {},
  ) {
    this.#config = config;
    this.#settings = settings;
    this.#handlers = handlers;
    this.#routes = routes;
    this.#refused = settings.meter.createCounter(METRIC_SPANWARDEN_PROCESSOR_REQUEST_REFUSED, {
      unit: "{request}",
      description: "OTLP requests that were answered with an error, by reason.",
    });
    this.#server = createServer({ keepAliveTimeout: KEEP_ALIVE }, (request, response) => {
      this.#answer(request).then(
        (answer) => send(request, response, answer),
        () => response.destroy(),
      );
    });
    // A client that goes away in the middle is its own affair.
    this.#server.on("clientError", (_error, socket) => socket.destroy());
  }

  /** Listens; where, once it does. */
  async start(): Promise<{ readonly host: string; readonly port: number }> {
    const { host, port } = this.#config;
    this.#server.listen(port, host);
    await once(this.#server, "listening");
    return { host, port: (this.#server.address() as AddressInfo).port };
  }

  /** Takes no more connections, lets the requests under way end, and cuts them off after `deadline` milliseconds. */
  async stop(deadline: number): Promise<void> {
    if (!this.#server.listening) return;
    const cancel = this.#settings.clock.after(deadline, () => this.#server.closeAllConnections());
    this.#server.close();
    this.#server.closeIdleConnections();
    await once(this.#server, "close");
    cancel();
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const path = request.url?.split("?", 1)[0] ?? "";
    const route = this.#routes[path];
    if (route !== undefined && request.method === "GET") {
      const { status, contentType, body } = route();
      return { status, type: contentType, body };
    }
    const type = contentTypeOf(request);
    try {
      return await this.#receive(request, path, type);
    } catch (error) {
      const failed = failureOf(error);
      if (failed.status === 500) this.#settings.logger.error("request failed", { path, error: String(error) });
      this.#refused.add(1, { [ATTR_ERROR_TYPE]: failed.reason });
      const body = errorBody(type ?? "application/json", failed.grpc, failed.message);
      return { status: failed.status, type: type ?? "application/json", body, retryAfter: failed.retryAfter };
    }
  }

  async #receive(request: IncomingMessage, path: string, type: ContentType | undefined): Promise<Answer> {
    const signal = SIGNALS[path as keyof typeof SIGNALS];
    if (signal === undefined)
      throw new Refusal(404, GRPC.unimplemented, `no such path: ${path}; expected /v1/traces, /v1/logs or /v1/metrics`);
    if (request.method !== "POST") throw new Refusal(405, GRPC.unimplemented, `${request.method}: expected POST`);
    if (type === undefined) {
      const given = `content-type "${request.headers["content-type"] ?? "none"}"`;
      const message = `${given}: expected application/x-protobuf or application/json`;
      throw new Refusal(415, GRPC.invalidArgument, message);
    }
    if (this.#underWay >= this.#config.max_concurrent_requests)
      throw new Refusal(503, GRPC.unavailable, "too many requests under way", SECONDS_UNTIL_RETRY);
    this.#underWay++;
    try {
      const outcome = await handOn(this.#handlers, signal, await readBody(request, this.#config), type);
      return answerOf(outcome, signal, type);
    } finally {
      this.#underWay--;
    }
  }
}

const SIGNALS = { "/v1/traces": "traces", "/v1/logs": "logs", "/v1/metrics": "metrics" } as const;

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
  // What was not read of a refused body would be taken for the next request on this connection.
  if (!request.complete) headers["connection"] = "close";
  response.writeHead(answer.status, headers).end(answer.body);
}
