import { SpanwardenError } from "../errors.ts";
import { decompressed as unpacked, readAll } from "../otlp/body.ts";
import { jsonLogs, jsonTraces } from "../otlp/json/batch.ts";
import { protobufLogs, protobufTraces } from "../otlp/protobuf/batch.ts";
import type { LogRecord, SpanRecord } from "../otlp/records.ts";
import { decompressed } from "./decompressed.ts";
import { framedDocuments } from "./framed-documents.ts";
import { jsonDocuments, type Document } from "./json-documents.ts";

/** What a dump holds, request by request, in the order of the file. */
export type DumpItem =
  | { readonly kind: "spans"; readonly items: readonly SpanRecord[] }
  | { readonly kind: "logs"; readonly items: readonly LogRecord[] }
  | { readonly kind: "metrics" }
  /** Something that was skipped. */
  | { readonly kind: "problem"; readonly problem: DumpProblem };

type DumpProblem = "too_large" | "not_json" | "cut_off" | "malformed" | "not_otlp";

/** Bytes of one request; as large as a receiver takes it decompressed. */
const MOST_BYTES = 64 * 1_024 * 1_024;
/** Bytes of the start by which a format is told. */
const HEAD_BYTES = 64;

/**
 * Reads a dump of OTLP: JSON lines as the Collector's file exporter writes them, one JSON document, a protobuf request, or
 * protobuf requests with their lengths before them; each also as gzip or zstd. At most one request is held in memory.
 * Throws DUMP_UNREADABLE for bytes that are none of these.
 */
export async function* readDump(source: AsyncIterable<Buffer>): AsyncGenerator<DumpItem> {
  const chunks = decompressed(source);
  const head = await headOf(chunks);
  const whole = prefixed(head, chunks);
  switch (formatOf(head)) {
    case "empty":
      return;
    case "json":
      for await (const document of jsonDocuments(whole, MOST_BYTES)) yield* itemsOf(document);
      return;
    case "framed":
      for await (const document of framedDocuments(whole, MOST_BYTES)) yield* itemsOf(await unpackedFrame(document));
      return;
    case "protobuf":
      yield* itemsOf({ bytes: await readAll(whole, MOST_BYTES) });
      return;
    case "unknown":
      throw new SpanwardenError(
        "DUMP_UNREADABLE",
        "expected OTLP as JSON, JSON lines or protobuf, plain or as gzip or zstd",
      );
  }
}

function formatOf(head: Buffer): "json" | "protobuf" | "framed" | "empty" | "unknown" {
  if (head.length === 0) return "empty";
  const text = head.toString("latin1");
  if (/^(?:\u00ef\u00bb\u00bf)?[\s[]*\{\s*(?:"[A-Za-z]|\}|$)/.test(text) || /^\s*\[?\s*\]?\s*$/.test(text))
    return "json";
  // The first byte of a length in four bytes, and the tag of the first field.
  if (head[0] === 0) return "framed";
  return head[0] === 0x0a ? "protobuf" : "unknown";
}

/** The exporter compresses each request by itself where it writes lengths. */
async function unpackedFrame(document: Document): Promise<Document> {
  if (!("bytes" in document) || document.bytes.readUInt32BE(0) !== 0x28b52ffd) return document;
  try {
    const limits = { max_body_bytes: MOST_BYTES, max_decompressed_bytes: MOST_BYTES };
    return { bytes: Buffer.from(await unpacked(document.bytes, "zstd", limits)) };
  } catch (error) {
    if (error instanceof SpanwardenError && error.code === "OTLP_TOO_LARGE") return { problem: "too_large" };
    return { problem: "cut_off" };
  }
}

function itemsOf(document: Document): readonly DumpItem[] {
  if ("problem" in document) return [{ kind: "problem", problem: document.problem }];
  try {
    return document.bytes[0] === 0x7b ? jsonItems(document.bytes) : protobufItems(document.bytes);
  } catch (error) {
    if (error instanceof SpanwardenError && error.code === "OTLP_MALFORMED") {
      return [{ kind: "problem", problem: "malformed" }];
    }
    throw error;
  }
}

function jsonItems(bytes: Buffer): readonly DumpItem[] {
  const found: DumpItem[] = [];
  if (bytes.includes('"resourceSpans"')) found.push({ kind: "spans", items: jsonTraces(bytes).items });
  if (bytes.includes('"resourceLogs"')) found.push({ kind: "logs", items: jsonLogs(bytes).items });
  if (found.length === 0 && bytes.includes('"resourceMetrics"')) found.push({ kind: "metrics" });
  const empty = found.every((item) => "items" in item && item.items.length === 0);
  return empty ? [{ kind: "problem", problem: "not_otlp" }] : found;
}

/** A request does not say of which signal it is; only spans have a trace id where spans have one. */
function protobufItems(bytes: Buffer): readonly DumpItem[] {
  const spans = protobufTraces(bytes).items;
  if (spans.some(({ traceId }) => traceId.length === 32)) return [{ kind: "spans", items: spans }];
  const records = protobufLogs(bytes).items;
  if (records.some(({ time }) => time > 0)) return [{ kind: "logs", items: records }];
  return [{ kind: "problem", problem: "not_otlp" }];
}

async function headOf(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < HEAD_BYTES) {
    const { value, done } = await chunks.next();
    if (done === true) break;
    head = Buffer.concat([head, value]);
  }
  return head;
}

async function* prefixed(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* rest;
}
