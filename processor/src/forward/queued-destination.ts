import type { ForwardOutcome, SignalKind } from "../otlp/outcome.ts";
import type { Settings } from "../settings.ts";
import type { DeliveryMetrics } from "./delivery-metrics.ts";
import type { Destination, DestinationHealth, Refused } from "./destination.ts";
import { Drain } from "./drain.ts";
import type { DestinationConfig } from "./forward-config.ts";
import type { DiskQueue } from "./disk-queue.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import { splitByBytes } from "./parts/request-parts.ts";
import type { RejectedFiles } from "./rejected-files.ts";
import type { Transport } from "./transport.ts";

/** Seconds: a sender that is turned away comes again no sooner and no later. */
const SOONEST_RETRY = 1;
const LATEST_RETRY = 30;
/** Share of the bound below which a full queue has room again: lower than what dropping one segment frees. */
const ROOM_AGAIN = 0.9;

interface Stages {
  readonly queue: DiskQueue;
  readonly transport: Transport;
  readonly rejected: RejectedFiles;
  readonly metrics: DeliveryMetrics;
}

/**
 * A next hop with a queue on disk. While it takes requests and nothing waits, a request goes there directly and its sender is
 * acknowledged after it; otherwise it is written, acknowledged, and delivered by the drain. What was refused for good is
 * written, too: the drain finds out which part is to blame.
 *
 * Bound: the queue's; beyond it `when_full` decides. A disk that refuses is told once, and the senders are turned away until
 * a write succeeds again.
 */
export class QueuedDestination implements Destination {
  readonly name: string;
  readonly signals: readonly SignalKind[];
  readonly #config: DestinationConfig;
  readonly #settings: Pick<Settings, "clock" | "random" | "logger">;
  readonly #stages: Stages;
  readonly #drain: Drain;
  #underWay = 0;
  #unwritable: { readonly since: number; readonly reason: string } | undefined;
  #fullSince: number | undefined;

  constructor(config: DestinationConfig, settings: Pick<Settings, "clock" | "random" | "logger">, stages: Stages) {
    this.name = config.name;
    this.signals = config.signals;
    this.#config = config;
    this.#settings = settings;
    this.#stages = stages;
    this.#drain = new Drain(config, settings, stages);
  }

  get mustQueue(): boolean {
    return (
      !this.#stages.queue.isEmpty ||
      this.#drain.isBusy ||
      this.#drain.remaining > 0 ||
      this.#underWay >= this.#config.max_concurrent_requests
    );
  }

