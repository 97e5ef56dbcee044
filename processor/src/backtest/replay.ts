import { createNoopMeter } from "@opentelemetry/api";

import type { Config } from "../config.ts";
import { Emitter } from "../emit/emitter.ts";
import { Metrics } from "../emit/metrics.ts";
import type { Fact } from "../facts/amendment.ts";
import { decodeFact } from "../facts/fact-codec.ts";
import type { Incident } from "../incidents/incident.ts";
import type { Judgement, Totals } from "../judgement.ts";
import type { Batch } from "../otlp/records.ts";
import { Pipeline, type FactLog } from "../pipeline.ts";
import { readOwnRules } from "../safety/read-own-rules.ts";
import type { Clock } from "../settings.ts";
import { Store } from "../store/store.ts";
import { quiet } from "../telemetry.ts";
import type { TimedItem } from "./dump-files.ts";

/** Spans that say they end later than so long after the present one are of a wrong clock; milliseconds. */
const MOST_AHEAD = 365 * 86_400_000;
/** Incidents that are kept. */
const MOST_INCIDENTS = 10_000;

/** What a dump came to. */
export interface Replayed {
  /** The oldest first. */
  readonly incidents: readonly Incident[];
  readonly totals: Totals;
  /** Event time of the first and the last request, milliseconds since the epoch; `undefined` for an empty dump. */
  readonly from: number | undefined;
  readonly until: number | undefined;
  readonly spans: number;
  readonly records: number;
  readonly cells: Judgement["cells"];
  /** The snapshot to begin with at a time. */
  readonly learned: (now: number) => unknown;
}

/**
 * The pipeline in the time of a dump: what was recorded is understood, evaluated and judged by the very code that runs live,
 * as if each request had come when its latest span ended. Nothing is sent and nothing is written.
 */
export class Replay {
  readonly #pipeline: Pipeline;
  readonly #store = new Store(undefined);
  #now = 0;
  #from: number | undefined;
  #spans = 0;
  #records = 0;

  /** `onFact` sees every fact in the order in which it is judged. */
  constructor(config: Config, onFact: (fact: Fact) => void) {
    const clock: Clock = { now: () => this.#now, every: () => nothing, after: () => nothing };
    const meter = createNoopMeter();
    const settings = { clock, meter, logger: quiet, random: () => 0.5, fetch: globalThis.fetch };
    this.#pipeline = new Pipeline(config, settings, {
      journal: observed(onFact),
      store: this.#store,
      ownRules: readOwnRules(config.safety),
      emitter: new Emitter(config.emit, settings),
      outbox: undefined,
      forwarder: undefined,
      metrics: (open) => new Metrics(meter, config.emit, clock, open),
    });
  }

  async add({ item, time }: TimedItem): Promise<void> {
    if (this.#from !== undefined && time > this.#now + MOST_AHEAD) return;
    this.#from ??= time;
    this.#now = Math.max(this.#now, time);
    const handlers = this.#pipeline.handlers(true, true);
    if (item.kind === "spans") {
      this.#spans += item.items.length;
      await handlers.traces(batchOf(item.items), undefined);
    } else {
      this.#records += item.items.length;
      await handlers.logs(batchOf(item.items), undefined);
    }
    this.#pipeline.flush();
  }

  /** Lets `after` more milliseconds pass, in which what is over closes. */
  end(after: number): Replayed {
    const until = this.#from === undefined ? undefined : this.#now;
    this.#now += after;
    this.#pipeline.advance();
    this.#pipeline.flush();
    const incidents = this.#store.incidents(MOST_INCIDENTS).toReversed();
    this.#store.close();
    const { judgement } = this.#pipeline;
    const { totals, cells } = judgement;
    const learned = (now: number): unknown => judgement.learned(now);
    return { incidents, totals, from: this.#from, until, spans: this.#spans, records: this.#records, cells, learned };
  }
}

/** A journal that keeps nothing. */
function observed(onFact: (fact: Fact) => void): FactLog {
  return {
    append: (facts) => {
      for (const { bytes } of facts) {
        const fact = decodeFact(bytes);
        if (fact !== undefined) onFact(fact);
      }
    },
    *entries() {},
    position: { segment: 0, offset: 0 },
    release: nothing,
    sync: nothing,
  };
}

function nothing(): void {}

/** Nobody is waiting for what goes on. */
function batchOf<Item>(items: readonly Item[]): Batch<Item> {
  return { items, contentType: "application/json", encode: () => new Uint8Array() };
}
