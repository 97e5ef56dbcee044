import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { halve, merged, splitByBytes, withoutItems, type RequestBody } from "../../src/forward/parts/request-parts.ts";
import { encode, integer, message, text, type Field } from "../otlp/wire.ts";

/** Names of the items, by resource and scope. */
type Shape = readonly (readonly (readonly string[])[])[];

const shapes: fc.Arbitrary<Shape> = fc.array(
  fc.array(fc.array(fc.string({ maxLength: 12 }), { maxLength: 4 }), { maxLength: 3 }),
  { maxLength: 3 },
);

const resource = (i: number): Field => message(1, message(1, text(1, `resource-${i}`)));

/** With a field that nobody knows at every level. */
function protobuf(shape: Shape): RequestBody {
  const groups = shape.map((scopes, i) =>
    message(
      1,
      resource(i),
      ...scopes.map((items, j) =>
        message(
          2,
          message(1, text(1, `scope-${j}`)),
          ...items.map((name) => message(2, text(5, name))),
          integer(99, j),
        ),
      ),
      text(3, "schema"),
      integer(98, i),
    ),
  );
  return { signal: "traces", contentType: "application/x-protobuf", body: encode([...groups, integer(97, 1)]) };
}

function json(shape: Shape): RequestBody {
  const resourceMetrics = shape.map((scopes, i) => ({
    resource: { attributes: [i] },
    scopeMetrics: scopes.map((items, j) => ({
      scope: { name: `scope-${j}` },
      metrics: items.map((name) => ({ name, value: 1 })),
      unknown: j,
    })),
    schemaUrl: "schema",
  }));
  const body = Buffer.from(
    JSON.stringify({ resourceMetrics, other: 1 }).replaceAll('"value":1', '"value":12345678901234567890'),
  );
  return { signal: "metrics", contentType: "application/json", body };
}

const FORMS = [
  ["protobuf", protobuf],
  ["JSON", json],
] as const;

describe.each(FORMS)("a request in %s", (_, form) => {
  const rebuilt = (request: RequestBody, pieces: readonly Uint8Array[]): string =>
    Buffer.from(merged(request, pieces)).toString("latin1");

  it("in parts holds every item once, in order, each under its own resource and scope", () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 20, max: 400 }), (shape, limit) => {
        const request = form(shape);
        const pieces = splitByBytes(request, limit);
        // One item at a time is the finest; both must come to the same when they are taken apart to the end.
        const finest = (body: Uint8Array): string[] =>
          splitByBytes({ ...request, body }, 1).map((piece) => Buffer.from(piece).toString("latin1"));
        expect(pieces.flatMap(finest)).toEqual(finest(request.body));
      }),
    );
  });

  it("in parts keeps to the limit wherever an item alone does", () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 20, max: 400 }), (shape, limit) => {
        const request = form(shape);
        const large = splitByBytes(request, limit).filter((piece) => piece.length > limit);
        const alone = new Set(splitByBytes(request, 1).map((piece) => Buffer.from(piece).toString("latin1")));
        expect(large.every((piece) => alone.has(Buffer.from(piece).toString("latin1")))).toBe(true);
      }),
    );
  });

  it("is left alone where it is small enough", () => {
    const request = form([[["a", "b"]]]);
    expect(splitByBytes(request, request.body.length)).toEqual([request.body]);
    expect(rebuilt(request, [request.body])).toBe(Buffer.from(request.body).toString("latin1"));
  });

  it("can be halved down to its items, and no further", () => {
    const request = form([[["a", "b"], ["c"]]]);
    const [first, second] = halve(request) ?? [];
    expect([first, second]).toEqual([withoutItems(request, (i) => i < 2), withoutItems(request, (i) => i === 2)]);
    expect(halve(form([[["a"]]]))).toBeUndefined();
    expect(halve(form([]))).toBeUndefined();
  });

  it("can lose items, and keeps what has none", () => {
    const request = form([[["a", "b", "c"], []], []]);
    const rest = Buffer.from(withoutItems(request, (i) => i !== 1) ?? []).toString("latin1");
    expect([rest.includes("scope-1"), /b/.test(rest.replaceAll("attributes", ""))]).toEqual([true, false]);
    expect(withoutItems(form([[["a"]]]), () => false)).toBeUndefined();
  });

  it("that cannot be read stays whole", () => {
    const request = { ...form([]), body: Buffer.from('{"resourceMetrics":[\x0a\xff') };
    expect([splitByBytes(request, 1), halve(request)]).toEqual([[request.body], undefined]);
  });
});
