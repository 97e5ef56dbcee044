import { promisify } from "node:util";
import { gzip } from "node:zlib";

import {
  ATTR_SPANWARDEN_PROCESSOR_REQUEST_OUTCOME,
  ATTR_SPANWARDEN_PROCESSOR_SIGNAL,
  METRIC_SPANWARDEN_PROCESSOR_REQUEST_FORWARDED,
} from "@spanwarden/conventions";

import type { Settings } from "../settings.ts";
import { readPartialSuccess, type ContentType } from "./answer.ts";
import type { ForwardConfig } from "./forward-config.ts";
import type { ForwardOutcome, SignalKind } from "./outcome.ts";

const compress = promisify(gzip);

/** The statuses that OTLP/HTTP says to retry. */
const RETRYABLE = new Set([429, 502, 503, 504]);
const FIRST_BACKOFF = 200;
const LONGEST_BACKOFF = 2_000;

export interface Forwarder {
  /** Sends one request to the next hop, with a few retries. Never throws. */
  send(signal: SignalKind, body: Uint8Array, type: ContentType): Promise<ForwardOutcome>;
}

/**
 * Sends OTLP/HTTP requests on. Bound: `max_concurrent_requests` under way, the rest wait in the order in which they came;
 * the receiver's own bound limits how many that can be.
 */
export function createForwarder(
  config: ForwardConfig,
  settings: Pick<Settings, "clock" | "random" | "fetch" | "meter">,
): Forwarder {
  const base = config.endpoint.replace(/\/+$/, "");
  const compressed = config.compression === "gzip" || (config.compression === "auto" && !isLoopback(base));
  const slots = new Slots(config.max_concurrent_requests);
  const sent = settings.meter.createCounter(METRIC_SPANWARDEN_PROCESSOR_REQUEST_FORWARDED, {
    unit: "{request}",
    description: "OTLP requests sent to the next hop, by outcome.",
  });

  async function attempt(url: string, body: Uint8Array, type: ContentType): Promise<ForwardOutcome> {
    const headers: Record<string, string> = { ...config.headers, "content-type": type };
    if (compressed) headers["content-encoding"] = "gzip";
    try {
      const signal = AbortSignal.timeout(config.timeout);
      const response = await settings.fetch(url, {
        method: "POST",
        headers,
        body: body as Uint8Array<ArrayBuffer>,
        signal,
        redirect: "error",
      });
      const answer = new Uint8Array(await response.arrayBuffer());
      if (response.ok) {
        const partial = readPartialSuccess(typeOf(response), answer);
        return partial === undefined ? { status: "delivered" } : { status: "partial", ...partial };
      }
      const reason = `the next hop answered ${response.status}`;
      if (!RETRYABLE.has(response.status)) return { status: "permanent", httpStatus: response.status, reason };
      return { status: "retryable", reason, afterSeconds: retryAfter(response, settings.clock.now()) };
    } catch (error) {
      return { status: "retryable", reason: `the next hop cannot be reached: ${reasonOf(error)}` };
    }
  }

  async function send(signal: SignalKind, body: Uint8Array, type: ContentType): Promise<ForwardOutcome> {
    const url = `${base}/v1/${signal}`;
    const payload = compressed ? await compress(body, { level: 1 }) : body;
    let outcome = await attempt(url, payload, type);
    for (let tries = 1; outcome.status === "retryable" && tries < config.attempts; tries++) {
      const wait = Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (tries - 1)) * (0.5 + settings.random() / 2);
      // A next hop that asks for more than we may wait is left to the sender's own retry.
      if ((outcome.afterSeconds ?? 0) * 1_000 > LONGEST_BACKOFF) break;
      // eslint-disable-next-line no-await-in-loop -- one attempt after the other
      await pause(settings, Math.max(wait, (outcome.afterSeconds ?? 0) * 1_000));
      // eslint-disable-next-line no-await-in-loop -- one attempt after the other
      outcome = await attempt(url, payload, type);
    }
    sent.add(1, {
      [ATTR_SPANWARDEN_PROCESSOR_REQUEST_OUTCOME]: outcome.status,
      [ATTR_SPANWARDEN_PROCESSOR_SIGNAL]: signal,
    });
    return outcome;
  }

  return { send: (signal, body, type) => slots.run(() => send(signal, body, type)) };
}

/** At most `free` runs at once; the others wait their turn. */
class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(free: number) {
    this.#free = free;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free--;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

function pause(settings: Pick<Settings, "clock">, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    settings.clock.after(milliseconds, resolve);
  });
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

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}
