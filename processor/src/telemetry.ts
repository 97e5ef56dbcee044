import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { ATTR_SERVICE_INSTANCE_ID, ATTR_SERVICE_NAME } from "@spanwarden/conventions";
import { pino, type DestinationStream } from "pino";

import type { Clock, Fields, Logger } from "./settings.ts";

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

/** Our own metrics: on spanwarden's resource, sent by the SDK; without a destination nothing leaves. */
export function createMeterProvider(instanceId: string, destination: MetricsDestination | undefined): MeterProvider {
  const resource = resourceFromAttributes({
    [ATTR_SERVICE_NAME]: "spanwarden",
    [ATTR_SERVICE_INSTANCE_ID]: instanceId,
  });
  if (destination === undefined) return new MeterProvider({ resource });
  const exporter = new OTLPMetricExporter({
    url: `${destination.endpoint.replace(/\/$/, "")}/v1/metrics`,
    headers: { ...destination.headers },
  });
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: destination.interval });
  return new MeterProvider({ resource, readers: [reader] });
}
