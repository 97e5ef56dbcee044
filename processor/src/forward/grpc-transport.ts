import { readFileSync } from "node:fs";

import { Client, credentials, type ChannelCredentials, Metadata, status, type ServiceError } from "@grpc/grpc-js";

import { SpanwardenError } from "../errors.ts";
import { readPartialSuccess } from "../otlp/answer.ts";
import { readRetryDelay } from "../otlp/grpc/retry-info.ts";
import { jsonToProtobuf } from "../otlp/json-to-protobuf.ts";
import type { ForwardOutcome, SignalKind } from "../otlp/outcome.ts";
import { VIA_HEADER } from "../otlp/via.ts";
import { isLoopback, type Transport } from "./transport.ts";

export interface GrpcTransportConfig {
  /** `http://` in clear, `https://` with TLS. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: "auto" | "gzip" | "zstd" | "none";
  /** Milliseconds. */
  readonly timeout: number;
  readonly tls: {
    readonly ca_file?: string | undefined;
    readonly cert_file?: string | undefined;
    readonly key_file?: string | undefined;
  };
  readonly retry: { readonly initial: number; readonly max: number };
}

const METHODS: Readonly<Record<SignalKind, string>> = {
  traces: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
  logs: "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
  metrics: "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
};

/** As OTLP/gRPC lists them; RESOURCE_EXHAUSTED only where RetryInfo comes with it. */
const RETRYABLE = new Set([
  status.CANCELLED,
  status.DEADLINE_EXCEEDED,
  status.ABORTED,
  status.OUT_OF_RANGE,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

/** The HTTP statuses of the permanent codes, as `google/rpc/code.proto` maps them; a message that is too large is 413. */
const HTTP_STATUS: ReadonlyMap<status, number> = new Map([
  [status.INVALID_ARGUMENT, 400],
  [status.FAILED_PRECONDITION, 400],
  [status.UNAUTHENTICATED, 401],
  [status.PERMISSION_DENIED, 403],
  [status.NOT_FOUND, 404],
  [status.RESOURCE_EXHAUSTED, 413],
  [status.UNIMPLEMENTED, 501],
]);

const GZIP = 2;
const asIs = (bytes: Buffer): Buffer => bytes;

/** OTLP/gRPC by `@grpc/grpc-js`; what came as JSON goes as protobuf. */
export function createGrpcTransport(config: GrpcTransportConfig): Transport {
  const { host } = new URL(config.endpoint);
  const isTls = config.endpoint.startsWith("https:");
  const port = isTls ? 443 : 80;
  const target = /:\d+$/.test(host) ? host : `${host}:${port}`;
  const channel = isTls ? tlsCredentials(config.tls) : credentials.createInsecure();
  const compressed = config.compression === "gzip" || (config.compression === "auto" && !isLoopback(config.endpoint));
  const connect = (): Client =>
    new Client(target, channel, {
      // Our own retries, with our own back-off, are the only ones.
      "grpc.enable_retries": 0,
      "grpc.initial_reconnect_backoff_ms": config.retry.initial,
      "grpc.max_reconnect_backoff_ms": config.retry.max,
      // A new client shall mean a new connection.
      "grpc.use_local_subchannel_pool": 1,
      ...(compressed ? { "grpc.default_compression_algorithm": GZIP } : {}),
      ...(isLoopback(config.endpoint) ? { "grpc.enable_http_proxy": 0 } : {}),
    });
  let client = connect();

  /** A connection that died without a word is found out by the time-out alone. */
  function reconnect(): void {
    client.close();
    client = connect();
  }

  function call(kind: SignalKind, bytes: Buffer, via: string): Promise<Buffer> {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(config.headers)) metadata.set(name, value);
    metadata.set(VIA_HEADER, via);
    return new Promise((resolve, reject) => {
      const options = { deadline: Date.now() + config.timeout };
      client.makeUnaryRequest(METHODS[kind], asIs, asIs, bytes, metadata, options, (error, answer) => {
        if (error === null) resolve(answer ?? Buffer.alloc(0));
        else reject(error);
      });
    });
  }

  return {
    async send({ signal, contentType, body, via }) {
      try {
        const bytes = contentType === "application/json" ? jsonToProtobuf(signal, body) : body;
        const partial = readPartialSuccess("application/x-protobuf", await call(signal, viewOf(bytes), via));
        return partial === undefined ? { status: "delivered" } : { status: "partial", ...partial };
      } catch (error) {
        const outcome = outcomeOf(error);
        if ((error as ServiceError).code === status.DEADLINE_EXCEEDED) reconnect();
        return outcome;
      }
    },
    close: () => client.close(),
  };
}

function outcomeOf(error: unknown): ForwardOutcome {
  const { code, metadata } = error as Partial<ServiceError>;
  // Thrown before anything was sent: a body that cannot be converted.
  if (code === undefined || typeof code !== "number")
    return { status: "permanent", httpStatus: 400, reason: "the request cannot be sent over gRPC" };
  const [details] = metadata?.get("grpc-status-details-bin") ?? [];
  const afterSeconds = Buffer.isBuffer(details) ? readRetryDelay(details) : undefined;
  const reason = `the next hop answered ${status[code]}`;
  if (RETRYABLE.has(code) || (code === status.RESOURCE_EXHAUSTED && afterSeconds !== undefined))
    return { status: "retryable", reason, afterSeconds };
  return { status: "permanent", httpStatus: HTTP_STATUS.get(code) ?? 500, reason };
}

function tlsCredentials({
  ca_file: ca,
  cert_file: cert,
  key_file: key,
}: GrpcTransportConfig["tls"]): ChannelCredentials {
  return credentials.createSsl(read(ca, "ca_file"), read(key, "key_file"), read(cert, "cert_file"));
}

function read(path: string | undefined, name: string): Buffer | null {
  try {
    return path === undefined ? null : readFileSync(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new SpanwardenError("CONFIG_INVALID", `forward.tls.${name}: cannot read "${path}": ${reason}`, {
      cause: error,
    });
  }
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
