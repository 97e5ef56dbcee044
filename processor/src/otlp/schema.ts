/**
 * The messages of OTLP as of opentelemetry-proto 1.9: `[number, name, type, note]` a field. Types are protobuf's, `id` (bytes
 * that OTLP/JSON writes in hexadecimal), or the name of a message or an enum below. Two fields of the development status are
 * left out: `AnyValue` 8 and `KeyValue` 3 point into a table that only profiles have.
 */
export type SchemaField = readonly [number: number, name: string, type: FieldType, note?: FieldNote];

export type ScalarName =
  | "bool"
  | "string"
  | "bytes"
  | "id"
  | "double"
  | "uint32"
  | "sint32"
  | "fixed32"
  | "int64"
  | "uint64"
  | "fixed64"
  | "sfixed64";

export type FieldType = ScalarName | MessageName | EnumName;

/** `oneof`: of all fields so marked in one message at most one is set. `optional`: a zero that is written is no absence. */
type FieldNote = "repeated" | "oneof" | "optional";

export type EnumName = "SpanKind" | "StatusCode" | "SeverityNumber" | "AggregationTemporality";

export type MessageName =
  | "ExportTraceServiceRequest"
  | "ExportLogsServiceRequest"
  | "ExportMetricsServiceRequest"
  | "Resource"
  | "EntityRef"
  | "InstrumentationScope"
  | "KeyValue"
  | "AnyValue"
  | "ArrayValue"
  | "KeyValueList"
  | "ResourceSpans"
  | "ScopeSpans"
  | "Span"
  | "Event"
  | "Link"
  | "Status"
  | "ResourceLogs"
  | "ScopeLogs"
  | "LogRecord"
  | "ResourceMetrics"
  | "ScopeMetrics"
  | "Metric"
  | "Gauge"
  | "Sum"
  | "Histogram"
  | "ExponentialHistogram"
  | "Summary"
  | "NumberDataPoint"
  | "HistogramDataPoint"
  | "ExponentialHistogramDataPoint"
  | "Buckets"
  | "SummaryDataPoint"
  | "ValueAtQuantile"
  | "Exemplar";

const ATTRIBUTES = ["attributes", "KeyValue", "repeated"] as const;
const DROPPED = ["dropped_attributes_count", "uint32"] as const;
const START = [2, "start_time_unix_nano", "fixed64"] as const;
const TIME = [3, "time_unix_nano", "fixed64"] as const;
const TEMPORALITY = [2, "aggregation_temporality", "AggregationTemporality"] as const;

