import { createTraceState, ROOT_CONTEXT, SeverityNumber, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import {
  AggregationTemporality,
  AggregationType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type ResourceMetrics,
} from "@opentelemetry/sdk-metrics";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";

export const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
export const PARENT_ID = "b7ad6b7169203331";
/** Seconds and nanoseconds: more digits than a double has. */
export const START: [number, number] = [1_767_580_000, 123_456_789];
export const END: [number, number] = [1_767_580_001, 623_456_789];

const resource = resourceFromAttributes({ "service.name": "support", "service.version": "1.2.3" });
const parent = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: TRACE_ID,
  spanId: PARENT_ID,
  traceFlags: 1,
  isRemote: true,
  traceState: createTraceState("ot=th:8"),
});

/** A failed call with everything a span can have, and a root span of another scope. */
export function sdkSpans(): readonly ReadableSpan[] {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const options = {
    kind: SpanKind.CLIENT,
    startTime: START,
    attributes: { "gen_ai.operation.name": "chat", count: 7, share: 0.5, yes: true, list: ["a", "b"] },
    links: [{ context: { traceId: TRACE_ID, spanId: PARENT_ID, traceFlags: 1 }, attributes: { linked: true } }],
  };
  const span = provider.getTracer("app", "4.5").startSpan("chat gpt-4o", options, parent);
  span.addEvent("attempt", { "http.response.status_code": 503 }, START);
  span.setStatus({ code: SpanStatusCode.ERROR, message: "overloaded" });
  span.end(END);
  provider.getTracer("other").startSpan("GET /", { startTime: START }, ROOT_CONTEXT).end(END);
  return exporter.getFinishedSpans();
}

export function sdkLogRecords(): readonly ReadableLogRecord[] {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ resource, processors: [new SimpleLogRecordProcessor({ exporter })] });
  const logger = provider.getLogger("app", "4.5");
  const attributes = { "gen_ai.operation.name": "chat", messages: [{ role: "user", parts: [{ n: 1 }] }] };
  const body = { text: "hello", numbers: [1, 2.5] };
  logger.emit({
    eventName: "call",
    timestamp: END,
    severityNumber: SeverityNumber.WARN,
    body,
    attributes,
    context: parent,
  });
  return exporter.getFinishedLogRecords();
}

/** Every kind of metric that the SDK has. */
export async function sdkMetrics(): Promise<ResourceMetrics> {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const provider = new MeterProvider({
    resource,
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
    views: [{ instrumentName: "size", aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
  });
  const meter = provider.getMeter("app", "4.5");
  meter.createCounter("calls", { unit: "{call}" }).add(3, { model: "gpt-4o" });
  meter.createUpDownCounter("open").add(-0.5);
  for (const name of ["duration", "size"]) for (const value of [0, 0.5, 7]) meter.createHistogram(name).record(value);
  meter.createObservableGauge("temperature").addCallback((result) => result.observe(36.6));
  await provider.forceFlush();
  await provider.shutdown();
  const [metrics] = exporter.getMetrics();
  if (metrics === undefined) throw new Error("no metrics");
  return metrics;
}
