import {
  METRIC_SPANWARDEN_PROCESSOR_QUEUE_CAPACITY,
  METRIC_SPANWARDEN_PROCESSOR_QUEUE_CAPACITY_UNIT,
  METRIC_SPANWARDEN_PROCESSOR_QUEUE_SIZE,
  METRIC_SPANWARDEN_PROCESSOR_QUEUE_SIZE_UNIT,
  SCHEMA_URL,
} from "@spanwarden/conventions";

import { ownDestination, parseConfig, type Config, type ConfigInput } from "./config.ts";
import { observeCells } from "./emit/cell-metrics.ts";
import { Emitter } from "./emit/emitter.ts";
import { Metrics } from "./emit/metrics.ts";
import { encodeLogs } from "./emit/otlp-logs.ts";
import { Outbox, type Delivery } from "./emit/outbox.ts";
import { Journal } from "./facts/journal.ts";
import { Destinations } from "./forward/destinations.ts";
import { createHttpTransport } from "./forward/http-transport.ts";
import type { Incident } from "./incidents/incident.ts";
import type { Totals } from "./judgement.ts";
import { listenerKey, readCredentials, type Credentials } from "./otlp/credentials.ts";
import { Entrance } from "./otlp/entrance.ts";
import { GrpcReceiver } from "./otlp/grpc/receiver.ts";
import { isTrusted } from "./otlp/receiver-config.ts";
import { OtlpReceiver, type Route } from "./otlp/receiver.ts";
import { Pipeline } from "./pipeline.ts";
import { readOwnRules } from "./safety/read-own-rules.ts";
import type { Settings } from "./settings.ts";
import { MOST_WAITING, Store } from "./store/store.ts";
import { OwnMetrics, quiet, systemClock } from "./telemetry.ts";
import { VERSION } from "./version.ts";

/** A running processor, embedded. */
export interface Processor {
  /** Restores state, listens, and begins to judge. Rejects where the address or the directory cannot be used. */
  start(): Promise<void>;
  /** Refuses new requests, delivers what is under way within `stop_deadline`, and writes a checkpoint. */
  stop(): Promise<void>;
  /** Of every listener, in the order of the configuration; empty before `start`. */
  readonly addresses: readonly ListenerAddress[];
  /** Base of the first OTLP/HTTP address; `undefined` before `start`, and where no listener speaks it. */
  readonly address: string | undefined;
  /** Of OTLP/gRPC, likewise. */
  readonly grpcAddress: string | undefined;
  totals(): Totals;
  openIncidents(): readonly Incident[];
}

/** Where a listener takes OTLP, as URLs. */
export interface ListenerAddress {
  readonly http: string | undefined;
  readonly grpc: string | undefined;
}

/** One listener of the configuration, in the protocols that it speaks. */
interface Listener {
  readonly entrance: Entrance;
  readonly http: OtlpReceiver | undefined;
  readonly grpc: GrpcReceiver | undefined;
}

const SYNC_INTERVAL = 1_000;
/** Renewed certificates and tokens are in use after so long at the latest; milliseconds. */
const RENEWAL_INTERVAL = 60_000;
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

/** Where our events and metrics go. */
interface OwnExport {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly timeout: number;
}

/** `undefined` where nothing is configured. A destination's headers are not for anybody else. */
function ownExport({ export: own, forward = [] }: Config): OwnExport | undefined {
  const destination = ownDestination(forward);
  const timeout = destination?.timeout ?? 10_000;
  if (own.endpoint !== undefined) return { endpoint: own.endpoint, headers: own.headers, timeout };
  return (
    destination && { endpoint: destination.endpoint, headers: { ...destination.headers, ...own.headers }, timeout }
  );
}

class App implements Processor {
  readonly #config: Config;
  readonly #settings: Settings;
  readonly #store: Store;
  readonly #journal: Journal | undefined;
  readonly #outbox: Outbox | undefined;
  readonly #destinations: Destinations | undefined;
  readonly #pipeline: Pipeline;
  readonly #listeners: readonly Listener[];
  readonly #metrics: OwnMetrics;
  #timers: (() => void)[] = [];
  #addresses: readonly ListenerAddress[] = [];
  #stopping = false;

