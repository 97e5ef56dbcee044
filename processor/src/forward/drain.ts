import type { ForwardOutcome } from "../otlp/outcome.ts";
import type { Settings } from "../settings.ts";
import { Backoff, type RetryConfig } from "./backoff.ts";
import type { DeliveryMetrics } from "./delivery-metrics.ts";
import type { DiskQueue, QueueBatch } from "./disk-queue.ts";
import { oncePer } from "./log-limit.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import { halve, merged } from "./parts/request-parts.ts";
import type { RejectedFiles } from "./rejected-files.ts";
import type { Transport } from "./transport.ts";

/** What the next hop last said, where it was not good. */
export interface Trouble {
  readonly kind: "backing_off" | "rejecting";
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly reason: string;
}

interface Stages {
  readonly queue: DiskQueue;
  readonly transport: Transport;
  readonly rejected: RejectedFiles;
  readonly metrics: DeliveryMetrics;
}

/** Refused whatever it holds: credentials, routing. To take such a request apart would send it many times for nothing. */
const NOT_ABOUT_CONTENT = new Set([401, 403, 404, 405, 501]);
/** Refused attempts to find the poison of one batch; what is refused after them is set aside as a whole. */
const MOST_REFUSALS = 256;
const SMALLEST_LIMIT = 64 * 1_024;
const LOG_INTERVAL = 60_000;

/**
 * Delivers a queue, oldest first, one request at a time, small ones of a kind together.
 *
 * After a retryable failure it waits and sends the same again, for as long as it takes. What is refused for good is taken apart,
 * first into the requests that were put together, then into their items, until the poison stands alone; that goes to
 * `rejected/` and the rest on. A batch is released when all of it is settled: a kill before that sends it again.
 */
export class Drain {
  readonly #name: string;
  /** Bytes of one request; a next hop that answers 413 lowers it. */
  #limit: number;
  readonly #settings: Pick<Settings, "clock" | "random" | "logger">;
  readonly #stages: Stages;
  readonly #backoff: Backoff;
  readonly #mayLog: () => boolean;
  #running: Promise<void> | undefined;
  #stopping = false;
  #endPause: (() => void) | undefined;
  #trouble: Trouble | undefined;

  constructor(
    config: { readonly name: string; readonly max_request_bytes: number; readonly retry: RetryConfig },
    settings: Pick<Settings, "clock" | "random" | "logger">,
    stages: Stages,
  ) {
    this.#name = config.name;
    this.#limit = config.max_request_bytes;
    this.#settings = settings;
    this.#stages = stages;
    this.#backoff = new Backoff(config.retry, settings);
    this.#mayLog = oncePer(LOG_INTERVAL, settings.clock);
  }

  /** Whether something read from the queue is on its way, or waits for its next attempt. */
  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  /** Milliseconds until the next attempt. */
  get remaining(): number {
    return this.#backoff.remaining;
  }

  get trouble(): Trouble | undefined {
    return this.#trouble;
  }

