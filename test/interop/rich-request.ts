/** Nanoseconds since the epoch, with more digits than a double has; the same for every request of a run. */
const NOW = BigInt(Date.now()) * 1_000_000n + 123_457n;

/** An OTLP/JSON trace request with every kind of value a span can hold. Each `calls`th span is a model call; 0: none is. */
export function richRequest(from: number, n: number, calls = 0, padding = ""): object {
  const spans = Array.from({ length: n }, (_, i) => richSpan(from + i, calls > 0 && i % calls === 0, padding));
  const scope = { name: "interop", version: "1.2.3", attributes: [string("scope.key", "ü")] };
  const resource = { attributes: [string("service.name", "interop"), { key: "n", value: { intValue: "-1" } }] };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope, spans, schemaUrl: "https://example.test/1" }] }] };
}

/** The id that `richRequest` gives its nth span. */
export function spanIdOf(n: number): string {
  return (n + 1).toString(16).padStart(16, "0");
}

/** An OTLP/JSON logs request. */
export function richLogs(): object {
  const record = {
    timeUnixNano: String(NOW),
    severityNumber: 13,
    body: { kvlistValue: { values: [string("text", "it happened"), { key: "n", value: { doubleValue: 0.1 } }] } },
    attributes: [{ key: "largest", value: { intValue: "9223372036854775807" } }],
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
  };
  return { resourceLogs: [{ resource: {}, scopeLogs: [{ scope: { name: "interop" }, logRecords: [record] }] }] };
}

/** An OTLP/JSON metrics request: a counter, a histogram and an exponential histogram. */
export function richMetrics(): object {
  const at = { startTimeUnixNano: String(NOW), timeUnixNano: String(NOW + 1n) };
  const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ ...at, asInt: "9007199254740993" }] };
  const histogram = {
    aggregationTemporality: 1,
    dataPoints: [{ ...at, count: "3", sum: 1.5, bucketCounts: ["1", "2"], explicitBounds: [0.5] }],
  };
  const exponentialHistogram = {
    aggregationTemporality: 1,
    dataPoints: [{ ...at, count: "3", scale: 20, zeroCount: "1", positive: { offset: -7, bucketCounts: ["2"] } }],
  };
  const metrics = [
    { name: "requests", unit: "1", sum },
    { name: "latency", unit: "s", histogram },
    { name: "size", unit: "By", exponentialHistogram },
  ];
  return { resourceMetrics: [{ resource: {}, scopeMetrics: [{ scope: { name: "interop" }, metrics }] }] };
}

function richSpan(n: number, call: boolean, padding: string): object {
  const start = NOW + BigInt(n);
  return {
    traceId: (n + 1).toString(16).padStart(32, "0"),
    spanId: spanIdOf(n),
    parentSpanId: "b7ad6b7169203331",
    traceState: "ot=th:8,vendor=1",
    flags: 0x101,
    name: `GET /orders/${n}`,
    kind: 2,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + 1_500_000_001n),
    attributes: [
      string("http.route", "/orders/:id"),
      string("", "an empty key"),
      string("padding", padding),
      { key: "least", value: { intValue: "-9223372036854775808" } },
      { key: "ratio", value: { doubleValue: 1e-320 } },
      { key: "no", value: { boolValue: false } },
      { key: "bytes", value: { bytesValue: "AP+A" } },
      { key: "list", value: { arrayValue: { values: [{ stringValue: "\u{1f426}" }, { intValue: "0" }, {}] } } },
      { key: "map", value: { kvlistValue: { values: [string("deep", "er")] } } },
      { key: "nothing", value: {} },
      ...(call ? callAttributes(n) : []),
    ],
    droppedAttributesCount: 3,
    events: [{ timeUnixNano: String(start + 1n), name: "retry", attributes: [string("why", "503")] }],
    links: [{ traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceState: "a=b" }],
    status: { code: 2, message: "späť" },
  };
}

function callAttributes(n: number): readonly object[] {
  return [
    string("gen_ai.operation.name", "chat"),
    string("gen_ai.provider.name", "openai"),
    string("gen_ai.request.model", "gpt-4.1-mini"),
    string("gen_ai.response.id", `response-${n}`),
    { key: "gen_ai.usage.input_tokens", value: { intValue: "12" } },
  ];
}

function string(key: string, value: string): object {
  return { key, value: { stringValue: value } };
}
