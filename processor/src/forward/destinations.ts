import { readdirSync } from "node:fs";
import { join } from "node:path";

import type { ForwardOutcome } from "../otlp/outcome.ts";
import type { Settings } from "../settings.ts";
import { DeliveryMetrics, observeQueues } from "./delivery-metrics.ts";
import type { Destination, DestinationHealth } from "./destination.ts";
import { DiskQueue } from "./disk-queue.ts";
import type { DestinationConfig } from "./forward-config.ts";
import { createGrpcTransport } from "./grpc-transport.ts";
import { createHttpTransport } from "./http-transport.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import { QueuedDestination } from "./queued-destination.ts";
import { RejectedFiles } from "./rejected-files.ts";
import { UnqueuedDestination } from "./unqueued-destination.ts";

/** Sends requests to where they go on. */
export interface Forwarder {
  /** Hands a request to every destination that takes its signal; the outcome says whether all of them have it. Never throws. */
  send(request: OutgoingRequest): Promise<ForwardOutcome>;
}

type ForwardSettings = Pick<Settings, "clock" | "random" | "fetch" | "meter" | "logger">;

/**
 * The destinations of a configuration. With a directory each has a queue in it; without one there is a single destination, and
 * its answer is the sender's.
 */
export class Destinations implements Forwarder {
  readonly #destinations: readonly Destination[];

  constructor(configs: readonly DestinationConfig[], directory: string | undefined, settings: ForwardSettings) {
    const metrics = new DeliveryMetrics(settings.meter);
    this.#destinations = configs.map((config) => {
      const transport =
        config.protocol === "grpc" ? createGrpcTransport(config) : createHttpTransport(config, settings);
      if (directory === undefined) return new UnqueuedDestination(config, settings, transport, metrics);
      const queue = new DiskQueue(join(directory, "queue", config.name), config.queue.max_bytes);
      const rejected = new RejectedFiles(join(directory, "rejected", config.name), config.rejected.max_bytes);
      return new QueuedDestination(config, settings, { queue, transport, rejected, metrics });
    });
    observeQueues(settings.meter, this.#destinations);
    if (directory !== undefined) this.#tellOfOthers(join(directory, "queue"), settings);
  }

  async send(request: OutgoingRequest): Promise<ForwardOutcome> {
    const takers = this.#destinations.filter(({ signals }) => signals.includes(request.signal));
    const refused = takers.map((taker) => taker.refusal(request.body.length)).find((refusal) => refusal !== undefined);
    if (refused !== undefined) return refused;
    // The disk first: if it refuses, the others have not got what the sender will send again.
    const [queued, direct] = [
      takers.filter(({ mustQueue }) => mustQueue),
      takers.filter(({ mustQueue }) => !mustQueue),
    ];
    const taken = joined(await Promise.all(queued.map(async (taker) => await taker.send(request))));
    if (taken.status === "retryable") return taken;
    return joined([taken, ...(await Promise.all(direct.map(async (taker) => await taker.send(request))))]);
  }

  health(): readonly DestinationHealth[] {
    return this.#destinations.map((destination) => destination.health());
  }

  start(): void {
    for (const destination of this.#destinations) destination.start();
  }

  sync(): void {
    for (const destination of this.#destinations) destination.sync();
  }

  /** What is not delivered within `deadline` milliseconds stays on disk. */
  async stop(deadline: number): Promise<void> {
    await Promise.all(this.#destinations.map(async (destination) => await destination.stop(deadline)));
  }

  /** A destination that was renamed leaves its queue behind. */
  #tellOfOthers(directory: string, { logger }: ForwardSettings): void {
    for (const name of readdirSync(directory)) {
      if (this.#destinations.some((destination) => destination.name === name)) continue;
      logger.warn("a queue belongs to no destination; name one so to deliver it, or delete it", {
        directory: join(directory, name),
      });
    }
  }
}

/** What the sender is told: the worst of several outcomes. */
function joined(outcomes: readonly ForwardOutcome[]): ForwardOutcome {
  const order: readonly ForwardOutcome["status"][] = ["retryable", "permanent", "partial"];
  const worst = order.flatMap((status) => outcomes.find((outcome) => outcome.status === status) ?? []);
  return worst[0] ?? { status: "delivered" };
}
