import type { MeterProvider } from "@opentelemetry/sdk-metrics";
import {
  METRIC_SPANWARDEN_PROCESSOR_QUEUE_CAPACITY,
  METRIC_SPANWARDEN_PROCESSOR_QUEUE_CAPACITY_UNIT,
  METRIC_SPANWARDEN_PROCESSOR_QUEUE_SIZE,
  METRIC_SPANWARDEN_PROCESSOR_QUEUE_SIZE_UNIT,
  SCHEMA_URL,
} from "@spanwarden/conventions";

import { parseConfig, type Config, type ConfigInput } from "./config.ts";
import { Emitter } from "./emit/emitter.ts";
import { Metrics } from "./emit/metrics.ts";
import { encodeLogs } from "./emit/otlp-logs.ts";
import { Outbox, type Delivery } from "./emit/outbox.ts";
import { Journal } from "./facts/journal.ts";
import type { Incident } from "./incidents/incident.ts";
import type { Totals } from "./judgement.ts";
import { createForwarder } from "./otlp/forwarder.ts";
import { GrpcReceiver } from "./otlp/grpc/receiver.ts";
import { OtlpReceiver } from "./otlp/receiver.ts";
import { Pipeline } from "./pipeline.ts";
import type { Settings } from "./settings.ts";
import { MOST_WAITING, Store } from "./store/store.ts";
import { createMeterProvider, quiet, systemClock } from "./telemetry.ts";
import { VERSION } from "./version.ts";

/** A running processor, embedded. */
export interface Processor {
  /** Restores state, listens, and begins to judge. Rejects where the address or the directory cannot be used. */
  start(): Promise<void>;
  /** Refuses new requests, delivers what is under way within `stop_deadline`, and writes a checkpoint. */
  stop(): Promise<void>;
  /** Base of the OTLP/HTTP address; `undefined` before `start`. */
  readonly address: string | undefined;
  /** Of OTLP/gRPC; `undefined` before `start`, and where `receiver.grpc_port` is not set. */
  readonly grpcAddress: string | undefined;
  totals(): Totals;
  openIncidents(): readonly Incident[];
}

const SYNC_INTERVAL = 1_000;
/** Answers that no repetition will change; others may be a matter of credentials or routing, which people mend. */
const REFUSED_FOR_GOOD = new Set([400, 413, 422]);

/** Builds a processor from a configuration, as a user writes it or as `readConfig` gave it. Throws CONFIG_INVALID. */
export function createProcessor(input: ConfigInput | Config, settings: Partial<Settings> = {}): Processor {
  return new App(isParsed(input) ? input : parseConfig(input), settings);
}

/** Parsed durations are numbers, written ones are texts. */
function isParsed(input: ConfigInput | Config): input is Config {
  return typeof input.stop_deadline === "number";
}

class App implements Processor {
  readonly #config: Config;
  readonly #settings: Settings;
  readonly #store: Store;
  readonly #journal: Journal | undefined;
  readonly #outbox: Outbox | undefined;
  readonly #pipeline: Pipeline;
  readonly #receiver: OtlpReceiver;
  readonly #grpc: GrpcReceiver | undefined;
  readonly #meters: MeterProvider;
  #timers: (() => void)[] = [];
  #address: string | undefined;
  #grpcAddress: string | undefined;
  #stopping = false;

