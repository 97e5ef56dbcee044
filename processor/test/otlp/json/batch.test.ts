import { JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { SpanwardenError } from "../../../src/errors.ts";
import { jsonLogs, jsonTraces } from "../../../src/otlp/json/batch.ts";
import type { Additions } from "../../../src/otlp/records.ts";
import { sdkSpans } from "../sdk-requests.ts";
import { must } from "../../must.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);
const traces = (span: string): string => `{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`;

describe("a JSON batch", () => {
  it("keeps 64-bit integers, as strings or as numbers, and every field it does not know", () => {
    const span =
      '{"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","name":"chat",' +
      '"startTimeUnixNano":1767580000123456789,"endTimeUnixNano":"1767580000623456789","future":{"deep":[9007199254740993]},' +
      '"attributes":[{"key":"a","value":{"intValue":9007199254740993},"more":1},{"key":"b","value":{"intValue":"9007199254740993"}}]}';
    const text = `{"resourceSpans":[{"x":18446744073709551615,"scopeSpans":[{"y":null,"spans":[${span}]}]}],"z":[1,2]}`;
    const batch = jsonTraces(bytes(text));
    const [item] = batch.items;
    expect([item?.traceId, item?.spanId]).toEqual(["5b8efff798038103d269b633813fc60c", "eee19b7ec3c1b174"]);
    expect([item?.start, item?.end]).toEqual([1_767_580_000_123.456, 1_767_580_000_623.456]);
    expect([item?.attributes.get("a"), item?.attributes.get("b")]).toEqual([2n ** 53n + 1n, 2n ** 53n + 1n]);
    const sent = Buffer.from(batch.encode(new Map([[must(item), { ours: "x" }]]))).toString();
    const added = ',{"key":"ours","value":{"stringValue":"x"}}]}';
    expect(sent).toBe(text.replace(/\]\}(?=\]\}\]\}\],"z")/, added));
  });

  it("differs from what came in the additions alone", () => {
    const any = fc.jsonValue({ maxDepth: 1, depthSize: "small" });
    const attribute = fc.record<Record<string, unknown>>({ key: fc.string(), value: any, other: any });
    const span = fc.record({
      name: fc.string(),
      attributes: fc.option(fc.array(attribute, { maxLength: 3 }), { nil: undefined }),
      unknown: any,
    });
    const scope = fc.record({ scope: any, spans: fc.array(span, { maxLength: 3 }) });
    const group = fc.record({ resource: any, scopeSpans: fc.array(scope, { maxLength: 3 }) });
    const added: Additions = { text: "größe", yes: true, whole: 3, part: 0.5, list: ["a"] };
    const written = [
      { key: "text", value: { stringValue: "größe" } },
      { key: "yes", value: { boolValue: true } },
      { key: "whole", value: { intValue: "3" } },
      { key: "part", value: { doubleValue: 0.5 } },
      { key: "list", value: { arrayValue: { values: [{ stringValue: "a" }] } } },
    ];
    fc.assert(
      fc.property(fc.record({ resourceSpans: fc.array(group, { maxLength: 3 }), unknown: any }), (request) => {
        const text = JSON.stringify(request);
        const batch = jsonTraces(bytes(text));
        const sent = batch.encode(new Map(batch.items.map((item) => [item, added])));
        const expected = JSON.parse(text) as typeof request;
        for (const { scopeSpans } of expected.resourceSpans)
          for (const { spans } of scopeSpans)
            for (const each of spans) each.attributes = [...(each.attributes ?? []), ...written];
        expect(JSON.parse(Buffer.from(sent).toString())).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ["SPAN_KIND_CLIENT", "STATUS_CODE_ERROR", 3, 2],
    [3, 2, 3, 2],
    ["SPAN_KIND_FUTURE", "STATUS_CODE_FUTURE", 0, 0],
    [null, {}, 0, 0],
  ])("takes enums by name and by number: kind %j, status %j", (kind, code, expectedKind, expectedCode) => {
    const [span] = jsonTraces(bytes(traces(JSON.stringify({ kind, status: { code } })))).items;
    expect([span?.kind, span?.status.code]).toEqual([expectedKind, expectedCode]);
  });

  it("takes the observed time of a record that has none of its own", () => {
    const record = '{"timeUnixNano":"0","observedTimeUnixNano":"1767580000123456789","body":{"stringValue":"x"}}';
    const [item] = jsonLogs(bytes(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[${record}]}]}]}`)).items;
    expect([item?.time, item?.body]).toEqual([1_767_580_000_123.456, "x"]);
  });

  it.each(["{}", '{"resourceSpans":[]}', '{"resourceSpans":null}', '{"resourceSpans":[null,7,{"scopeSpans":7}]}'])(
    "may be empty: %s",
    (text) => {
      expect(jsonTraces(bytes(text)).items).toEqual([]);
    },
  );

  it.each([
    ["nothing", ""],
    ["a list", "[]"],
    ["a number", "7"],
    ["what is cut", '{"resourceSpans":['],
    ["groups that are no list", '{"resourceSpans":{}}'],
  ])("refuses %s", (_, text) => {
    expect(() => jsonTraces(bytes(text))).toThrow(expect.objectContaining({ code: "OTLP_MALFORMED" }));
  });

  it.each(['{"secret sk-123', '{"a":"secret" "b"}', "secret"])("does not quote what it refuses: %s", (text) => {
    expect(() => jsonTraces(bytes(text))).toThrow(/^JSON: not valid JSON( at position \d+)?$/);
  });

  it("refuses what is not UTF-8", () => {
    expect(() => jsonTraces(Uint8Array.of(0x22, 0xff, 0x22))).toThrow(
      expect.objectContaining({ code: "OTLP_MALFORMED" }),
    );
  });

  it.each([100, 10_000, 200_000])("does not crash on %i levels of nesting", (depth) => {
    const deep = "[".repeat(depth) + "]".repeat(depth);
    expect(use(traces(`{"future":${deep}}`))).toMatch(/read|malformed/);
    const value = '{"arrayValue":{"values":['.repeat(depth) + "]}}".repeat(depth);
    expect(use(traces(`{"attributes":[{"key":"a","value":${value}}]}`))).toBe("malformed");
  });

  it("takes 512 levels of nesting and says so of more", () => {
    const nested = (levels: number): string =>
      traces(`{"name":"x","future":${"[".repeat(levels)}${"]".repeat(levels)}}`);
    const around = 7;
    expect(use(nested(512 - around))).toBe("read");
    const text = nested(513 - around);
    expect(() => jsonTraces(bytes(text))).toThrow(/^JSON: more than 512 levels$/);
    expect(use(traces(`{"name":"${"[".repeat(600)}\\"${"{".repeat(600)}"}`))).toBe("read");
  });

  it("reads, and sends on, keys that are names of JavaScript's own", () => {
    const attribute = '{"key":"__proto__","value":{"stringValue":"p"}}';
    const text = traces(`{"__proto__":{"name":"x"},"constructor":1,"attributes":[${attribute}]}`);
    const batch = jsonTraces(bytes(text));
    const [item] = batch.items;
    expect([item?.name, item?.attributes.get("__proto__")]).toEqual(["", "p"]);
    const sent = Buffer.from(batch.encode(new Map([[must(item), { ours: "x" }]]))).toString();
    expect(sent).toBe(text.replace(attribute, `${attribute},{"key":"ours","value":{"stringValue":"x"}}`));
  });

  it("takes the last of a key that stands twice in an object, and the first of an attribute", () => {
    const pairs = '{"key":"a","value":{"intValue":1}},{"key":"a","value":{"intValue":2}}';
    const [item] = jsonTraces(bytes(traces(`{"name":"x","name":"y","attributes":[${pairs}]}`))).items;
    expect([item?.name, item?.attributes.get("a")]).toEqual(["y", 1]);
  });

  it("is read or refused whatever is changed in it", () => {
    const whole = JsonTraceSerializer.serializeRequest([...sdkSpans()]) ?? new Uint8Array();
    const change = fc.record({ at: fc.nat(whole.length - 1), to: fc.constantFrom(...Buffer.from('{}[]",:01-en \\u')) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const damaged = Uint8Array.from(whole);
        for (const { at, to } of changes) damaged[at] = to;
        expect(["read", "malformed"]).toContain(use(Buffer.from(damaged).toString()));
      }),
      { numRuns: 1_000, seed: 7 },
    );
  });
});

/** Reads all that the stages after OTLP may read, and adds to every item. */
function use(text: string): "read" | "malformed" {
  try {
    const batch = jsonTraces(bytes(text));
    for (const item of batch.items) item.attributes.get("a");
    jsonTraces(batch.encode(new Map(batch.items.map((item) => [item, { ours: 1 }]))));
    return "read";
  } catch (error) {
    if (error instanceof SpanwardenError && error.code === "OTLP_MALFORMED") return "malformed";
    throw error;
  }
}