export const MESSAGES: Readonly<Record<MessageName, readonly SchemaField[]>> = {
  ExportTraceServiceRequest: [[1, "resource_spans", "ResourceSpans", "repeated"]],
  ExportLogsServiceRequest: [[1, "resource_logs", "ResourceLogs", "repeated"]],
  ExportMetricsServiceRequest: [[1, "resource_metrics", "ResourceMetrics", "repeated"]],

  Resource: [
    [1, ...ATTRIBUTES],
    [2, ...DROPPED],
    [3, "entity_refs", "EntityRef", "repeated"],
  ],
  EntityRef: [
    [1, "schema_url", "string"],
    [2, "type", "string"],
    [3, "id_keys", "string", "repeated"],
    [4, "description_keys", "string", "repeated"],
  ],
  InstrumentationScope: [
    [1, "name", "string"],
    [2, "version", "string"],
    [3, ...ATTRIBUTES],
    [4, ...DROPPED],
  ],
  KeyValue: [
    [1, "key", "string"],
    [2, "value", "AnyValue"],
  ],
  AnyValue: [
    [1, "string_value", "string", "oneof"],
    [2, "bool_value", "bool", "oneof"],
    [3, "int_value", "int64", "oneof"],
    [4, "double_value", "double", "oneof"],
    [5, "array_value", "ArrayValue", "oneof"],
    [6, "kvlist_value", "KeyValueList", "oneof"],
    [7, "bytes_value", "bytes", "oneof"],
  ],
  ArrayValue: [[1, "values", "AnyValue", "repeated"]],
  KeyValueList: [[1, "values", "KeyValue", "repeated"]],

  ResourceSpans: [
    [1, "resource", "Resource"],
    [2, "scope_spans", "ScopeSpans", "repeated"],
    [3, "schema_url", "string"],
  ],
  ScopeSpans: [
    [1, "scope", "InstrumentationScope"],
    [2, "spans", "Span", "repeated"],
    [3, "schema_url", "string"],
  ],
  Span: [
    [1, "trace_id", "id"],
    [2, "span_id", "id"],
    [3, "trace_state", "string"],
    [4, "parent_span_id", "id"],
    [16, "flags", "fixed32"],
    [5, "name", "string"],
    [6, "kind", "SpanKind"],
    [7, "start_time_unix_nano", "fixed64"],
    [8, "end_time_unix_nano", "fixed64"],
    [9, ...ATTRIBUTES],
    [10, ...DROPPED],
    [11, "events", "Event", "repeated"],
    [12, "dropped_events_count", "uint32"],
    [13, "links", "Link", "repeated"],
    [14, "dropped_links_count", "uint32"],
    [15, "status", "Status"],
  ],
  Event: [
    [1, "time_unix_nano", "fixed64"],
    [2, "name", "string"],
    [3, ...ATTRIBUTES],
    [4, ...DROPPED],
  ],
  Link: [
    [1, "trace_id", "id"],
    [2, "span_id", "id"],
    [3, "trace_state", "string"],
    [4, ...ATTRIBUTES],
    [5, ...DROPPED],
    [6, "flags", "fixed32"],
  ],
  Status: [
    [2, "message", "string"],
    [3, "code", "StatusCode"],
  ],

  ResourceLogs: [
    [1, "resource", "Resource"],
    [2, "scope_logs", "ScopeLogs", "repeated"],
    [3, "schema_url", "string"],
  ],
  ScopeLogs: [
    [1, "scope", "InstrumentationScope"],
    [2, "log_records", "LogRecord", "repeated"],
    [3, "schema_url", "string"],
  ],
  LogRecord: [
    [1, "time_unix_nano", "fixed64"],
    [11, "observed_time_unix_nano", "fixed64"],
    [2, "severity_number", "SeverityNumber"],
    [3, "severity_text", "string"],
    [5, "body", "AnyValue"],
    [6, ...ATTRIBUTES],
    [7, ...DROPPED],
    [8, "flags", "fixed32"],
    [9, "trace_id", "id"],
    [10, "span_id", "id"],
    [12, "event_name", "string"],
  ],

  ResourceMetrics: [
    [1, "resource", "Resource"],
    [2, "scope_metrics", "ScopeMetrics", "repeated"],
    [3, "schema_url", "string"],
  ],
  ScopeMetrics: [
    [1, "scope", "InstrumentationScope"],
    [2, "metrics", "Metric", "repeated"],
    [3, "schema_url", "string"],
  ],
  Metric: [
    [1, "name", "string"],
    [2, "description", "string"],
    [3, "unit", "string"],
    [5, "gauge", "Gauge", "oneof"],
    [7, "sum", "Sum", "oneof"],
    [9, "histogram", "Histogram", "oneof"],
    [10, "exponential_histogram", "ExponentialHistogram", "oneof"],
    [11, "summary", "Summary", "oneof"],
    [12, "metadata", "KeyValue", "repeated"],
  ],
  Gauge: [[1, "data_points", "NumberDataPoint", "repeated"]],
  Sum: [[1, "data_points", "NumberDataPoint", "repeated"], TEMPORALITY, [3, "is_monotonic", "bool"]],
  Histogram: [[1, "data_points", "HistogramDataPoint", "repeated"], TEMPORALITY],
  ExponentialHistogram: [[1, "data_points", "ExponentialHistogramDataPoint", "repeated"], TEMPORALITY],
  Summary: [[1, "data_points", "SummaryDataPoint", "repeated"]],
  NumberDataPoint: [
    [7, ...ATTRIBUTES],
    START,
    TIME,
    [4, "as_double", "double", "oneof"],
    [6, "as_int", "sfixed64", "oneof"],
    [5, "exemplars", "Exemplar", "repeated"],
    [8, "flags", "uint32"],
  ],
  HistogramDataPoint: [
    [9, ...ATTRIBUTES],
    START,
    TIME,
    [4, "count", "fixed64"],
    [5, "sum", "double", "optional"],
    [6, "bucket_counts", "fixed64", "repeated"],
    [7, "explicit_bounds", "double", "repeated"],
    [8, "exemplars", "Exemplar", "repeated"],
    [10, "flags", "uint32"],
    [11, "min", "double", "optional"],
    [12, "max", "double", "optional"],
  ],
  ExponentialHistogramDataPoint: [
    [1, ...ATTRIBUTES],
    START,
    TIME,
    [4, "count", "fixed64"],
    [5, "sum", "double", "optional"],
    [6, "scale", "sint32"],
    [7, "zero_count", "fixed64"],
    [8, "positive", "Buckets"],
    [9, "negative", "Buckets"],
    [10, "flags", "uint32"],
    [11, "exemplars", "Exemplar", "repeated"],
    [12, "min", "double", "optional"],
    [13, "max", "double", "optional"],
    [14, "zero_threshold", "double"],
  ],
  Buckets: [
    [1, "offset", "sint32"],
    [2, "bucket_counts", "uint64", "repeated"],
  ],
  SummaryDataPoint: [
    [7, ...ATTRIBUTES],
    START,
    TIME,
    [4, "count", "fixed64"],
    [5, "sum", "double"],
    [6, "quantile_values", "ValueAtQuantile", "repeated"],
    [8, "flags", "uint32"],
  ],
  ValueAtQuantile: [
    [1, "quantile", "double"],
    [2, "value", "double"],
  ],
  Exemplar: [
    [7, "filtered_attributes", "KeyValue", "repeated"],
    [2, "time_unix_nano", "fixed64"],
    [3, "as_double", "double", "oneof"],
    [6, "as_int", "sfixed64", "oneof"],
    [4, "span_id", "id"],
    [5, "trace_id", "id"],
  ],
};

const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;

/** Names in the order of their numbers, which begin at 0. */
export const ENUMS: Readonly<Record<EnumName, readonly string[]>> = {
  SpanKind: ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"].map((name) => `SPAN_KIND_${name}`),
  StatusCode: ["UNSET", "OK", "ERROR"].map((name) => `STATUS_CODE_${name}`),
  SeverityNumber: ["UNSPECIFIED", ...LEVELS.flatMap((level) => ["", 2, 3, 4].map((n) => `${level}${n}`))].map(
    (name) => `SEVERITY_NUMBER_${name}`,
  ),
  AggregationTemporality: ["UNSPECIFIED", "DELTA", "CUMULATIVE"].map((name) => `AGGREGATION_TEMPORALITY_${name}`),
};