  constructor(config: Config, given: Partial<Settings>) {
    this.#config = config;
    const { directory } = config.store;
    this.#store = new Store(directory);
    this.#journal = directory === undefined ? undefined : new Journal(directory, config.facts);
    const { endpoint = config.forward?.endpoint, headers, metrics_interval: interval } = config.export;
    this.#meters = createMeterProvider(
      this.#store.instanceId,
      endpoint === undefined ? undefined : { endpoint, headers, interval },
    );
    const meter = this.#meters.getMeter("@spanwarden/processor", VERSION, { schemaUrl: SCHEMA_URL });
    const settings = {
      clock: systemClock,
      logger: quiet,
      meter,
      random: Math.random,
      fetch: globalThis.fetch,
      ...given,
    };
    this.#settings = settings;
    const emitter = new Emitter(config.emit, settings);
    this.#outbox = endpoint === undefined ? undefined : this.#createOutbox(endpoint);
    this.#pipeline = new Pipeline(config, settings, {
      journal: this.#journal,
      store: this.#store,
      emitter,
      outbox: this.#outbox,
      forwarder: config.forward && createForwarder(config.forward, settings),
      metrics: (open) => new Metrics(settings.meter, config.emit, settings.clock, open),
    });
    this.#receiver = new OtlpReceiver(config.receiver, settings, this.#pipeline, { "/healthz": () => this.#health() });
    const { grpc_port: port } = config.receiver;
    this.#grpc =
      port === undefined
        ? undefined
        : new GrpcReceiver({ ...config.receiver, grpc_port: port }, settings, this.#pipeline);
    this.#observeQueue(emitter);
  }

  get address(): string | undefined {
    return this.#address;
  }

  get grpcAddress(): string | undefined {
    return this.#grpcAddress;
  }

  totals(): Totals {
    return this.#pipeline.judgement.totals;
  }

  openIncidents(): readonly Incident[] {
    return this.#pipeline.judgement.openIncidents();
  }

  async start(): Promise<void> {
    const { clock, logger } = this.#settings;
    const { detection, store } = this.#config;
    this.#pipeline.restore();
    const { host, port } = await this.#receiver.start();
    const named = host.includes(":") ? `[${host}]` : host;
    this.#address = `http://${named}:${port}`;
    if (this.#grpc !== undefined) this.#grpcAddress = `http://${named}:${await this.#grpc.start()}`;
    const every = (interval: number, what: string, run: () => void): void => {
      const guarded = (): void => {
        try {
          run();
        } catch (error) {
          logger.error(`${what} failed`, { error: String(error) });
        }
      };
      this.#timers.push(clock.every(interval, guarded));
    };
    every(detection.tick, "judging", () => this.#pipeline.advance());
    every(store.flush_interval, "storing", () => this.#pipeline.flush());
    every(SYNC_INTERVAL, "journal", () => this.#journal?.sync());
    every(store.checkpoint_interval, "checkpoint", () => this.#pipeline.checkpoint());
    this.#outbox?.wake();
    logger.info("listening", { address: this.#address, grpc: this.#grpcAddress, version: VERSION });
  }

  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    const { clock } = this.#settings;
    const deadline = clock.now() + this.#config.stop_deadline;
    const { stop_deadline: patience } = this.#config;
    await Promise.all([this.#receiver.stop(patience), this.#grpc?.stop(patience)]);
    for (const cancel of this.#timers) cancel();
    this.#pipeline.checkpoint();
    await this.#outbox?.drain(deadline);
    await this.#shutdownMeters(Math.max(0, deadline - clock.now()));
    this.#journal?.close();
    this.#store.close();
  }

  #createOutbox(endpoint: string): Outbox {
    const { export: destination, forward, emit } = this.#config;
    const { clock } = this.#settings;
    const source = { instanceId: this.#store.instanceId, version: VERSION, schemaUrl: SCHEMA_URL };
    const type = destination.protocol === "http/json" ? "application/json" : "application/x-protobuf";
    const headers =
      destination.endpoint === undefined ? { ...forward?.headers, ...destination.headers } : destination.headers;
    const timeout = forward?.timeout ?? 10_000;
    const sender = createForwarder(
      { endpoint, headers, compression: "auto", timeout, attempts: 1, max_concurrent_requests: 1 },
      this.#settings,
    );
    const delivery: Delivery = {
      encode: (events) => encodeLogs(events, source, clock.now(), destination.protocol),
      send: async (bytes) => {
        const outcome = await sender.send("logs", bytes, type);
        if (outcome.status === "partial") return { status: "delivered" };
        const forGood = outcome.status === "permanent" && REFUSED_FOR_GOOD.has(outcome.httpStatus);
        return { status: outcome.status === "permanent" && !forGood ? "retryable" : outcome.status };
      },
    };
    return new Outbox(emit, this.#settings, this.#store, delivery);
  }

  #observeQueue(emitter: Emitter): void {
    const { meter } = this.#settings;
    const size = meter.createObservableUpDownCounter(METRIC_SPANWARDEN_PROCESSOR_QUEUE_SIZE, {
      unit: METRIC_SPANWARDEN_PROCESSOR_QUEUE_SIZE_UNIT,
      description: "Events that were decided and are not delivered yet.",
    });
    const capacity = meter.createObservableUpDownCounter(METRIC_SPANWARDEN_PROCESSOR_QUEUE_CAPACITY, {
      unit: METRIC_SPANWARDEN_PROCESSOR_QUEUE_CAPACITY_UNIT,
      description: "Events that may wait before the oldest are dropped.",
    });
    size.addCallback((result) => result.observe(emitter.size + this.#store.waiting));
    capacity.addCallback((result) => result.observe(this.#config.emit.queue_size + MOST_WAITING));
  }

  #health(): { status: number; contentType: string; body: string } {
    const body = {
      status: this.#stopping ? "stopping" : "ok",
      totals: this.totals(),
      open_incidents: this.openIncidents().length,
      events_waiting: this.#store.waiting,
    };
    return { status: this.#stopping ? 503 : 200, contentType: "application/json", body: JSON.stringify(body) };
  }

  /** The last export of metrics; a backend that hangs does not hold the stop up. */
  async #shutdownMeters(within: number): Promise<void> {
    const expired = Promise.withResolvers<void>();
    const cancel = this.#settings.clock.after(within, expired.resolve);
    await Promise.race([this.#meters.shutdown().catch(() => undefined), expired.promise]);
    cancel();
  }
}
