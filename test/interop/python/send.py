"""Sends the same spans, records and metrics through OpenTelemetry's exporters to two places, and prints how each went."""

import argparse
import json

import grpc
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter as GrpcLogs
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter as GrpcMetrics
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcSpans
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter as HttpLogs
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter as HttpMetrics
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HttpSpans
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry._logs import LogRecord, SeverityNumber

RESOURCE = Resource({"service.name": "interop", "lucky": [3, 7]})


def spans(count, calls):
    memory = InMemorySpanExporter()
    provider = TracerProvider(resource=RESOURCE, shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(memory))
    tracer = provider.get_tracer("interop", "1.2.3", attributes={"scope": True})
    for n in range(count):
        with tracer.start_as_current_span(f"GET /orders/{n}") as span:
            span.set_attributes({"big": 2**63 - 1, "least": -(2**63), "ratio": 5e-324, "list": ["a", "ü"], "ok": False})
            span.add_event("cache miss", {"key": f"order-{n}"})
            if n < calls:
                span.set_attributes({"gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 12})
    return memory.get_finished_spans()


def records():
    memory = InMemoryLogRecordExporter()
    provider = LoggerProvider(resource=RESOURCE, shutdown_on_exit=False)
    provider.add_log_record_processor(SimpleLogRecordProcessor(memory))
    record = LogRecord(
        timestamp=1_790_000_000_123_456_789,
        severity_number=SeverityNumber.WARN,
        body={"text": "it happened", "numbers": [1, 0.1]},
        attributes={"least": -(2**63)},
    )
    provider.get_logger("interop").emit(record)
    return memory.get_finished_logs()


def metrics():
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader], resource=RESOURCE, shutdown_on_exit=False)
    meter = provider.get_meter("interop")
    meter.create_counter("requests").add(2**53 + 1, {"route": "/orders"})
    meter.create_histogram("latency", unit="s").record(0.25)
    return reader.get_metrics_data()


def exporters(protocol, url, compression):
    if protocol == "grpc":
        how = {"none": grpc.Compression.NoCompression, "gzip": grpc.Compression.Gzip}[compression]
        return [kind(endpoint=url, insecure=True, compression=how) for kind in (GrpcSpans, GrpcLogs, GrpcMetrics)]
    kinds = ((HttpSpans, "traces"), (HttpLogs, "logs"), (HttpMetrics, "metrics"))
    return [kind(endpoint=f"{url}/v1/{path}", compression=Compression(compression)) for kind, path in kinds]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--protocol", choices=("grpc", "http"), required=True)
    parser.add_argument("--compression", default="none")
    parser.add_argument("--through", required=True, help="address of the processor")
    parser.add_argument("--past", required=True, help="address of an OTLP/HTTP backend")
    parser.add_argument("--calls", type=int, default=0, help="so many of the spans are model calls")
    options = parser.parse_args()
    sent = (spans(20, options.calls), records(), metrics())
    results = {}
    for name, (protocol, url, compression) in {
        "past": ("http", options.past, "none"),
        "through": (options.protocol, options.through, options.compression),
    }.items():
        to = exporters(protocol, url, compression)
        results[name] = [exporter.export(batch).name for exporter, batch in zip(to, sent)]
    print(json.dumps(results))


if __name__ == "__main__":
    main()
