import type { Meter } from "@opentelemetry/api";
import { ATTR_SERVICE_NAME, METRIC_SPANWARDEN_PROCESSOR_EMITTER_CLOCK_OFFSET } from "@spanwarden/conventions";

const MINUTE = 60_000;
/** Minutes looked back over. */
const WINDOW = 5;
/** Emitters watched at once; one more is not, until another has been silent for the window. */
const MOST_EMITTERS = 500;

interface Emitter {
  readonly service: string;
  /** Smallest offset of each minute, the oldest first. */
  readonly minutes: Map<number, number>;
}

/**
 * How far the clocks of emitters are behind ours: the smallest time from the end of a call to its arrival over five minutes,
 * which is near the way's own when clocks agree, and negative where the emitter's is ahead. Instances are told apart, and
 * the one that is furthest off stands for its service: an instance is no dimension of a metric.
 */
export class ClockOffsets {
  readonly #emitters = new Map<string, Emitter>();

  constructor(meter: Meter, now: () => number) {
    meter
      .createObservableGauge(METRIC_SPANWARDEN_PROCESSOR_EMITTER_CLOCK_OFFSET, {
        unit: "s",
        description: "Smallest time from the end of a call to its arrival, of the instance that is furthest off.",
      })
      .addCallback((result) => {
        this.#forget(now());
        for (const [service, offset] of this.#furthest())
          result.observe(offset / 1_000, { [ATTR_SERVICE_NAME]: service });
      });
  }

  /** A call that ended at `end` by its emitter's clock has arrived; milliseconds since the epoch. */
  observe(service: string, instance: string, end: number, arrival: number): void {
    const key = `${service}\n${instance}`;
    if (!this.#emitters.has(key) && this.#emitters.size >= MOST_EMITTERS) this.#forget(arrival);
    const known = this.#emitters.get(key);
    if (known === undefined && this.#emitters.size >= MOST_EMITTERS) return;
    const { minutes } = known ?? { minutes: new Map<number, number>() };
    const minute = Math.floor(arrival / MINUTE);
    minutes.set(minute, Math.min(minutes.get(minute) ?? Infinity, arrival - end));
    if (known === undefined) this.#emitters.set(key, { service, minutes });
    else if (minutes.size > WINDOW) forgetMinutes(minutes, minute);
  }

  #furthest(): ReadonlyMap<string, number> {
    const furthest = new Map<string, number>();
    for (const { service, minutes } of this.#emitters.values()) {
      const offset = Math.min(...minutes.values());
      if (Math.abs(offset) >= Math.abs(furthest.get(service) ?? 0)) furthest.set(service, offset);
    }
    return furthest;
  }

  #forget(now: number): void {
    for (const [key, { minutes }] of this.#emitters) {
      forgetMinutes(minutes, Math.floor(now / MINUTE));
      if (minutes.size === 0) this.#emitters.delete(key);
    }
  }
}

function forgetMinutes(minutes: Map<number, number>, now: number): void {
  for (const minute of minutes.keys()) if (minute <= now - WINDOW) minutes.delete(minute);
}
