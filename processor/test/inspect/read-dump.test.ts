import { gzipSync, zstdCompressSync } from "node:zlib";

import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { readDump } from "../../src/inspect/read-dump.ts";
import { request, summary } from "./dump.ts";

const ONE = request({ a: 'text with {"braces"} and \\ in it' });
const TWO = request({ a: "1" }, { b: "2" });
const LOGS = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: "1" }] }] }] };
const METRICS = { resourceMetrics: [{ scopeMetrics: [] }] };
const LINES = [ONE, TWO, LOGS, METRICS].map((document) => JSON.stringify(document)).join("\n");
const ITEMS = ["spans 1", "spans 2", "logs 1", "metrics"];

const PROTOBUF = Buffer.from(
  ProtobufTraceSerializer.serializeRequest([
    {
      name: "chat",
      kind: 2,
      spanContext: () => ({ traceId: "a".repeat(32), spanId: "b".repeat(16), traceFlags: 1 }),
      parentSpanContext: undefined,
      startTime: [1_767_580_000, 0],
      endTime: [1_767_580_001, 0],
      status: { code: 0 },
      attributes: { a: 1 },
      links: [],
      events: [],
      duration: [1, 0],
      ended: true,
      resource: resourceFromAttributes({}),
      instrumentationScope: { name: "app" },
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    } as unknown as Parameters<typeof ProtobufTraceSerializer.serializeRequest>[0][number],
  ]) ?? [],
);

function framed(...documents: readonly Buffer[]): Buffer {
  return Buffer.concat(
    documents.flatMap((document) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(document.length);
      return [length, document];
    }),
  );
}

describe("a dump is read as", () => {
  it.each<[string, Buffer | string, readonly string[]]>([
    ["JSON lines", LINES, ITEMS],
    ["lines that end in CR LF, with empty ones between", `\n${LINES.replaceAll("\n", "\r\n\r\n")}\r\n`, ITEMS],
    ["documents one after the other", LINES.replaceAll("\n", ""), ITEMS],
    ["an array of documents", `[${LINES.replaceAll("\n", ",")}]`, ITEMS],
    ["one document over many lines", JSON.stringify(TWO, undefined, 2), ["spans 2"]],
    ["a document with a byte order mark", `\ufeff${JSON.stringify(ONE)}`, ["spans 1"]],
    ["gzip", gzipSync(LINES), ITEMS],
    ["gzip of several members", Buffer.concat([gzipSync(`${LINES}\n`), gzipSync(LINES)]), [...ITEMS, ...ITEMS]],
    ["zstd", zstdCompressSync(LINES), ITEMS],
    ["zstd of several frames", Buffer.concat([zstdCompressSync(LINES), zstdCompressSync(LINES)]), [...ITEMS, ...ITEMS]],
    ["a protobuf request", PROTOBUF, ["spans 1"]],
    ["a protobuf request in gzip", gzipSync(PROTOBUF), ["spans 1"]],
    ["protobuf with lengths", framed(PROTOBUF, PROTOBUF), ["spans 1", "spans 1"]],
    [
      "lengths before zstd, as the exporter compresses",
      framed(zstdCompressSync(PROTOBUF), zstdCompressSync(JSON.stringify(TWO))),
      ["spans 1", "spans 2"],
    ],
    ["nothing", "", []],
  ])("%s", async (_, bytes, expected) => {
    for (const size of [1, 7, 1_000_000]) expect(await summary(bytes, size)).toEqual(expected);
  });
});

describe("what cannot be read is told, and the rest is read", () => {
  it.each<[string, Buffer | string, readonly string[]]>([
    [
      "a line that is no JSON",
      `${LINES}\nlorem ipsum {\n${JSON.stringify(ONE)}`,
      [...ITEMS, "not_json", "cut_off", "spans 1"],
    ],
    ["a document that is cut off", LINES.slice(0, -3), [...ITEMS.slice(0, 3), "cut_off"]],
    ["a document that is malformed", `{"resourceSpans":[}\n${JSON.stringify(ONE)}`, ["malformed", "spans 1"]],
    ["a line that was cut off", `{"resourceSpans":[{]}\n${LINES}`, ["cut_off", ...ITEMS]],
    ["a line that was cut off in a text", `{"resourceSpans":"a\\\n${LINES}`, ["cut_off", ...ITEMS]],
    ["a document of something else", `{"a":1}\n${JSON.stringify(ONE)}`, ["not_otlp", "spans 1"]],
    ["a frame that is cut off", framed(PROTOBUF, PROTOBUF).subarray(0, -1), ["spans 1", "cut_off"]],
    ["protobuf that is cut off", PROTOBUF.subarray(0, -1), ["malformed"]],
  ])("%s", async (_, bytes, expected) => {
    expect(await summary(bytes)).toEqual(expected);
  });

  it.each(["lorem ipsum", "\u007fELF", Buffer.from([0x89, 0x50])])(
    "bytes that are no dump are refused",
    async (bytes) => {
      await expect(summary(bytes)).rejects.toMatchObject({ code: "DUMP_UNREADABLE" });
    },
  );

  it("gzip that is cut off fails after what it held", async () => {
    await expect(summary(gzipSync(LINES).subarray(0, -9))).rejects.toThrow("unexpected end of file");
  });
});

it("a document beyond the limit is skipped without being kept, and the next one is read", async () => {
  const filler = Buffer.alloc(1_024 * 1_024, " ");
  async function* source(): AsyncGenerator<Buffer> {
    yield Buffer.from('{"resourceSpans":[');
    for (let n = 0; n < 65; n++) yield filler;
    yield Buffer.from(`]}\n${JSON.stringify(ONE)}`);
  }
  const kinds: string[] = [];
  for await (const { kind } of readDump(source())) kinds.push(kind);
  expect(kinds).toEqual(["problem", "spans"]);
});

it("any bytes are read or refused, and never fail otherwise", async () => {
  const pieces = fc.constantFrom<Buffer | string>(
    LINES,
    PROTOBUF,
    framed(PROTOBUF),
    gzipSync(LINES),
    "{",
    "[",
    '"',
    "\\",
    "\n",
  );
  const bytes = fc
    .array(fc.oneof(pieces, fc.uint8Array({ maxLength: 20 })), { maxLength: 5 })
    .map((parts) => Buffer.concat(parts.map((part) => Buffer.from(part))));
  await fc.assert(
    fc.asyncProperty(bytes, fc.integer({ min: 1, max: 500 }), async (given, size) => {
      const ended = await summary(Buffer.from(given), size).then(
        () => "read",
        (error: unknown) => String((error as NodeJS.ErrnoException).code),
      );
      expect(ended).toMatch(/^(?:read|DUMP_UNREADABLE|Z_|ZSTD_|ERR_)/);
    }),
    { numRuns: 200 },
  );
});
