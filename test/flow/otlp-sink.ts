import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

/** One OTLP request as it arrived. */
export interface Received {
  readonly path: string;
  readonly contentType: string;
  readonly body: Buffer;
}

/** An event out of an OTLP/JSON logs request. */
export interface ReceivedEvent {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** The backend behind the processor: keeps every request, answers as it is told. */
export class OtlpSink {
  readonly requests: Received[] = [];
  /** Status of the answers to spans. */
  status = 200;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const raw = Buffer.concat(chunks);
        const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
        const contentType = request.headers["content-type"] ?? "";
        const status = request.url === "/v1/traces" ? this.status : 200;
        if (status === 200) this.requests.push({ path: request.url ?? "", contentType, body });
        response.writeHead(status, { "content-type": contentType }).end(contentType === "application/json" ? "{}" : "");
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Bodies of the requests to a path, in order. */
  bodies(path: string): readonly Buffer[] {
    return this.requests.filter((request) => request.path === path).map(({ body }) => body);
  }

  /** Events of the processor's own, which it is told to send as JSON. */
  events(name?: string): readonly ReceivedEvent[] {
    const records = this.requests
      .filter(({ path, contentType }) => path === "/v1/logs" && contentType === "application/json")
      .flatMap(({ body }) => eventsOf(body));
    return records.filter((event) => name === undefined || event.name === name);
  }
}

interface LogsRequest {
  readonly resourceLogs?: readonly {
    readonly scopeLogs?: readonly {
      readonly logRecords?: readonly {
        readonly eventName?: string;
        readonly attributes?: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
      }[];
    }[];
  }[];
}

/** The events in an OTLP/JSON logs request. */
export function eventsOf(body: Buffer): ReceivedEvent[] {
  const request = JSON.parse(body.toString()) as LogsRequest;
  const records = (request.resourceLogs ?? []).flatMap((r) => (r.scopeLogs ?? []).flatMap((s) => s.logRecords ?? []));
  return records.map(({ eventName = "", attributes = [] }) => ({
    name: eventName,
    attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
  }));
}
