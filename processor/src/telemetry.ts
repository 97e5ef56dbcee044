import type { Meter } from "@opentelemetry/api";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { ATTR_SERVICE_INSTANCE_ID, ATTR_SERVICE_NAME, SCHEMA_URL } from "@spanwarden/conventions";
import { pino, type DestinationStream } from "pino";

import type { Clock, Fields, Logger } from "./settings.ts";
import { VERSION } from "./version.ts";

/** The time of the machine. Its timers keep no process alive that has nothing else to do. */
export const systemClock: Clock = {
  now: () => Date.now(),
  every: (milliseconds, run) => {
    const timer = setInterval(run, milliseconds).unref();
    return () => clearInterval(timer);
  },
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};

const silent = (): void => undefined;

/** Says nothing: what is embedded does not write on its host's output. */
export const quiet: Logger = { debug: silent, info: silent, warn: silent, error: silent };

/** JSON, one object a line. */
export function createLogger(level: string, destination: DestinationStream): Logger {
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return {
    debug: (message, fields?: Fields) => log.debug(fields ?? {}, message),
    info: (message, fields?: Fields) => log.info(fields ?? {}, message),
    warn: (message, fields?: Fields) => log.warn(fields ?? {}, message),
    error: (message, fields?: Fields) => log.error(fields ?? {}, message),
  };
}

export interface MetricsDestination {
  /** Base of the OTLP/HTTP address; `/v1/metrics` is appended. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds between exports. */
  readonly interval: number;
}

/** Our own metrics, on spanwarden's own resource: pushed by the SDK, read by Prometheus, both or neither. */
export class OwnMetrics {
  readonly meter: Meter;
  readonly #provider: MeterProvider;
  readonly #reader: PrometheusExporter | undefined;
  readonly #serializer = new PrometheusSerializer();

  constructor(instanceId: string, push: MetricsDestination | undefined, prometheus: boolean) {
    const resource = resourceFromAttributes({
      [ATTR_SERVICE_NAME]: "spanwarden",
      [ATTR_SERVICE_INSTANCE_ID]: instanceId,
    });
    this.#reader = prometheus ? new PrometheusExporter({ preventServerStart: true }) : undefined;
    const readers = [this.#reader, push && pushReader(push)].filter((reader) => reader !== undefined);
    this.#provider = new MeterProvider({ resource, readers });
    this.meter = this.#provider.getMeter("@spanwarden/processor", VERSION, { schemaUrl: SCHEMA_URL });
  }

  /** What Prometheus scrapes. Rejects where it was not asked for. */
  async page(): Promise<{ readonly status: number; readonly contentType: string; readonly body: string }> {
    if (this.#reader === undefined) throw new TypeError("export.prometheus is not set");
    const { resourceMetrics } = await this.#reader.collect();
    return { status: 200, contentType: PROMETHEUS, body: this.#serializer.serialize(resourceMetrics) };
  }

  /** Exports once more and stops. */
  async shutdown(): Promise<void> {
    await this.#provider.shutdown();
  }
}

const PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

function pushReader({ endpoint, headers, interval }: MetricsDestination): PeriodicExportingMetricReader {
  const exporter = new OTLPMetricExporter({
    url: `${endpoint.replace(/\/$/, "")}/v1/metrics`,
    headers: { ...headers },
  });
  return new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: interval });
}
