import { fromBinary, toBinary, type Message } from "@bufbuild/protobuf";

import { recogniseSpan } from "../../processor/src/dialects/recognise.ts";
import { evaluate, type Evaluator } from "../../processor/src/evaluate.ts";
import { KeySet } from "../../processor/src/otlp/key-set.ts";
import { protobufTraces } from "../../processor/src/otlp/protobuf/batch.ts";
import type { Additions, AttributeReader, AttributeValue, SpanRecord } from "../../processor/src/otlp/records.ts";
import { message, oracle } from "../../processor/test/otlp/oracle.ts";

/** Takes a request, gives the one that goes on. */
export type Engine = (request: Uint8Array) => Uint8Array;

/** The additions to a span, if it is a model call. */
type Judge = (span: SpanRecord) => Additions | undefined;

/** The two engines that do the same work: ours, and decoding and encoding everything with @bufbuild/protobuf. */
export interface Contest {
  readonly name: string;
  readonly ours: Engine;
  readonly library: Engine;
}

const MARK = "gen_ai.operation.name";
const MARKS = new KeySet([MARK]);
const SIX: Additions = {
  "spanwarden.cost.amount": 0.001_25,
  "spanwarden.cost.source": "enriched",
  "spanwarden.output.length": 512,
  "spanwarden.output.language": "en",
  "spanwarden.output.refusal": false,
  "spanwarden.processor.id": "4f1c9d52-6b0e-4a53-9a38-0f6d2e5a7c11",
};

const isCall = ({ attributes }: SpanRecord): boolean =>
  attributes.hasAny === undefined ? attributes.get(MARK) !== undefined : attributes.hasAny(MARKS);

const evaluator: Evaluator = { price: () => ({ unknown: "no_model" }), processorId: "bench" };
const evaluated: Judge = (span) => {
  const recognised = recogniseSpan(span);
  return recognised && evaluate(recognised, false, evaluator).additions;
};

export const CONTESTS: readonly Contest[] = [
  contest("scan", (span) => (isCall(span) ? {} : undefined)),
  contest("scan, add, splice", (span) => (isCall(span) ? SIX : undefined)),
  contest("scan, evaluate, splice", evaluated),
];

function contest(name: string, judge: Judge): Contest {
  return { name, ours: (request) => ours(request, judge), library: (request) => library(request, judge) };
}

function ours(request: Uint8Array, judge: Judge): Uint8Array {
  const batch = protobufTraces(request);
  const additions = new Map<SpanRecord, Additions>();
  for (const span of batch.items) {
    const added = judge(span);
    if (added !== undefined) additions.set(span, added);
  }
  return batch.encode(additions);
}

interface KeyValue {
  readonly key: string;
  readonly value?: { readonly value: { readonly value?: unknown } };
}

interface DecodedSpan {
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
  readonly attributes: KeyValue[];
  readonly status?: { readonly code: number; readonly message: string };
}

interface DecodedRequest extends Message {
  readonly resourceSpans: readonly {
    readonly resource?: { readonly attributes: KeyValue[] };
    readonly scopeSpans: readonly { readonly spans: readonly DecodedSpan[] }[];
  }[];
}

const REQUEST = oracle("ExportTraceServiceRequest");

/** What nothing was added to is not encoded again. */
function library(request: Uint8Array, judge: Judge): Uint8Array {
  const decoded = fromBinary(REQUEST, request) as DecodedRequest;
  let changed = false;
  for (const { resource, scopeSpans } of decoded.resourceSpans)
    for (const { spans } of scopeSpans)
      for (const span of spans) {
        const added = Object.entries(judge(recordOf(span, resource?.attributes ?? [])) ?? {});
        for (const [key, value] of added) span.attributes.push(keyValue(key, value));
        changed ||= added.length > 0;
      }
  return changed ? toBinary(REQUEST, decoded) : request;
}

/** As much of a record as the judges read; the payloads have texts, numbers and flags for attributes. */
function recordOf(span: DecodedSpan, resource: readonly KeyValue[]): SpanRecord {
  const record = {
    resource: { attributes: readerOf(resource) },
    attributes: readerOf(span.attributes),
    scope: { name: "", version: "" },
    events: [],
    status: span.status ?? { code: 0, message: "" },
    start: Number(span.startTimeUnixNano / 1_000n) / 1_000,
    end: Number(span.endTimeUnixNano / 1_000n) / 1_000,
  };
  return record as unknown as SpanRecord;
}

function keyValue(key: string, value: Additions[string]): KeyValue {
  return message("KeyValue", { key, value: anyValue(value) }) as unknown as KeyValue;
}

function anyValue(value: Additions[string]): unknown {
  if (typeof value === "string") return { value: { case: "stringValue", value } };
  if (typeof value === "boolean") return { value: { case: "boolValue", value } };
  if (typeof value !== "number") return { value: { case: "arrayValue", value: { values: value.map(anyValue) } } };
  return Number.isSafeInteger(value)
    ? { value: { case: "intValue", value: BigInt(value) } }
    : { value: { case: "doubleValue", value } };
}

function readerOf(given: readonly KeyValue[]): AttributeReader {
  return {
    get: (key) => given.find((each) => each.key === key)?.value?.value.value as AttributeValue | undefined,
    keys: () => given.map(({ key }) => key),
  };
}
