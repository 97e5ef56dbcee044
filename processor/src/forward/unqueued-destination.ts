import type { ForwardOutcome } from "../otlp/outcome.ts";
import type { Settings } from "../settings.ts";
import { Backoff } from "./backoff.ts";
import type { DeliveryMetrics } from "./delivery-metrics.ts";
import type { Destination, DestinationHealth, Refused } from "./destination.ts";
import type { DestinationConfig } from "./forward-config.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import { splitByBytes } from "./parts/request-parts.ts";
import { Slots } from "./slots.ts";
import type { Transport } from "./transport.ts";

/** A sender waits for its answer no longer than this for a further attempt; milliseconds. */
const RETRY = { initial: 200, max: 2_000 };

/**
 * A next hop without a queue: its answer, after a few attempts, is the sender's answer, and the sender's own retry is what rides
 * out an outage. Bound: `max_concurrent_requests` under way, the rest wait in the order in which they came; the receiver's own
 * bound limits how many that can be.
 */
export class UnqueuedDestination implements Destination {
  readonly name: string;
  readonly signals: DestinationConfig["signals"];
  readonly mustQueue = false;
  readonly #config: DestinationConfig;
  readonly #settings: Pick<Settings, "clock" | "random">;
  readonly #transport: Transport;
  readonly #metrics: DeliveryMetrics;
  readonly #slots: Slots;
  #trouble: { readonly since: number; readonly reason: string } | undefined;

  constructor(
    config: DestinationConfig,
    settings: Pick<Settings, "clock" | "random">,
    transport: Transport,
    metrics: DeliveryMetrics,
  ) {
    this.name = config.name;
    this.signals = config.signals;
    this.#config = config;
    this.#settings = settings;
    this.#transport = transport;
    this.#metrics = metrics;
    this.#slots = new Slots(config.max_concurrent_requests);
  }

  refusal(): Refused | undefined {
    return undefined;
  }

  async send(request: OutgoingRequest): Promise<ForwardOutcome> {
    return await this.#slots.run(async () => {
      let outcome: ForwardOutcome = { status: "delivered" };
      for (const body of splitByBytes(request, this.#config.max_request_bytes)) {
        // eslint-disable-next-line no-await-in-loop -- in their order
        const next = await this.#deliver({ ...request, body });
        if (next.status !== "delivered") outcome = next;
        if (next.status === "retryable" || next.status === "permanent") break;
      }
      return outcome;
    });
  }

  health(): DestinationHealth {
    return { name: this.name, state: this.#trouble === undefined ? "ok" : "backing_off", ...this.#trouble };
  }

  start(): void {}

  sync(): void {}

  async stop(): Promise<void> {
    this.#transport.close();
  }

  async #deliver(request: OutgoingRequest): Promise<ForwardOutcome> {
    const { clock } = this.#settings;
    const backoff = new Backoff(RETRY, this.#settings);
    let outcome = await this.#transport.send(request);
    for (let tries = 1; outcome.status === "retryable" && tries < this.#config.attempts; tries++) {
      backoff.failed(outcome.afterSeconds);
      // A next hop that asks for more than we may wait is left to the sender's own retry.
      if (backoff.remaining > RETRY.max) break;
      const { promise, resolve } = Promise.withResolvers<void>();
      clock.after(backoff.remaining, resolve);
      // eslint-disable-next-line no-await-in-loop -- one attempt after the other
      await promise;
      this.#metrics.retried(this.name, request.signal);
      // eslint-disable-next-line no-await-in-loop -- one attempt after the other
      outcome = await this.#transport.send(request);
    }
    this.#metrics.forwarded(this.name, request.signal, outcome);
    if (outcome.status !== "retryable") this.#trouble = undefined;
    else this.#trouble = { since: this.#trouble?.since ?? clock.now(), reason: outcome.reason };
    return outcome;
  }
}
