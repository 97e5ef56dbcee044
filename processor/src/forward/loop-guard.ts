import { ATTR_SERVICE_INSTANCE_ID } from "@spanwarden/conventions";

import type { SignalKind } from "../otlp/outcome.ts";
import type { LogRecord, SpanRecord } from "../otlp/records.ts";
import { appendVia, viaIds } from "../otlp/via.ts";
import type { Settings } from "../settings.ts";
import { DeliveryMetrics } from "./delivery-metrics.ts";
import { oncePer } from "./log-limit.ts";

/** The scope of our own events. */
const OWN_SCOPE = "@spanwarden/processor";
const LOG_INTERVAL = 60_000;

/** Requests that came back to their sender, for `/healthz`. */
export interface LoopHealth {
  readonly requests: number;
  /** Milliseconds since the epoch; `undefined`: never. */
  readonly last: number | undefined;
}

/**
 * Finds what this processor has sent on before: a request by its header, and, where a Collector in between has lost the header, a
 * span by the id that we put on model calls, a record by being one of our own events. Other spans, records and metrics bear no
 * mark of ours.
 */
export class LoopGuard {
  readonly #id: string;
  readonly #settings: Pick<Settings, "clock" | "logger">;
  readonly #metrics: DeliveryMetrics;
  readonly #mayLog: () => boolean;
  #requests = 0;
  #last: number | undefined;

  /** `id`: of this processor. */
  constructor(id: string, settings: Pick<Settings, "clock" | "logger" | "meter">) {
    this.#id = id;
    this.#settings = settings;
    this.#metrics = new DeliveryMetrics(settings.meter);
    this.#mayLog = oncePer(LOG_INTERVAL, settings.clock);
  }

  get health(): LoopHealth {
    return { requests: this.#requests, last: this.#last };
  }

  /** Whether the request was here before, by its header. */
  knows(via: string | undefined): boolean {
    return via !== undefined && viaIds(via).includes(this.#id);
  }

  /** Whether this processor has judged the call before. */
  isOwn(processorId: string | undefined): boolean {
    return processorId === this.#id;
  }

  isOwnEvent({ scope, resource }: SpanRecord | LogRecord): boolean {
    return scope.name === OWN_SCOPE && resource.attributes.get(ATTR_SERVICE_INSTANCE_ID) === this.#id;
  }

  /** Value of the header with which a request goes on. */
  via(received: string | undefined): string {
    return appendVia(received, this.#id);
  }

  /** Counts a request that came back, whole or in part. */
  cameBack(signal: SignalKind): void {
    const { clock, logger } = this.#settings;
    this.#requests++;
    this.#last = clock.now();
    this.#metrics.dropped("loop", signal);
    if (this.#mayLog())
      logger.error("what was forwarded came back: a destination sends it here again", {
        signal,
        requests: this.#requests,
      });
  }
}
