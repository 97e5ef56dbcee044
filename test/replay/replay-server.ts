import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";

import type { Exchange } from "./exchange.ts";

/** A provider that answers with recordings, cut into chunks at random places, also inside characters and lines. */
export class ReplayServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** The exchange is named by the first part of the path; `random` is uniform in [0, 1). */
  constructor(exchanges: ReadonlyMap<string, Exchange>, random: () => number) {
    this.#server = createServer((request, response) => {
      request.resume().on("end", () => {
        const exchange = exchanges.get(request.url?.split("/")[1] ?? "");
        if (exchange === undefined) {
          response.writeHead(404).end();
          return;
        }
        const { status, headers, body } = exchange.response;
        response.writeHead(status, { ...kept(headers), "content-type": contentType(exchange) });
        const chunks = cut(Buffer.from(body), random);
        // One chunk a turn, so that they leave as chunks.
        const next = (): void => {
          const chunk = chunks.shift();
          if (chunk === undefined) response.end();
          else response.write(chunk, () => setImmediate(next));
        };
        next();
      });
    });
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const FRAMING = new Set([
  "content-length",
  "transfer-encoding",
  "content-encoding",
  "connection",
  "date",
  "keep-alive",
]);

function kept(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => !FRAMING.has(name) && typeof value === "string"),
  );
}

const TYPES: Readonly<Record<string, string>> = { sse: "text/event-stream", ndjson: "application/x-ndjson" };

function contentType({ response, body_kind: kind }: Exchange): string {
  return response.headers["content-type"] ?? TYPES[kind] ?? "application/json";
}

/** From one byte to the whole: short chunks are as likely as long ones. */
function cut(body: Buffer, random: () => number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const size = Math.max(1, Math.floor(2 ** (random() * 12)));
    chunks.push(body.subarray(at, at + size));
    at += size;
  }
  return chunks;
}
