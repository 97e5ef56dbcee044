import type { Attributes, Meter, ObservableResult } from "@opentelemetry/api";
import {
  ATTR_ERROR_TYPE,
  ATTR_SPANWARDEN_PROCESSOR_DESTINATION_NAME,
  ATTR_SPANWARDEN_PROCESSOR_REQUEST_OUTCOME,
  ATTR_SPANWARDEN_PROCESSOR_SIGNAL,
  METRIC_SPANWARDEN_PROCESSOR_DESTINATION_QUEUE_AGE,
  METRIC_SPANWARDEN_PROCESSOR_DESTINATION_QUEUE_CAPACITY,
  METRIC_SPANWARDEN_PROCESSOR_DESTINATION_QUEUE_LENGTH,
  METRIC_SPANWARDEN_PROCESSOR_DESTINATION_QUEUE_SIZE,
  METRIC_SPANWARDEN_PROCESSOR_ITEM_REJECTED,
  METRIC_SPANWARDEN_PROCESSOR_REQUEST_DROPPED,
  METRIC_SPANWARDEN_PROCESSOR_REQUEST_FORWARDED,
  METRIC_SPANWARDEN_PROCESSOR_REQUEST_RETRIED,
} from "@spanwarden/conventions";

import type { ForwardOutcome, SignalKind } from "../otlp/outcome.ts";
import type { Destination, QueueHealth } from "./destination.ts";

/** Why a request that was taken does not reach a destination. */
export type DropReason =
  /** As `queue.when_full` says. */
  | "queue_full"
  /** Larger than the queue. */
  | "too_large"
  /** Its checksum on disk is wrong. */
  | "damaged"
  /** Refused for good, and kept in `rejected/`. */
  | "rejected"
  /** Refused for good, and `rejected/` had no room. */
  | "rejected_lost"
  /** Bears our own id: it has been here before. */
  | "loop";

/** What is counted of a request's way out; `destination` is a name from the configuration. */
export class DeliveryMetrics {
  readonly #forwarded;
  readonly #retried;
  readonly #dropped;
  readonly #rejectedItems;

  constructor(meter: Meter) {
    this.#forwarded = meter.createCounter(METRIC_SPANWARDEN_PROCESSOR_REQUEST_FORWARDED, {
      unit: "{request}",
      description: "OTLP requests sent to the next hop, by outcome.",
    });
    this.#retried = meter.createCounter(METRIC_SPANWARDEN_PROCESSOR_REQUEST_RETRIED, {
      unit: "{request}",
      description: "Further attempts, of which each may leave a duplicate.",
    });
    this.#dropped = meter.createCounter(METRIC_SPANWARDEN_PROCESSOR_REQUEST_DROPPED, {
      unit: "{request}",
      description: "OTLP requests that were taken and do not reach the next hop, by reason.",
    });
    this.#rejectedItems = meter.createCounter(METRIC_SPANWARDEN_PROCESSOR_ITEM_REJECTED, {
      unit: "{item}",
      description: "Items that the next hop refused of a request that it took.",
    });
  }

  forwarded(destination: string, signal: SignalKind, outcome: ForwardOutcome): void {
    const attributes = attributesOf(signal, destination);
    this.#forwarded.add(1, { ...attributes, [ATTR_SPANWARDEN_PROCESSOR_REQUEST_OUTCOME]: outcome.status });
    if (outcome.status === "partial") this.#rejectedItems.add(outcome.rejected, attributes);
  }

  retried(destination: string, signal: SignalKind): void {
    this.#retried.add(1, attributesOf(signal, destination));
  }

  /** `signal` is unknown where the entry cannot be read. */
  dropped(reason: DropReason, signal: SignalKind | undefined, destination?: string, requests = 1): void {
    if (requests > 0) this.#dropped.add(requests, { ...attributesOf(signal, destination), [ATTR_ERROR_TYPE]: reason });
  }
}

/** Reports the queues at each collection. */
export function observeQueues(meter: Meter, destinations: readonly Destination[]): void {
  const observe = (read: (queue: QueueHealth) => number) => (result: ObservableResult) => {
    for (const destination of destinations) {
      const { queue } = destination.health();
      if (queue !== undefined) result.observe(read(queue), attributesOf(undefined, destination.name));
    }
  };
  const bytes = { unit: "By" };
  meter
    .createObservableUpDownCounter(METRIC_SPANWARDEN_PROCESSOR_DESTINATION_QUEUE_SIZE, bytes)
    .addCallback(observe((queue) => queue.bytes));
  meter
    .createObservableUpDownCounter(METRIC_SPANWARDEN_PROCESSOR_DESTINATION_QUEUE_CAPACITY, bytes)
    .addCallback(observe((queue) => queue.max_bytes));
  meter
    .createObservableUpDownCounter(METRIC_SPANWARDEN_PROCESSOR_DESTINATION_QUEUE_LENGTH, { unit: "{request}" })
    .addCallback(observe((queue) => queue.requests));
  meter
    .createObservableGauge(METRIC_SPANWARDEN_PROCESSOR_DESTINATION_QUEUE_AGE, { unit: "s" })
    .addCallback(observe((queue) => queue.oldest_seconds));
}

function attributesOf(signal: SignalKind | undefined, destination: string | undefined): Attributes {
  return {
    ...(signal === undefined ? {} : { [ATTR_SPANWARDEN_PROCESSOR_SIGNAL]: signal }),
    ...(destination === undefined ? {} : { [ATTR_SPANWARDEN_PROCESSOR_DESTINATION_NAME]: destination }),
  };
}
