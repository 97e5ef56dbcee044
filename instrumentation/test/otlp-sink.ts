import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export interface SinkItem {
  readonly scope: string;
  readonly resource: readonly Attribute[];
  /** Of a span. */
  readonly name?: string | undefined;
  /** Of a record. */
  readonly eventName?: string | undefined;
  readonly attributes: readonly Attribute[];
}

interface Scoped {
  readonly scope: { readonly name: string };
  readonly spans?: readonly Omit<SinkItem, "scope">[];
  readonly logRecords?: readonly Omit<SinkItem, "scope">[];
}

interface Payload {
  readonly resourceSpans?: readonly { readonly resource: SinkItem; readonly scopeSpans: readonly Scoped[] }[];
  readonly resourceLogs?: readonly { readonly resource: SinkItem; readonly scopeLogs: readonly Scoped[] }[];
}

/** Takes OTLP over HTTP, as JSON, and keeps the spans and records. */
export class OtlpSink {
  readonly #server = createServer((request, response) => void this.#take(request, response));
  spans: SinkItem[] = [];
  records: SinkItem[] = [];

  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const payload = JSON.parse(Buffer.concat(chunks).toString()) as Payload;
    for (const { resource, scopeSpans } of payload.resourceSpans ?? []) {
      this.spans.push(...scopeSpans.flatMap((scoped) => items(scoped, resource.attributes)));
    }
    for (const { resource, scopeLogs } of payload.resourceLogs ?? []) {
      this.records.push(...scopeLogs.flatMap((scoped) => items(scoped, resource.attributes)));
    }
    response.setHeader("content-type", "application/json");
    response.end("{}");
  }
}

function items({ scope, spans, logRecords }: Scoped, resource: readonly Attribute[]): SinkItem[] {
  return [...(spans ?? []), ...(logRecords ?? [])].map((item) => ({ ...item, scope: scope.name, resource }));
}
