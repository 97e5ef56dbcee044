import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

/** An event that spanwarden exported: an OTLP log record with an event name. */
export interface SeenEvent {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly attributes: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/**
 * Stands where a team's OpenTelemetry backend stands: takes OTLP/HTTP, keeps the events, counts the rest, and shows
 * the incidents on a page.
 */
export class Backend {
  readonly #server: Server;
  readonly #events: SeenEvent[] = [];
  readonly #onEvent: (event: SeenEvent) => void;
  #bytes = { traces: 0, metrics: 0 };

  constructor(onEvent: (event: SeenEvent) => void) {
    this.#onEvent = onEvent;
    this.#server = createServer((request, response) => {
      const answer = (status: number, type: string, body: string): void => {
        response.writeHead(status, { "content-type": type }).end(body);
      };
      if (request.method === "GET") {
        answer(200, "text/html; charset=utf-8", this.#page());
        return;
      }
      this.#take(request).then(
        () => answer(200, request.headers["content-type"] ?? "application/json", ""),
        (error: unknown) => answer(400, "text/plain", String(error)),
      );
    });
  }

  get events(): readonly SeenEvent[] {
    return this.#events;
  }

  /** Bytes of spans and of metrics that arrived. */
  get bytes(): Readonly<{ traces: number; metrics: number }> {
    return this.#bytes;
  }

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
    const raw = Buffer.concat(chunks);
    const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
    if (request.url === "/v1/traces") this.#bytes.traces += body.length;
    else if (request.url === "/v1/metrics") this.#bytes.metrics += body.length;
    else if (request.headers["content-type"] === "application/json")
      this.#keep(JSON.parse(body.toString()) as LogsRequest);
  }

  #keep(request: LogsRequest): void {
    const records = (request.resourceLogs ?? []).flatMap((r) => (r.scopeLogs ?? []).flatMap((s) => s.logRecords ?? []));
    for (const record of records) {
      if (record.eventName === undefined) continue;
      const event: SeenEvent = {
        name: record.eventName,
        time: Number(BigInt(record.timeUnixNano ?? 0) / 1_000_000n),
        attributes: Object.fromEntries((record.attributes ?? []).map(({ key, value }) => [key, plain(value)])),
      };
      this.#events.push(event);
      this.#onEvent(event);
    }
  }

  #page(): string {
    const rows = this.#events
      .filter((event) => event.name.startsWith("spanwarden.") && event.name !== "spanwarden.anomaly.detected")
      .map((event) => {
        const cells = [
          new Date(event.time).toISOString(),
          event.name,
          event.attributes["spanwarden.incident.type"] ?? "",
          event.attributes["spanwarden.incident.severity"] ?? "",
          event.attributes["gen_ai.prompt.name"] ?? "",
          event.attributes["spanwarden.decision.reason"] ?? "",
          event.attributes["spanwarden.incident.cause"] ?? "",
        ];
        return `<tr>${cells.map((cell) => `<td>${escape(String(cell))}</td>`).join("")}</tr>`;
      });
    const head = ["time", "event", "kind", "severity", "prompt", "reason", "likely cause"]
      .map((h) => `<th>${h}</th>`)
      .join("");
    return `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="3"><title>spanwarden example</title>
<style>body{font:14px system-ui;margin:2rem}td,th{text-align:left;padding:.3rem .8rem;border-bottom:1px solid #ddd;vertical-align:top}</style>
<h1>Events that spanwarden exported</h1><table><tr>${head}</tr>${rows.join("\n")}</table>`;
  }
}

interface AnyValue {
  readonly stringValue?: string;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values?: readonly AnyValue[] };
}

interface LogsRequest {
  readonly resourceLogs?: readonly {
    readonly scopeLogs?: readonly {
      readonly logRecords?: readonly {
        readonly eventName?: string;
        readonly timeUnixNano?: string | number;
        readonly attributes?: readonly { readonly key: string; readonly value: AnyValue }[];
      }[];
    }[];
  }[];
}

function plain(value: AnyValue): string | number | boolean | readonly string[] {
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map((item) => String(plain(item)));
  return value.stringValue ?? value.doubleValue ?? value.boolValue ?? "";
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