  constructor(config: Config, given: Partial<Settings>) {
    this.#config = config;
    const credentials = readCredentials(config.receiver, process.env);
    const rules = readOwnRules(config.safety);
    const { directory } = config.store;
    this.#store = new Store(directory);
    this.#journal = directory === undefined ? undefined : new Journal(directory, config.facts);
    const own = ownExport(config);
    const push = own && { ...own, interval: config.export.metrics_interval };
    this.#metrics = new OwnMetrics(this.#store.instanceId, push, config.export.prometheus);
    const { meter } = this.#metrics;
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
    this.#outbox = own && this.#createOutbox(own);
    this.#destinations = config.forward && new Destinations(config.forward, directory, settings);
    this.#pipeline = new Pipeline(config, settings, {
      journal: this.#journal,
      store: this.#store,
      emitter,
      outbox: this.#outbox,
      forwarder: this.#destinations,
      ownRules: rules,
      metrics: (open) => new Metrics(settings.meter, config.emit, settings.clock, open),
    });
    this.#listeners = credentials.map((each) => this.#listener(each));
    this.#observeQueue(emitter);
    observeCells(settings.meter, () => this.#pipeline.judgement);
  }

  get addresses(): readonly ListenerAddress[] {
    return this.#addresses;
  }

  get address(): string | undefined {
    return this.#addresses.find(({ http }) => http !== undefined)?.http;
  }

  get grpcAddress(): string | undefined {
    return this.#addresses.find(({ grpc }) => grpc !== undefined)?.grpc;
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
    this.#addresses = await this.#listen();
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
    every(SYNC_INTERVAL, "queues", () => this.#destinations?.sync());
    every(store.checkpoint_interval, "checkpoint", () => this.#pipeline.checkpoint());
    every(RENEWAL_INTERVAL, "renewing", () => this.#renew());
    this.#outbox?.wake();
    this.#destinations?.start();
    for (const { http, grpc } of this.#addresses) logger.info("listening", { address: http, grpc, version: VERSION });
  }

  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    const { clock } = this.#settings;
    const deadline = clock.now() + this.#config.stop_deadline;
    const { stop_deadline: patience } = this.#config;
    await this.#stopListening(patience);
    for (const cancel of this.#timers) cancel();
    this.#pipeline.checkpoint();
    await Promise.all([this.#outbox?.drain(deadline), this.#destinations?.stop(Math.max(0, deadline - clock.now()))]);
    await this.#shutdownMeters(Math.max(0, deadline - clock.now()));
    this.#journal?.close();
    this.#store.close();
  }

  #listener(credentials: Credentials): Listener {
    const settings = this.#settings;
    const entrance = new Entrance(credentials, settings);
    const { listener: config } = credentials;
    const trusted = isTrusted(config);
    const { host, port, grpc_port: grpcPort } = config;
    if (!trusted)
      settings.logger.warn("anybody who reaches this listener can send to it: it asks for no token", { host });
    const handlers = this.#pipeline.handlers(trusted);
    const routes: Record<string, Route> = { "/healthz": { open: true, page: () => Promise.resolve(this.#health()) } };
    if (this.#config.export.prometheus) routes["/metrics"] = { open: false, page: () => this.#metrics.page() };
    return {
      entrance,
      http: port === undefined ? undefined : new OtlpReceiver(entrance, port, settings, handlers, routes),
      grpc: grpcPort === undefined ? undefined : new GrpcReceiver(entrance, grpcPort, settings, handlers),
    };
  }

  /** All of them, or none. */
  async #listen(): Promise<readonly ListenerAddress[]> {
    const addresses: ListenerAddress[] = [];
    try {
      for (const [i, { entrance, http, grpc }] of this.#listeners.entries()) {
        const key = listenerKey(this.#config.receiver, i);
        // eslint-disable-next-line no-await-in-loop -- in the order of the configuration, so that the first error is named
        const port = await named(`${key}.port`, http?.start());
        // eslint-disable-next-line no-await-in-loop -- as above
        const grpcPort = await named(`${key}.grpc_port`, grpc?.start());
        addresses.push({ http: urlOf(entrance, port), grpc: urlOf(entrance, grpcPort) });
      }
    } catch (error) {
      await this.#stopListening(0);
      throw error;
    }
    return addresses;
  }

  async #stopListening(patience: number): Promise<void> {
    const receivers = this.#listeners.flatMap(({ http, grpc }) => [http, grpc].filter((part) => part !== undefined));
    await Promise.all(receivers.map((receiver) => receiver.stop(patience)));
  }

  #renew(): void {
    for (const { entrance, http, grpc } of this.#listeners) {
      entrance.refresh((context) => {
        http?.renew(context);
        grpc?.renew(context);
      });
    }
  }

  #createOutbox({ endpoint, headers, timeout }: OwnExport): Outbox {
    const { export: destination, emit } = this.#config;
    const { clock } = this.#settings;
    const { instanceId } = this.#store;
    const source = { instanceId, version: VERSION, schemaUrl: SCHEMA_URL };
    const contentType = destination.protocol === "http/json" ? "application/json" : "application/x-protobuf";
    const transport = createHttpTransport({ endpoint, headers, compression: "auto", timeout }, this.#settings);
    const delivery: Delivery = {
      encode: (events) => encodeLogs(events, source, clock.now(), destination.protocol),
      send: async (body) => {
        const outcome = await transport.send({ signal: "logs", contentType, body, via: instanceId });
        if (outcome.status === "retryable") return { status: "retryable" };
        if (outcome.status !== "permanent") return { status: "delivered" };
        return { status: REFUSED_FOR_GOOD.has(outcome.httpStatus) ? "permanent" : "retryable" };
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
      destinations: this.#destinations?.health() ?? [],
      loops: this.#pipeline.loops,
    };
    return { status: this.#stopping ? 503 : 200, contentType: "application/json", body: JSON.stringify(body) };
  }

  /** The last export of metrics; a backend that hangs does not hold the stop up. */
  async #shutdownMeters(within: number): Promise<void> {
    const expired = Promise.withResolvers<void>();
    const cancel = this.#settings.clock.after(within, expired.resolve);
    await Promise.race([this.#metrics.shutdown().catch(() => undefined), expired.promise]);
    cancel();
  }
}

function urlOf({ config: { host }, certificates }: Entrance, port: number | undefined): string | undefined {
  if (port === undefined) return undefined;
  return `${certificates === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** An address that cannot be listened on is named by its key. */
async function named<T>(key: string, listening: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await listening;
  } catch (error) {
    throw new Error(`${key}: cannot listen: ${(error as Error).message}`, { cause: error });
  }
}
