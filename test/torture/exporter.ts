import { Agent, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

import type { Ledger } from "./ledger.ts";
import { requestOf, type SpanKind } from "./traffic.ts";

/** No answer; nobody to connect to. */
const [NOTHING, NOBODY] = [0, -1];
const RETRYABLE = new Set([NOTHING, NOBODY, 429, 502, 503, 504]);
const FIRST_BACKOFF = 50;
const LONGEST_BACKOFF = 1_000;
/** Milliseconds for one attempt, as in OpenTelemetry's exporters. */
const TIMEOUT = 10_000;

/** Exports spans as a good exporter does: waits for the answer, and sends again what the protocol says to send again. */
export class Exporter {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #address: () => string;
  readonly #ledger: Ledger;

  /** `address` is asked before every attempt: a processor that was killed may come back elsewhere. */
  constructor(ledger: Ledger, address: () => string) {
    this.#ledger = ledger;
    this.#address = address;
  }

  /** Sends so many new spans, for `patience` milliseconds at most; their ids, and whether they were acknowledged. */
  async export(
    n: number,
    kind: SpanKind,
    patience: number,
  ): Promise<{ readonly ids: readonly number[]; readonly acknowledged: boolean }> {
    const ids = this.#ledger.issue(n);
    return { ids, acknowledged: await this.send(ids, requestOf(ids, kind), patience) };
  }

  /** Once at least, and again for `patience` milliseconds where it is not taken. */
  async send(ids: readonly number[], body: Buffer, patience: number): Promise<boolean> {
    const deadline = performance.now() + patience;
    for (let backoff = FIRST_BACKOFF; ; backoff = Math.min(LONGEST_BACKOFF, backoff * 2)) {
      // eslint-disable-next-line no-await-in-loop -- one attempt after the other
      const status = await this.#post(body);
      if (status !== NOBODY) this.#ledger.sent(ids);
      if (status === 200) this.#ledger.acknowledged(ids);
      if (!RETRYABLE.has(status)) return status === 200;
      if (performance.now() + backoff > deadline) return false;
      // eslint-disable-next-line no-await-in-loop -- one attempt after the other
      await delay(backoff);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  /** The status of the answer, or why there was none. */
  #post(body: Buffer): Promise<number> {
    return new Promise((resolve) => {
      const headers = { "content-type": "application/x-protobuf", "content-length": body.length };
      const post = request(`${this.#address()}/v1/traces`, { method: "POST", agent: this.#agent, headers });
      const timer = setTimeout(() => post.destroy(), TIMEOUT);
      const done = (status: number): void => {
        clearTimeout(timer);
        resolve(status);
      };
      post.on("response", (response) => {
        const status = response.statusCode ?? 0;
        response.on("end", () => done(status)).on("error", () => done(NOTHING));
        response.resume();
      });
      post.on("error", (error: NodeJS.ErrnoException) => done(error.code === "ECONNREFUSED" ? NOBODY : NOTHING));
      post.on("close", () => done(NOTHING));
      post.end(body);
    });
  }
}
