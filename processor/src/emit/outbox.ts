import type { Counter } from "@opentelemetry/api";
import { ATTR_ERROR_TYPE, METRIC_SPANWARDEN_PROCESSOR_EVENT_EMITTED } from "@spanwarden/conventions";

import type { Settings } from "../settings.ts";
import type { EmitConfig } from "./emit-config.ts";
import type { EventRecord } from "./event-record.ts";

/** Where events are kept until they are delivered; bounded by its owner. */
export interface OutboxStore {
  /** In the order in which they were stored. */
  undelivered(limit: number): readonly StoredEvent[];
  delivered(ids: readonly StoredEvent["id"][]): void;
}

export interface StoredEvent {
  readonly id: string | number;
  readonly event: EventRecord;
}

/** `retryable`: the same bytes may be taken later. `permanent`: they never will. */
export interface SendResult {
  readonly status: "delivered" | "retryable" | "permanent";
}

/** How an outbox reaches the outside. `send` brings its own time limit; an exception counts as retryable. */
export interface Delivery {
  encode(events: readonly EventRecord[]): Uint8Array;
  send(bytes: Uint8Array): Promise<SendResult>;
}

type Outcome = SendResult["status"] | "empty";

/**
 * Delivers stored events in order, at least once, one batch at a time; only that batch is in memory.
 *
 * After a retryable failure it waits, twice as long each time, and sends the same again. A batch that is refused for good
 * is halved until the poison stands alone; that one event is set aside (marked delivered, logged by id, counted with
 * `error.type` `rejected`) and the rest goes on. What is not delivered at the end stays in the store for the next start.
 */
export class Outbox {
  readonly #config: EmitConfig;
  readonly #settings: Pick<Settings, "clock" | "random" | "logger">;
  readonly #store: OutboxStore;
  readonly #delivery: Delivery;
  readonly #emitted: Counter;
  #limit: number;
  #failures = 0;
  #woken = false;
  #stopping = false;
  #expired = false;
  #running: Promise<void> | undefined;
  #cancelRetry: (() => void) | undefined;

  constructor(
    config: EmitConfig,
    settings: Pick<Settings, "clock" | "random" | "logger" | "meter">,
    store: OutboxStore,
    delivery: Delivery,
  ) {
    this.#config = config;
    this.#settings = settings;
    this.#store = store;
    this.#delivery = delivery;
    this.#emitted = settings.meter.createCounter(METRIC_SPANWARDEN_PROCESSOR_EVENT_EMITTED, { unit: "{event}" });
    this.#limit = config.batch_size;
  }

  /** Says that events were stored. Returns at once; while a retry is due, that retry takes them along. */
  wake(): void {
    if (this.#stopping || this.#cancelRetry !== undefined) return;
    this.#woken = true;
    void this.#run();
  }

  /** Delivers what it can before `deadline` (milliseconds since the epoch), without further retries, and stops. */
  async drain(deadline: number): Promise<void> {
    this.#stopping = true;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    const { clock } = this.#settings;
    const expired = Promise.withResolvers<void>();
    const cancel = clock.after(Math.max(0, deadline - clock.now()), () => {
      this.#expired = true;
      expired.resolve();
    });
    // What is under way may have been a failed try, or may have started before the last events were stored.
    const finished = (this.#running ?? Promise.resolve()).then(async () => this.#run());
    await Promise.race([finished, expired.promise]);
    cancel();
  }

  async #run(): Promise<void> {
    this.#running ??= this.#deliverAll();
    await this.#running;
  }

  async #deliverAll(): Promise<void> {
    let outcome: Outcome;
    do {
      this.#woken = false;
      // In order: a batch may not overtake another.
      outcome = await this.#deliverNext();
    } while (!this.#expired && outcome !== "retryable" && (outcome !== "empty" || this.#woken));
    this.#running = undefined;
    if (outcome === "retryable" && !this.#stopping) this.#retryLater();
  }

  async #deliverNext(): Promise<Outcome> {
    try {
      const batch = this.#store.undelivered(this.#limit);
      if (batch.length === 0) return "empty";
      const bytes = this.#encode(batch);
      const { status } = bytes === undefined ? { status: "permanent" as const } : await this.#delivery.send(bytes);
      if (status === "delivered") this.#onDelivered(batch);
      if (status === "permanent") this.#onRefused(batch);
      return status;
    } catch (error) {
      this.#settings.logger.warn("events could not be delivered", { reason: String(error) });
      return "retryable";
    }
  }

  #encode(batch: readonly StoredEvent[]): Uint8Array | undefined {
    try {
      return this.#delivery.encode(batch.map(({ event }) => event));
    } catch {
      return undefined;
    }
  }

  #onDelivered(batch: readonly StoredEvent[]): void {
    this.#store.delivered(batch.map(({ id }) => id));
    this.#emitted.add(batch.length);
    this.#failures = 0;
    this.#limit = Math.min(this.#config.batch_size, this.#limit * 2);
  }

  #onRefused(batch: readonly StoredEvent[]): void {
    this.#failures = 0;
    if (batch.length > 1) {
      this.#limit = Math.ceil(batch.length / 2);
      return;
    }
    this.#store.delivered(batch.map(({ id }) => id));
    this.#emitted.add(1, { [ATTR_ERROR_TYPE]: "rejected" });
    const { id, eventName } = batch[0]?.event ?? {};
    this.#settings.logger.warn("an event was refused for good and set aside", { id, eventName });
  }

  #retryLater(): void {
    const { initial, max } = this.#config.retry;
    const wait = Math.min(max, initial * 2 ** this.#failures);
    this.#failures++;
    this.#cancelRetry = this.#settings.clock.after(wait / 2 + (wait / 2) * this.#settings.random(), () => {
      this.#cancelRetry = undefined;
      this.wake();
    });
  }
}
