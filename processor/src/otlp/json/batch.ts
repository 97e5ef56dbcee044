import { SpanwardenError } from "../../errors.ts";
import type { Additions, Batch, LogRecord, Resource, Scope, SpanRecord } from "../records.ts";
import { anyValue, asArray, asObject, JsonAttributes, keyValues } from "./attributes.ts";
import { integerText, stringifyExact } from "./exact-json.ts";
import { isObject, parseRequest, type JsonObject } from "./request.ts";

type ItemReader<Item> = (item: JsonObject, resource: Resource, scope: Scope) => Item;

/** What an OTLP/JSON request calls its three levels. */
interface Levels {
  readonly groups: string;
  readonly scoped: string;
  readonly items: string;
}

const TRACES: Levels = { groups: "resourceSpans", scoped: "scopeSpans", items: "spans" };
const LOGS: Levels = { groups: "resourceLogs", scoped: "scopeLogs", items: "logRecords" };

/** `ExportTraceServiceRequest` in JSON. Throws OTLP_MALFORMED. */
export function jsonTraces(bytes: Uint8Array): Batch<SpanRecord> {
  return new JsonBatch(bytes, TRACES, span);
}

/** `ExportLogsServiceRequest` in JSON. Throws OTLP_MALFORMED. */
export function jsonLogs(bytes: Uint8Array): Batch<LogRecord> {
  return new JsonBatch(bytes, LOGS, logRecord);
}

class JsonBatch<Item> implements Batch<Item> {
  readonly contentType = "application/json";
  readonly items: readonly Item[];
  readonly #bytes: Uint8Array;
  readonly #request: JsonObject;
  readonly #levels: Levels;
  readonly #sources = new Map<Item, JsonObject>();

  constructor(bytes: Uint8Array, levels: Levels, read: ItemReader<Item>) {
    this.#bytes = bytes;
    this.#levels = levels;
    this.#request = readRequest(bytes, levels);
    for (const group of asArray(this.#request[levels.groups]).map(asObject)) {
      const resource = { attributes: new JsonAttributes(asObject(group["resource"])["attributes"]) };
      for (const scoped of asArray(group[levels.scoped]).map(asObject)) {
        const scope = {
          name: string(asObject(scoped["scope"])["name"]),
          version: string(asObject(scoped["scope"])["version"]),
        };
        for (const item of asArray(scoped[levels.items]).map(asObject))
          this.#sources.set(read(item, resource, scope), item);
      }
    }
    this.items = [...this.#sources.keys()];
  }

  encode(additions: ReadonlyMap<Item, Additions>): Uint8Array {
    const added = new Map<unknown, Additions>();
    for (const [item, own] of additions) {
      const source = this.#sources.get(item);
      if (source !== undefined) added.set(source, own);
    }
    if (added.size === 0) return this.#bytes;
    const { groups, scoped, items } = this.#levels;
    const request = each(this.#request, groups, (group) =>
      each(group, scoped, (scope) =>
        each(scope, items, (item) => {
          const own = added.get(item);
          return own === undefined
            ? item
            : { ...item, attributes: [...asArray(item["attributes"]), ...keyValues(own)] };
        }),
      ),
    );
    return Buffer.from(stringifyExact(request));
  }
}

/** A copy of `parent` with each object of the list `key` replaced. */
function each(parent: JsonObject, key: string, replace: (child: JsonObject) => JsonObject): JsonObject {
  const list = parent[key];
  if (!Array.isArray(list)) return parent;
  return { ...parent, [key]: list.map((child: unknown) => (isObject(child) ? replace(child) : child)) };
}

function readRequest(bytes: Uint8Array, levels: Levels): JsonObject {
  const request = parseRequest(bytes);
  const groups = request[levels.groups];
  if (groups !== undefined && groups !== null && !Array.isArray(groups)) {
    throw new SpanwardenError("OTLP_MALFORMED", `JSON: ${levels.groups}: expected an array`);
  }
  return request;
}

function span(item: JsonObject, resource: Resource, scope: Scope): SpanRecord {
  const status = asObject(item["status"]);
  return {
    resource,
    scope,
    traceId: id(item["traceId"]),
    spanId: id(item["spanId"]),
    parentSpanId: id(item["parentSpanId"]),
    traceState: string(item["traceState"]),
    name: string(item["name"]),
    kind: enumeration(item["kind"], SPAN_KINDS),
    start: milliseconds(item["startTimeUnixNano"]),
    end: milliseconds(item["endTimeUnixNano"]),
    status: { code: enumeration(status["code"], STATUS_CODES), message: string(status["message"]) },
    attributes: new JsonAttributes(item["attributes"]),
    events: asArray(item["events"])
      .map(asObject)
      .map((event) => ({
        name: string(event["name"]),
        time: milliseconds(event["timeUnixNano"]),
        attributes: new JsonAttributes(event["attributes"]),
      })),
  };
}

function logRecord(item: JsonObject, resource: Resource, scope: Scope): LogRecord {
  return {
    resource,
    scope,
    time: milliseconds(item["timeUnixNano"]) || milliseconds(item["observedTimeUnixNano"]),
    eventName: string(item["eventName"]),
    traceId: id(item["traceId"]),
    spanId: id(item["spanId"]),
    flags: typeof item["flags"] === "number" ? item["flags"] : 0,
    severity: typeof item["severityNumber"] === "number" ? item["severityNumber"] : 0,
    attributes: new JsonAttributes(item["attributes"]),
    body: anyValue(item["body"]),
  };
}

const SPAN_KINDS = [
  "SPAN_KIND_UNSPECIFIED",
  "SPAN_KIND_INTERNAL",
  "SPAN_KIND_SERVER",
  "SPAN_KIND_CLIENT",
  "SPAN_KIND_PRODUCER",
  "SPAN_KIND_CONSUMER",
];
const STATUS_CODES = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];

/** OTLP/JSON writes enums as numbers; names are taken too, as protobuf's JSON allows. */
function enumeration(value: unknown, names: readonly string[]): number {
  if (typeof value === "number") return value;
  return typeof value === "string" ? Math.max(0, names.indexOf(value)) : 0;
}

function string(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Hexadecimal in either case, as OTLP/JSON prescribes. */
function id(value: unknown): string {
  return string(value).toLowerCase();
}

/** Nanoseconds since the epoch, as string or number, to milliseconds with their fraction. */
function milliseconds(value: unknown): number {
  const text = integerText(value);
  return text === undefined ? 0 : Number(BigInt(text) / 1_000n) / 1_000;
}
