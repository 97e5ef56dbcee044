import { promisify } from "node:util";
import { constants, gzip, zstdCompress } from "node:zlib";

import { readPartialSuccess, type ContentType } from "../otlp/answer.ts";
import type { ForwardOutcome } from "../otlp/outcome.ts";
import { VIA_HEADER } from "../otlp/via.ts";
import type { Settings } from "../settings.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import { isLoopback, type Transport } from "./transport.ts";

export interface HttpTransportConfig {
  /** Base of an OTLP/HTTP address; `/v1/traces` and its like are appended. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: "auto" | "gzip" | "zstd" | "none";
  /** Milliseconds. */
  readonly timeout: number;
}

/** The statuses that OTLP/HTTP says to retry. */
const RETRYABLE = new Set([429, 502, 503, 504]);
/** Bytes of an answer that are read; export responses are small, and a next hop may answer anything. */
const LONGEST_ANSWER = 64 * 1_024;

const pooledGzip = promisify(gzip);
const pooledZstd = promisify(zstdCompress);
const COMPRESSORS = {
  gzip: async (body: Uint8Array) => await pooledGzip(body, { level: 1 }),
  zstd: async (body: Uint8Array) => await pooledZstd(body, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
};

/** OTLP/HTTP. The body goes as the sender encoded it, protobuf or JSON. */
export function createHttpTransport(
  config: HttpTransportConfig,
  settings: Pick<Settings, "clock" | "fetch">,
): Transport {
  const base = config.endpoint.replace(/\/+$/, "");
  const compression = config.compression === "auto" ? (isLoopback(base) ? "none" : "gzip") : config.compression;

  async function attempt({ signal: kind, contentType, body, via }: OutgoingRequest): Promise<ForwardOutcome> {
    const headers: Record<string, string> = { ...config.headers, "content-type": contentType, [VIA_HEADER]: via };
    if (compression !== "none") headers["content-encoding"] = compression;
    const payload = compression === "none" ? body : await COMPRESSORS[compression](body);
    const response = await settings.fetch(`${base}/v1/${kind}`, {
      method: "POST",
      headers,
      body: payload as Uint8Array<ArrayBuffer>,
      signal: AbortSignal.timeout(config.timeout),
      redirect: "error",
    });
    const answer = await beginningOf(response);
    if (response.ok) {
      const partial = readPartialSuccess(typeOf(response), answer);
      return partial === undefined ? { status: "delivered" } : { status: "partial", ...partial };
    }
    const reason = `the next hop answered ${response.status}`;
    if (!RETRYABLE.has(response.status)) return { status: "permanent", httpStatus: response.status, reason };
    return { status: "retryable", reason, afterSeconds: retryAfter(response, settings.clock.now()) };
  }

  return {
    async send(request) {
      try {
        return await attempt(request);
      } catch (error) {
        return { status: "retryable", reason: `the next hop cannot be reached: ${reasonOf(error)}` };
      }
    },
    close: () => undefined,
  };
}

/** What follows is not read, which costs the connection. */
async function beginningOf(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > LONGEST_ANSWER) break;
  }
  return Buffer.concat(chunks);
}

function typeOf(response: Response): ContentType {
  return response.headers.get("content-type")?.startsWith("application/json") === true
    ? "application/json"
    : "application/x-protobuf";
}

/** Seconds, from either form of Retry-After; `undefined` where there is none. */
function retryAfter(response: Response, now: number): number | undefined {
  const value = response.headers.get("retry-after");
  if (value === null) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const { code } = cause as { readonly code?: unknown };
  // A DOMException (a time-out) has a number for a code, which says nothing.
  if (typeof code === "string") return code;
  return cause instanceof Error ? cause.message : String(cause);
}
