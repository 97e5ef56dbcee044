import { trace, metrics, logs, context } from "@opentelemetry/api";
import { InMemoryLogRecordExporter, SimpleLogRecordProcessor, type ReadableLogRecord } from "@opentelemetry/sdk-logs";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { SamplingDecision, type ReadableSpan, type Sampler, type SpanProcessor } from "@opentelemetry/sdk-trace";

/** Everything that the SDK of this process was told. */
export class Telemetry implements SpanProcessor {
  /** Spans by how often they ended. */
  readonly ends = new Map<unknown, number>();
  started: ReadableSpan[] = [];
  readonly #records = new InMemoryLogRecordExporter();
  readonly #metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  readonly #reader = new PeriodicExportingMetricReader({ exporter: this.#metrics, exportIntervalMillis: 3_600_000 });
  /** Whether further spans are sampled. */
  sampled = true;
  readonly #sdk: NodeSDK;

  constructor(sampler?: Sampler) {
    const decision = (): SamplingDecision =>
      this.sampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD;
    this.#sdk = new NodeSDK({
      autoDetectResources: false,
      sampler: sampler ?? { shouldSample: () => ({ decision: decision() }), toString: () => "switch" },
      spanProcessors: [this],
      logRecordProcessors: [new SimpleLogRecordProcessor({ exporter: this.#records })],
      metricReaders: [this.#reader],
    });
  }

  start(): this {
    this.#sdk.start();
    return this;
  }

  async stop(): Promise<void> {
    await this.#sdk.shutdown();
    for (const api of [trace, metrics, logs, context]) api.disable();
  }

  onStart(span: unknown): void {
    this.started.push(span as ReadableSpan);
    this.ends.set(span, 0);
  }

  onEnd(span: ReadableSpan): void {
    this.ends.set(span, (this.ends.get(span) ?? 0) + 1);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  /** Spans that ended. */
  get spans(): readonly ReadableSpan[] {
    return this.started.filter(({ ended }) => ended);
  }

  /** The only span that ended. */
  get span(): ReadableSpan {
    const [span, ...others] = this.spans;
    if (span === undefined || others.length > 0) throw new Error(`${this.spans.length} spans have ended`);
    return span;
  }

  get endCounts(): readonly number[] {
    return [...this.ends.values()];
  }

  get records(): readonly ReadableLogRecord[] {
    return this.#records.getFinishedLogRecords();
  }

  /** Value of each point of a metric; the count of a histogram's. */
  async points(name: string): Promise<readonly { readonly attributes: object; readonly value: number }[]> {
    await this.#reader.forceFlush();
    const latest = this.#metrics.getMetrics().at(-1);
    const found = latest?.scopeMetrics.flatMap((scope) => scope.metrics).find((one) => one.descriptor.name === name);
    return (found?.dataPoints ?? []).map(({ attributes, value }) => ({
      attributes,
      value: typeof value === "number" ? value : (value as { count: number }).count,
    }));
  }

  clear(): void {
    this.sampled = true;
    this.started = [];
    this.ends.clear();
    this.#records.reset();
  }
}
