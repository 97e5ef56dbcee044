import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

import { protobufTraces } from "../../processor/src/otlp/protobuf/batch.ts";
import { jsonTraces } from "../../processor/src/otlp/json/batch.ts";
import type { SpanRecord } from "../../processor/src/otlp/records.ts";

/** A backend that keeps the spans it gets. */
export class SpanSink {
  readonly spans: SpanRecord[] = [];
  readonly #server = createServer((request, reply) => {
    this.#take(request).then(
      () => reply.writeHead(200).end(),
      () => reply.destroy(),
    );
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    if (request.url !== "/v1/traces") return;
    const bytes = Buffer.concat(chunks);
    const isJson = request.headers["content-type"] === "application/json";
    this.spans.push(...(isJson ? jsonTraces(bytes) : protobufTraces(bytes)).items);
  }
}
