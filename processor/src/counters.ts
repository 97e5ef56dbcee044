import type { Counter, Histogram, Meter } from "@opentelemetry/api";
import {
  ATTR_ERROR_TYPE,
  ATTR_SPANWARDEN_PROCESSOR_AMENDMENT_KIND,
  ATTR_SPANWARDEN_PROCESSOR_SIGNAL,
  METRIC_SPANWARDEN_PROCESSOR_AMENDMENT_SKIPPED,
  METRIC_SPANWARDEN_PROCESSOR_AMENDMENT_TAKEN,
  METRIC_SPANWARDEN_PROCESSOR_CALL_AHEAD,
  METRIC_SPANWARDEN_PROCESSOR_CALL_JUDGED,
  METRIC_SPANWARDEN_PROCESSOR_CALL_LAG,
  METRIC_SPANWARDEN_PROCESSOR_CALL_LATE,
  METRIC_SPANWARDEN_PROCESSOR_CALL_SKIPPED,
  METRIC_SPANWARDEN_PROCESSOR_SPAN_PROCESSED,
} from "@spanwarden/conventions";

import type { Nested } from "./dialects/nested-calls.ts";
import { isCall, type Fact } from "./facts/amendment.ts";
import type { NotTaken } from "./log-intake.ts";

/** Why a call is forwarded but makes no fact. */
export type Skipped = "judged_upstream" | "loop" | "repeat" | "too_old" | "unreadable" | Nested;

/** What the pipeline counts of itself: what came, what became of it, and why not. */
export class Counters {
  readonly #received: Counter;
  readonly #judged: Counter;
  readonly #skipped: Counter;
  readonly #late: Counter;
  readonly #ahead: Counter;
  readonly #taken: Counter;
  readonly #lag: Histogram;
  readonly #meter: Meter;
  readonly #notTaken = new Map<string, number>();

  constructor(meter: Meter) {
    this.#meter = meter;
    this.#received = meter.createCounter(METRIC_SPANWARDEN_PROCESSOR_SPAN_PROCESSED, {
      unit: "{span}",
      description: "Spans and log records received.",
    });
    this.#judged = meter.createCounter(METRIC_SPANWARDEN_PROCESSOR_CALL_JUDGED, {
      unit: "{call}",
      description: "Model calls that became facts.",
    });
    this.#skipped = meter.createCounter(METRIC_SPANWARDEN_PROCESSOR_CALL_SKIPPED, {
      unit: "{call}",
      description: "Model calls that were forwarded without being judged, by reason.",
    });
    this.#late = meter.createCounter(METRIC_SPANWARDEN_PROCESSOR_CALL_LATE, {
      unit: "{call}",
      description: "Calls that came too late for rules over many calls.",
    });
    this.#ahead = meter.createCounter(METRIC_SPANWARDEN_PROCESSOR_CALL_AHEAD, {
      unit: "{call}",
      description: "Calls whose end lay in the future and was set to their arrival.",
    });
    this.#taken = meter.createCounter(METRIC_SPANWARDEN_PROCESSOR_AMENDMENT_TAKEN, {
      unit: "{amendment}",
      description: "What log records added to calls, by kind.",
    });
    this.#lag = meter.createHistogram(METRIC_SPANWARDEN_PROCESSOR_CALL_LAG, {
      unit: "s",
      description: "From the end of a call to its arrival.",
    });
  }

  received(signal: "traces" | "logs", items: number): void {
    this.#received.add(items, { [ATTR_SPANWARDEN_PROCESSOR_SIGNAL]: signal });
  }

  /** A new fact. */
  fact(fact: Fact): void {
    if (!isCall(fact)) return this.#taken.add(1, { [ATTR_SPANWARDEN_PROCESSOR_AMENDMENT_KIND]: fact.amends });
    this.#judged.add(1);
    if (fact.late) this.#late.add(1);
    this.#lag.record(Math.max(0, fact.arrival - fact.at) / 1_000);
  }

  /** A call whose end, by its emitter's clock, lies in the future. */
  ahead(): void {
    this.#ahead.add(1);
  }

  /** A call that is only forwarded. */
  skipped(reason: Skipped): void {
    this.#skipped.add(1, { [ATTR_ERROR_TYPE]: reason });
  }

  /** A record about a call that adds nothing to it. */
  notTaken(reason: NotTaken | "repeat"): void {
    this.#notTaken.set(reason, (this.#notTaken.get(reason) ?? 0) + 1);
  }

  /** `unjoined` says what found no call, by reason; it is asked at each collection. */
  observeUnjoined(unjoined: () => Readonly<Record<string, number>>): void {
    this.#meter
      .createObservableCounter(METRIC_SPANWARDEN_PROCESSOR_AMENDMENT_SKIPPED, {
        unit: "{amendment}",
        description: "Log records about a call that added nothing to one, by reason.",
      })
      .addCallback((result) => {
        for (const [reason, count] of [...this.#notTaken, ...Object.entries(unjoined())]) {
          if (count > 0) result.observe(count, { [ATTR_ERROR_TYPE]: reason });
        }
      });
  }
}
