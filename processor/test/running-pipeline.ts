import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach } from "vitest";

import { parseConfig, type ConfigInput } from "../src/config.ts";
import { Emitter } from "../src/emit/emitter.ts";
import type { EventRecord } from "../src/emit/event-record.ts";
import { Metrics } from "../src/emit/metrics.ts";
import { Journal } from "../src/facts/journal.ts";
import { isTrusted } from "../src/otlp/receiver-config.ts";
import type { Batch, LogRecord, SpanRecord } from "../src/otlp/records.ts";
import { Pipeline } from "../src/pipeline.ts";
import { readOwnRules } from "../src/safety/read-own-rules.ts";
import { Store } from "../src/store/store.ts";
import { quiet } from "../src/telemetry.ts";
import { END, span as spanOf } from "./attributes.ts";
import { FakeClock, meterWithPoints } from "./emit/fixtures.ts";

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) cleanUp();
});

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "spanwarden-pipeline-"));
  cleanUps.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export interface Running {
  readonly pipeline: Pipeline;
  readonly clock: FakeClock;
  /** What was added to each item, in order. */
  readonly additions: readonly unknown[];
  /** Ends as kill -9 does: nothing is said to anybody. */
  readonly end: () => void;
  /** Events since it was last asked. */
  readonly events: () => readonly EventRecord[];
  readonly spans: (...items: readonly SpanRecord[]) => Promise<unknown>;
  readonly logs: (...items: readonly LogRecord[]) => Promise<unknown>;
  /** As a receiver that has no room. */
  readonly refused: () => void;
  /** Points of a metric by the value of their first attribute. */
  readonly counted: (metric: string) => Promise<Record<string, number>>;
}

/** A pipeline by a clock of its own, a second after `END`; nothing is forwarded. */
export function build(input: ConfigInput = {}, directory?: string): Running {
  const config = parseConfig(input);
  const { meter, points } = meterWithPoints();
  const clock = new FakeClock();
  clock.pass(END + 1_000 - clock.now());
  const settings = { clock, logger: quiet, meter, random: () => 0.5, fetch: globalThis.fetch };
  const store = new Store(directory);
  const journal = directory === undefined ? undefined : new Journal(directory, config.facts);
  const emitter = new Emitter(config.emit, settings);
  const additions: unknown[] = [];
  const pipeline = new Pipeline(config, settings, {
    journal,
    store,
    emitter,
    outbox: undefined,
    forwarder: undefined,
    ownRules: readOwnRules(config.safety),
    metrics: (open) => new Metrics(meter, config.emit, clock, open),
  });
  pipeline.restore();
  const handlers = pipeline.handlers(config.receiver.every(isTrusted));
  const batch = <Item>(items: readonly Item[]): Batch<Item> => ({
    items,
    contentType: "application/json",
    encode: (added) => {
      for (const item of items) additions.push(added.get(item));
      return new Uint8Array();
    },
  });
  const end = (): void => {
    journal?.close();
    store.close();
  };
  const counted = async (name: string): Promise<Record<string, number>> =>
    Object.fromEntries(
      (await points(name)).map(({ attributes: own, value }) => [String(Object.values(own)[0]), Number(value)]),
    );
  return {
    pipeline,
    clock,
    additions,
    end,
    events: (): readonly EventRecord[] => emitter.take(),
    spans: async (...items: readonly SpanRecord[]) => await handlers.traces(batch(items)),
    logs: async (...items: readonly LogRecord[]) => await handlers.logs(batch(items)),
    refused: () => handlers.refused?.(),
    counted,
  };
}

/** A model call of 10 input tokens. */
export const span = (overrides: Partial<SpanRecord> = {}, values = {}): SpanRecord =>
  spanOf({ "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 10, ...values }, overrides);