  /** Says that something was written, or may have been left from before. Returns at once. */
  wake(): void {
    if (this.#stopping || this.#stages.queue.isEmpty) return;
    this.#running ??= this.#run()
      .catch((error: unknown) => {
        this.#settings.logger.error("delivery failed", { destination: this.#name, error: String(error) });
        this.learn({ status: "retryable", reason: "delivery failed" });
      })
      .finally(() => {
        this.#running = undefined;
        // Written between the last look and now.
        this.wake();
      });
  }

  /** Learns from an attempt, its own or another's. */
  learn(outcome: ForwardOutcome): void {
    switch (outcome.status) {
      case "retryable":
        this.#backoff.failed(outcome.afterSeconds);
        this.#troubled("backing_off", outcome.reason);
        return;
      case "permanent":
        this.#backoff.succeeded();
        this.#troubled("rejecting", outcome.reason);
        return;
      case "delivered":
      case "partial":
      case "queued":
        this.#backoff.succeeded();
        if (this.#trouble?.kind === "backing_off")
          this.#settings.logger.info("the next hop takes requests again", { destination: this.#name });
        this.#trouble = undefined;
    }
  }

  /** Ends after the attempt under way, or after `deadline` milliseconds. */
  async stop(deadline: number): Promise<void> {
    this.#stopping = true;
    this.#endPause?.();
    const expired = Promise.withResolvers<void>();
    const cancel = this.#settings.clock.after(deadline, expired.resolve);
    await Promise.race([this.#running, expired.promise]);
    cancel();
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      const batch = this.#read();
      if (batch === undefined) return;
      if (batch === "unreadable") {
        // eslint-disable-next-line no-await-in-loop -- one attempt after the other
        await this.#pause();
        continue;
      }
      this.#stages.metrics.dropped("damaged", undefined, this.#name, batch.damaged);
      if (batch.damaged > 0)
        this.#settings.logger.error("queued requests are damaged and lost", {
          destination: this.#name,
          requests: batch.damaged,
        });
      // eslint-disable-next-line no-await-in-loop -- one batch after the other
      if (!(await this.#settle(batch.requests, { refusals: 0 }))) return;
      this.#stages.queue.release(batch);
    }
  }

  #read(): QueueBatch | "unreadable" | undefined {
    try {
      return this.#stages.queue.read(this.#limit);
    } catch (error) {
      const reason = `the queue cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`;
      this.learn({ status: "retryable", reason });
      return "unreadable";
    }
  }

  /** Sends requests, all alike, as one. False where the process stops before they are settled. */
  async #settle(requests: readonly OutgoingRequest[], budget: { refusals: number }): Promise<boolean> {
    const [first] = requests;
    if (first === undefined) return true;
    const together = this.#together(requests);
    if (together === undefined) return await this.#apart(requests, budget);
    const outcome = await this.#delivered(together);
    if (outcome === undefined) return false;
    if (outcome.status !== "permanent") return true;
    const isWhole = NOT_ABOUT_CONTENT.has(outcome.httpStatus) || ++budget.refusals > MOST_REFUSALS;
    if (!isWhole && requests.length > 1) return await this.#apart(requests, budget);
    const halves = isWhole ? undefined : halve(together);
    if (halves === undefined) {
      this.#setAside(together, outcome.reason);
      return true;
    }
    if (outcome.httpStatus === 413) this.#limit = Math.max(SMALLEST_LIMIT, Math.floor(together.body.length / 2));
    for (const body of halves) {
      // eslint-disable-next-line no-await-in-loop -- in their order
      if (!(await this.#settle([{ ...together, body }], budget))) return false;
    }
    return true;
  }

  async #apart(requests: readonly OutgoingRequest[], budget: { refusals: number }): Promise<boolean> {
    const middle = Math.ceil(requests.length / 2);
    return (
      (await this.#settle(requests.slice(0, middle), budget)) && (await this.#settle(requests.slice(middle), budget))
    );
  }

  /** As one request; `undefined` where they cannot be put together. */
  #together(requests: readonly OutgoingRequest[]): OutgoingRequest | undefined {
    const [first] = requests;
    if (first === undefined || requests.length === 1) return first;
    try {
      return {
        ...first,
        body: merged(
          first,
          requests.map(({ body }) => body),
        ),
      };
    } catch {
      return undefined;
    }
  }

  /** Attempts until there is an answer; `undefined` where the process stops before. */
  async #delivered(request: OutgoingRequest): Promise<Exclude<ForwardOutcome, { status: "retryable" }> | undefined> {
    for (let tries = 0; ; tries++) {
      // eslint-disable-next-line no-await-in-loop -- one attempt after the other
      await this.#pause();
      if (this.#stopping) return undefined;
      if (tries > 0) this.#stages.metrics.retried(this.#name, request.signal);
      // eslint-disable-next-line no-await-in-loop -- one attempt after the other
      const outcome = await this.#stages.transport.send(request);
      this.learn(outcome);
      if (outcome.status === "retryable") continue;
      this.#stages.metrics.forwarded(this.#name, request.signal, outcome);
      return outcome;
    }
  }

  #setAside(request: OutgoingRequest, reason: string): void {
    const { clock, logger } = this.#settings;
    const file = this.#stages.rejected.add(request, clock.now());
    this.#stages.metrics.dropped(file === undefined ? "rejected_lost" : "rejected", request.signal, this.#name);
    const told = { destination: this.#name, signal: request.signal, bytes: request.body.length, reason, file };
    if (this.#mayLog()) logger.error("a request was refused for good and set aside", told);
    else logger.debug("a request was refused for good and set aside", told);
  }

  #troubled(kind: Trouble["kind"], reason: string): void {
    const { clock, logger } = this.#settings;
    if (this.#trouble?.kind === kind) {
      this.#trouble = { ...this.#trouble, reason };
      return;
    }
    this.#trouble = { kind, since: clock.now(), reason };
    if (kind === "backing_off") logger.warn("the next hop takes no requests", { destination: this.#name, reason });
  }

  /** Until the next attempt is due, or the end. */
  async #pause(): Promise<void> {
    while (this.#backoff.remaining > 0 && !this.#stopping) {
      const over = Promise.withResolvers<void>();
      const cancel = this.#settings.clock.after(this.#backoff.remaining, over.resolve);
      this.#endPause = over.resolve;
      // eslint-disable-next-line no-await-in-loop -- the next hop may have asked for more in the meantime
      await over.promise;
      this.#endPause = undefined;
      cancel();
    }
  }
}
