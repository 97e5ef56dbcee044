import {
  ATTR_ERROR_TYPE,
  EVENT_GEN_AI_EVALUATION_RESULT,
  METRIC_SPANWARDEN_PROCESSOR_EVENT_EMITTED,
} from "@spanwarden/conventions";

import type { Settings } from "../settings.ts";
import type { EmitConfig } from "./emit-config.ts";
import type { EventRecord } from "./event-record.ts";

/**
 * Events between the moment they are decided and the batch that stores them; `emit` never blocks and never fails.
 * Bound: `queue_size`. When full, the oldest evaluation result goes, and where there is none, the oldest event. Drops are
 * counted in `spanwarden.processor.event.emitted` with `error.type` `queue_full`.
 */
export class Emitter {
  readonly #capacity: number;
  readonly #dropped: { add(count: number, attributes: Record<string, string>): void };
  #events: EventRecord[] = [];
  #evaluations = 0;

  constructor(config: EmitConfig, settings: Pick<Settings, "meter">) {
    this.#capacity = config.queue_size;
    this.#dropped = settings.meter.createCounter(METRIC_SPANWARDEN_PROCESSOR_EVENT_EMITTED, { unit: "{event}" });
  }

  /** Events waiting. */
  get size(): number {
    return this.#events.length;
  }

  emit(events: readonly EventRecord[]): void {
    for (const event of events) {
      if (this.#events.length >= this.#capacity) this.#drop();
      this.#events.push(event);
      if (isEvaluation(event)) this.#evaluations++;
    }
  }

  /** All that wait, oldest first; they wait no longer. */
  take(): readonly EventRecord[] {
    const events = this.#events;
    this.#events = [];
    this.#evaluations = 0;
    return events;
  }

  #drop(): void {
    const index = this.#evaluations > 0 ? this.#events.findIndex(isEvaluation) : 0;
    if (this.#evaluations > 0) this.#evaluations--;
    this.#events.splice(index, 1);
    this.#dropped.add(1, { [ATTR_ERROR_TYPE]: "queue_full" });
  }
}

/** One event of many alike, and its rate is a metric anyway: the first that may go. */
function isEvaluation(event: EventRecord): boolean {
  return event.eventName === EVENT_GEN_AI_EVALUATION_RESULT;
}
