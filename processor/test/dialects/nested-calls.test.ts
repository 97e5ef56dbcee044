import { describe, expect, it } from "vitest";

import { NestedCalls } from "../../src/dialects/nested-calls.ts";
import { recogniseLog, recogniseSpan } from "../../src/dialects/recognise.ts";
import type { Recognised } from "../../src/dialects/recognised.ts";
import type { LogRecord, SpanRecord } from "../../src/otlp/records.ts";
import { logRecord, span } from "../attributes.ts";

const CHAT = { "gen_ai.operation.name": "chat" };

function call(spanId: string, parentSpanId = "", resource = {}): SpanRecord {
  return span(CHAT, { spanId, parentSpanId }, resource);
}

function other(spanId: string, parentSpanId = ""): SpanRecord {
  return span({ "http.route": "/" }, { spanId, parentSpanId });
}

function read(items: readonly (SpanRecord | LogRecord)[]): Map<SpanRecord | LogRecord, Recognised> {
  return new Map(
    items.flatMap((item) => {
      const recognised = "parentSpanId" in item ? recogniseSpan(item) : recogniseLog(item);
      return recognised === undefined ? [] : [[item, recognised]];
    }),
  );
}

/** The span ids that do not count, and why. */
function nested(calls: NestedCalls, items: readonly (SpanRecord | LogRecord)[]): Record<string, string> {
  return Object.fromEntries(
    [...calls.count(items, read(items)).nested].map(([{ spanId }, reason]) => [spanId, reason]),
  );
}

describe("of a span around another of the same call", () => {
  it.each([
    ["the inner one first", [call("b", "a"), call("a")]],
    ["the outer one first", [call("a"), call("b", "a")]],
    ["with others between", [call("a"), other("x", "a"), other("y", "x"), call("b", "y")]],
    ["around two", [call("a"), call("b", "a"), call("c", "a")]],
  ])("the inner one counts: %s", (_, items) => {
    expect(nested(new NestedCalls(), items)).toEqual({ a: "wraps" });
  });

  it("the middle of three does not count either", () => {
    expect(nested(new NestedCalls(), [call("a"), call("b", "a"), call("c", "b")])).toEqual({
      a: "wraps",
      b: "wraps",
    });
  });

  it("the inner one counts when the outer one comes in a later batch", () => {
    const calls = new NestedCalls();
    expect(nested(calls, [call("b", "a")])).toEqual({});
    expect(nested(calls, [call("a")])).toEqual({ a: "wraps" });
  });

  it("whichever came first counts when the inner one comes late, and still does when it is sent again", () => {
    const calls = new NestedCalls();
    expect(nested(calls, [call("a")])).toEqual({});
    expect(nested(calls, [call("b", "a")])).toEqual({ b: "wrapped" });
    expect(nested(calls, [call("a")])).toEqual({});
  });
});

it("calls beside each other count, and so do those of another service, which has its own account of them", () => {
  const items = [other("x"), call("a", "x"), call("b", "x")];
  expect(nested(new NestedCalls(), items)).toEqual({});
  expect(nested(new NestedCalls(), [call("a"), call("b", "a", { "service.name": "gateway" })])).toEqual({});
});

it("a record counts though its span did, for it is told apart elsewhere; not one of a span around another", () => {
  const record = logRecord("gen_ai.client.inference.operation.details", CHAT, { spanId: "a" });
  expect(nested(new NestedCalls(), [call("a"), record])).toEqual({});
  expect(nested(new NestedCalls(), [call("b", "a"), record])).toEqual({ a: "wraps" });
});

it("spans that lie around each other end the climb", () => {
  expect(nested(new NestedCalls(), [call("a", "b"), call("b", "a")])).toEqual({ a: "wraps", b: "wraps" });
});

it("what is forgotten counts again, and how often that was is known", () => {
  const calls = new NestedCalls(4);
  nested(calls, [call("b", "a")]);
  for (const n of [1, 2, 3, 4, 5]) nested(calls, [call(`${n}b`, `${n}a`)]);
  expect(nested(calls, [call("a")])).toEqual({});
  expect(calls.forgotten).toBeGreaterThan(0);
});

describe("what the inner span leaves out", () => {
  const told = {
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.output.messages": '[{"role":"assistant","parts":[{"type":"text","content":"Hi"}]}]',
    "gen_ai.usage.input_tokens": 9,
    "user.id": "u",
  };
  const outer = span({ ...CHAT, ...told, "gen_ai.response.model": "outer" }, { spanId: "a" });
  const usage = { "gen_ai.usage.output_tokens": 2, "gen_ai.response.model": "inner" };
  const inner = (spanId: string): SpanRecord => span({ ...CHAT, ...usage }, { spanId, parentSpanId: "a" });

  it("is taken from the one around it; of tokens, all or none", () => {
    const items = [outer, inner("b")];
    const { calls } = new NestedCalls().count(items, read(items));
    expect([...calls.values()]).toMatchObject([
      {
        call: {
          response: { model: "inner", finishReasons: ["stop"] },
          content: { state: "complete" },
          usage: { input: undefined, output: 2 },
          caller: { user: "u" },
        },
      },
    ]);
  });

  it("stays unknown where the one around it lies around another call too", () => {
    const items = [outer, inner("b"), inner("c")];
    const { calls } = new NestedCalls().count(items, read(items));
    expect([...calls.values()].map((each) => each.call.content.state)).toEqual(["absent", "absent"]);
  });
});
