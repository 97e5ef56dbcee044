import { answer, question } from "../../examples/node-service/content.ts";
import { pick, seededRandom, type Random } from "../../examples/node-service/random.ts";
import { jsonToProtobuf } from "../../processor/src/otlp/json-to-protobuf.ts";

/** One request as it may come in: spans of services, of which some are model calls that carry their content. */
export interface Payload {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly spans: number;
  readonly calls: number;
}

export function payloads(): readonly Payload[] {
  return [payload("p0", 500, 0), payload("p10", 500, 0.1), payload("p100", 200, 1)];
}

const RESOURCES = 2;
const SCOPES = 3;
/** Nanoseconds since the epoch. */
const START = 1_767_580_000_000_000_000n;

function payload(name: string, spans: number, share: number): Payload {
  const random = seededRandom(1);
  let calls = 0;
  const spanOf = (index: number): unknown => {
    const isCall = share > 0 && index % Math.round(1 / share) === 0;
    if (isCall) calls++;
    return spanJson(random, isCall);
  };
  const scopes = RESOURCES * SCOPES;
  const all = Array.from({ length: spans }, (_, index) => spanOf(index));
  const request = {
    resourceSpans: Array.from({ length: RESOURCES }, (_, resource) => ({
      resource: { attributes: resourceAttributes(resource) },
      scopeSpans: Array.from({ length: SCOPES }, (_unused, scope) => ({
        scope: { name: `@opentelemetry/instrumentation-${scope}`, version: "0.301.0" },
        spans: all.filter((_span, index) => index % scopes === resource * SCOPES + scope),
      })),
    })),
  };
  const bytes = jsonToProtobuf("traces", Buffer.from(JSON.stringify(request)));
  return { name, bytes, spans, calls };
}

type Value = string | number | boolean;

function resourceAttributes(index: number): unknown {
  return keyValues({
    "service.name": `support-${index}`,
    "service.version": "2026.11.3",
    "service.instance.id": "3f1c9d52-6b0e-4a53-9a38-0f6d2e5a7c11",
    "deployment.environment.name": "production",
    "telemetry.sdk.language": "nodejs",
    "telemetry.sdk.name": "opentelemetry",
    "telemetry.sdk.version": "3.1.0",
    "host.name": "ip-10-0-3-17",
    "host.arch": "amd64",
    "process.pid": 7,
    "process.runtime.name": "nodejs",
    "process.runtime.version": "26.10.0",
  });
}

function spanJson(random: Random, isCall: boolean): unknown {
  const start = START + BigInt(Math.floor(random() * 1e9));
  const failed = random() < 0.05;
  return {
    traceId: hex(random, 32),
    spanId: hex(random, 16),
    parentSpanId: hex(random, 16),
    flags: 257,
    name: isCall ? "chat gpt-4o" : "GET /orders/{id}",
    kind: isCall ? 3 : 2,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(Math.floor(random() * 1e9))),
    attributes: keyValues(isCall ? callAttributes(random) : requestAttributes(random)),
    events: failed ? [exception(start)] : [],
    status: failed ? { code: 2, message: "overloaded" } : {},
  };
}

function requestAttributes(random: Random): Readonly<Record<string, Value>> {
  const route = pick(random, ["/orders/{id}", "/cart", "/search", "/login"]);
  return {
    "http.request.method": "GET",
    "url.scheme": "https",
    "url.path": route.replace("{id}", hex(random, 12)),
    "http.route": route,
    "server.address": "orders.internal.example",
    "server.port": 8443,
    "network.protocol.version": "1.1",
    "network.peer.address": "10.0.3.17",
    "network.peer.port": 51_234,
    "http.response.status_code": random() < 0.05 ? 503 : 200,
    "http.response.body.size": Math.floor(random() * 1e5),
    "user_agent.original": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
    "thread.id": 1,
    "app.cache.hit": random() < 0.5,
  };
}

function callAttributes(random: Random): Readonly<Record<string, Value>> {
  const texts = (count: number): string => Array.from({ length: count }, () => answer(random)).join(" ");
  const user = `${question(random)} ${texts(2 + Math.floor(random() * 5))}`;
  const reply = texts(2 + Math.floor(random() * 5));
  const message = (role: string, content: string): unknown => ({ role, parts: [{ type: "text", content }] });
  return {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.response.model": "gpt-4o-2024-08-06",
    "gen_ai.response.id": `chatcmpl-${hex(random, 24)}`,
    "gen_ai.request.temperature": 0.2,
    "gen_ai.request.max_tokens": 1_024,
    "gen_ai.usage.input_tokens": Math.floor(user.length / 4),
    "gen_ai.usage.output_tokens": Math.floor(reply.length / 4),
    "server.address": "api.openai.com",
    "server.port": 443,
    "gen_ai.input.messages": JSON.stringify([message("user", user)]),
    "gen_ai.output.messages": JSON.stringify([message("assistant", reply)]),
  };
}

function exception(at: bigint): unknown {
  const frames = Array.from(
    { length: 12 },
    (_, n) => `    at handler${n} (/app/src/orders/handler-${n}.ts:${n * 7}:13)`,
  );
  return {
    timeUnixNano: String(at),
    name: "exception",
    attributes: keyValues({
      "exception.type": "TimeoutError",
      "exception.message": "timed out after 5000 ms",
      "exception.stacktrace": ["TimeoutError: timed out after 5000 ms", ...frames].join("\n"),
    }),
  };
}

function keyValues(values: Readonly<Record<string, Value>>): unknown {
  return Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: Value): unknown {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
}

function hex(random: Random, digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
}
