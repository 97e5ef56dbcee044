import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

import { eventsOf } from "../flow/otlp-sink.ts";
import type { Ledger } from "./ledger.ts";
import { idsIn } from "./traffic.ts";

/** Milliseconds that a slow backend takes. */
const SLOW = 1_500;

/** What is answered, given the content type of the request. */
type Answer = (response: ServerResponse, type: string) => void;

const succeed: Answer = (response, type) => {
  response.writeHead(200, { "content-type": type }).end(type === "application/json" ? "{}" : "");
};

const refuse =
  (status: number): Answer =>
  (response, type) => {
    response.writeHead(status, { "content-type": type, "retry-after": "1" }).end();
  };

const ANSWERS = {
  well: succeed,
  slow: (response, type) => setTimeout(() => succeed(response, type), SLOW),
  "429": refuse(429),
  "503": refuse(503),
  hanging: () => undefined,
  garbage: (response, type) => {
    response.writeHead(200, { "content-type": type }).end(Buffer.from([0xff, 0xfe, 0x0a, 0x80, 0x80, 0x80]));
  },
  "wrong content type": (response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<h1>It works!</h1>");
  },
  "not HTTP": (response) => response.socket?.end("\u0000\u0001 220 ready\r\n"),
  "cut off": (response, type) => {
    response.writeHead(200, { "content-type": type, "content-length": "1000" }).write("half");
    setTimeout(() => response.destroy(), 20);
  },
  "hanging up": (response) => response.destroy(),
} satisfies Record<string, Answer>;

/** How the backend answers. */
export type Mood = keyof typeof ANSWERS;

/** What is answered with success has arrived, whatever the answer looks like. */
const TAKES = new Set<Mood>(["well", "slow", "garbage", "wrong content type"]);

/** The backend behind the processor. It keeps the ids of the spans and of the incidents that arrived, not the requests. */
export class Backend {
  mood: Mood = "well";
  readonly #ledger: Ledger;
  readonly #server: Server;
  readonly #incidents = new Map<string, string>();
  #unanswered = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#server = createServer((request, response) => {
      void this.#take(request, response).catch(() => response.destroy());
    });
    this.#server.on("connection", (socket) => {
      if (this.mood === "hanging up") socket.destroy();
    });
  }

  async start(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Another mood, for connections that stand as for those to come. */
  become(mood: Mood): void {
    this.mood = mood;
    this.#server.closeAllConnections();
  }

  /** Kinds of the incidents that were told of, by id. */
  get incidents(): ReadonlyMap<string, string> {
    return this.#incidents;
  }

  /** Spans that were taken and of which the answer did not get through: the other side cannot know, and sends them again. */
  get unanswered(): number {
    return this.#unanswered;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (TAKES.has(this.mood)) this.#keep(request, response, body);
    ANSWERS[this.mood](response, request.headers["content-type"] ?? "");
  }

  #keep(request: IncomingMessage, response: ServerResponse, sent: Buffer): void {
    const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
    if (request.url === "/v1/traces") {
      const ids = idsIn(body);
      this.#ledger.arrived(ids);
      response.once("close", () => (this.#unanswered += response.writableFinished ? 0 : ids.length));
    }
    if (request.url !== "/v1/logs" || request.headers["content-type"] !== "application/json") return;
    for (const { name, attributes } of eventsOf(body)) {
      if (name !== "spanwarden.incident.start") continue;
      this.#incidents.set(String(attributes["spanwarden.incident.id"]), String(attributes["spanwarden.incident.type"]));
    }
  }
}