  refusal(bytes: number): Refused | undefined {
    if (!this.mustQueue || this.#config.queue.when_full !== "refuse" || this.#stages.queue.fits(bytes))
      return undefined;
    return this.#refuse("full");
  }

  start(): void {
    this.#drain.wake();
  }

  async send(request: OutgoingRequest): Promise<ForwardOutcome> {
    const parts = splitByBytes(request, this.#config.max_request_bytes).map((body) => ({ ...request, body }));
    let partial: ForwardOutcome | undefined;
    for (const [i, part] of parts.entries()) {
      if (this.mustQueue) return this.#enqueue(parts.slice(i));
      // eslint-disable-next-line no-await-in-loop -- in their order
      const outcome = await this.#attempt(part);
      if (outcome.status === "retryable" || outcome.status === "permanent") return this.#enqueue(parts.slice(i));
      if (outcome.status === "partial") partial = outcome;
    }
    return partial ?? { status: "delivered" };
  }

  health(): DestinationHealth {
    const { queue } = this.#stages;
    const { traces, logs, metrics } = queue.waiting;
    const oldest = queue.oldestAt;
    const oldestSeconds = oldest === undefined ? 0 : Math.max(0, this.#settings.clock.now() - oldest) / 1_000;
    const waiting = {
      bytes: queue.bytes,
      max_bytes: queue.maxBytes,
      requests: traces + logs + metrics,
      oldest_seconds: oldestSeconds,
    };
    return { name: this.name, ...this.#state(), queue: waiting };
  }

  sync(): void {
    const { queue } = this.#stages;
    queue.sync();
    if (this.#unwritable !== undefined && queue.canWrite()) this.#isWritable();
    if (this.#fullSince === undefined || queue.bytes > queue.maxBytes * ROOM_AGAIN) return;
    this.#fullSince = undefined;
    this.#settings.logger.info("the queue has room again", { destination: this.name });
  }

  async stop(deadline: number): Promise<void> {
    await this.#drain.stop(deadline);
    this.#stages.queue.close();
    this.#stages.transport.close();
  }

  #state(): Pick<DestinationHealth, "state" | "since" | "reason"> {
    const { trouble } = this.#drain;
    if (this.#unwritable !== undefined) return { state: "unwritable", ...this.#unwritable };
    if (this.#fullSince !== undefined) return { state: "full", since: this.#fullSince, reason: trouble?.reason };
    if (trouble !== undefined) return { state: trouble.kind, since: trouble.since, reason: trouble.reason };
    return { state: this.#stages.queue.isEmpty ? "ok" : "draining" };
  }

  async #attempt(request: OutgoingRequest): Promise<ForwardOutcome> {
    this.#underWay++;
    try {
      const outcome = await this.#stages.transport.send(request);
      this.#drain.learn(outcome);
      // What fails here is counted when the drain has an answer.
      if (outcome.status === "delivered" || outcome.status === "partial")
        this.#stages.metrics.forwarded(this.name, request.signal, outcome);
      return outcome;
    } finally {
      this.#underWay--;
    }
  }

  #enqueue(requests: readonly OutgoingRequest[]): ForwardOutcome {
    for (const request of requests) {
      const refused = this.#write(request);
      if (refused !== undefined) return refused;
    }
    this.#drain.wake();
    return { status: "queued" };
  }

  /** Writes a request, or drops what the policy says. */
  #write(request: OutgoingRequest): Refused | undefined {
    const { queue, metrics } = this.#stages;
    for (;;) {
      const appended = queue.append(request, this.#settings.clock.now());
      switch (appended.status) {
        case "written":
          metrics.forwarded(this.name, request.signal, { status: "queued" });
          if (this.#unwritable !== undefined) this.#isWritable();
          return undefined;
        case "unwritable":
          return this.#refuse("unwritable", appended.reason);
        case "too_large":
          metrics.dropped("too_large", request.signal, this.name);
          return undefined;
        case "full":
          if (this.#config.queue.when_full === "refuse") return this.#refuse("full");
          this.#isFull();
          if (this.#config.queue.when_full === "drop_newest") {
            metrics.dropped("queue_full", request.signal, this.name);
            return undefined;
          }
          for (const [signal, dropped] of Object.entries(queue.dropOldest()))
            metrics.dropped("queue_full", signal as SignalKind, this.name, dropped);
      }
    }
  }

  #refuse(why: "full" | "unwritable", reason?: string): Refused {
    const seconds = Math.ceil(this.#drain.remaining / 1_000);
    const afterSeconds = Math.min(LATEST_RETRY, Math.max(SOONEST_RETRY, seconds));
    if (why === "full") {
      this.#isFull();
      return { status: "retryable", reason: "the queue is full", afterSeconds };
    }
    if (this.#unwritable === undefined)
      this.#settings.logger.error("the queue cannot be written; senders are turned away", {
        destination: this.name,
        reason,
      });
    this.#unwritable = { since: this.#unwritable?.since ?? this.#settings.clock.now(), reason: reason ?? "" };
    return { status: "retryable", reason: "the queue cannot be written", afterSeconds };
  }

  #isFull(): void {
    if (this.#fullSince !== undefined) return;
    this.#fullSince = this.#settings.clock.now();
    const { when_full: policy } = this.#config.queue;
    this.#settings.logger.error("the queue is full", { destination: this.name, policy });
  }

  #isWritable(): void {
    this.#unwritable = undefined;
    this.#settings.logger.info("the queue can be written again", { destination: this.name });
  }
}
