import type { Attributes, Meter } from "@opentelemetry/api";
import { MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";

import { emitConfig, type EmitConfig } from "../../src/emit/emit-config.ts";
import type { EventRecord } from "../../src/emit/event-record.ts";
import type { Clock } from "../../src/settings.ts";

export const CONFIG: EmitConfig = emitConfig.parse({});

export function event(id: string, eventName = "spanwarden.incident.start"): EventRecord {
  return { id, eventName, severityNumber: 17, time: 1_767_580_000_123, attributes: { "service.name": "support" } };
}

export interface Point {
  readonly name: string;
  readonly unit: string;
  readonly attributes: Attributes;
  readonly value: unknown;
}

class CollectingReader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

/** A real meter, and what it would export now. */
export function meterWithPoints(): { meter: Meter; readonly points: (name?: string) => Promise<readonly Point[]> } {
  const reader = new CollectingReader();
  const provider = new MeterProvider({ readers: [reader] });
  return {
    meter: provider.getMeter("test"),
    async points(name?: string): Promise<readonly Point[]> {
      const { resourceMetrics } = await reader.collect();
      return resourceMetrics.scopeMetrics
        .flatMap(({ metrics }) => metrics)
        .filter(({ descriptor }) => name === undefined || descriptor.name === name)
        .flatMap(({ descriptor, dataPoints }) =>
          dataPoints.map(({ attributes, value }) => ({
            name: descriptor.name,
            unit: descriptor.unit,
            attributes,
            value,
          })),
        );
    },
  };
}

/** Time that passes only when told to; `pass` runs what falls due, in order. */
export class FakeClock implements Clock {
  #now = 1_000_000;
  #timers: { readonly at: number; readonly run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  every(): () => void {
    throw new Error("not used");
  }

  after(milliseconds: number, run: () => void): () => void {
    const timer = { at: this.#now + milliseconds, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Milliseconds until the next timer; `undefined` where none is set. */
  get due(): number | undefined {
    return this.#timers.length === 0 ? undefined : Math.min(...this.#timers.map(({ at }) => at)) - this.#now;
  }

  pass(milliseconds: number): void {
    this.#now += milliseconds;
    const due = this.#timers.filter(({ at }) => at <= this.#now).toSorted((a, b) => a.at - b.at);
    this.#timers = this.#timers.filter((timer) => !due.includes(timer));
    for (const { run } of due) run();
  }
}

/** Lets everything run that waits on promises alone. */
export async function settled(): Promise<void> {
  await new Promise(setImmediate);
}
