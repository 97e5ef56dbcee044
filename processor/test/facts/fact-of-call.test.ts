import { hash } from "node:crypto";

import { describe, expect, it } from "vitest";

import { recogniseLog, recogniseSpan } from "../../src/dialects/recognise.ts";
import type { Recognised } from "../../src/dialects/recognised.ts";
import { evaluate } from "../../src/evaluate.ts";
import type { CallFact } from "../../src/facts/call-fact.ts";
import { factOfCall } from "../../src/facts/fact-of-call.ts";
import { factsConfig } from "../../src/facts/facts-config.ts";
import type { LogRecord, SpanRecord } from "../../src/otlp/records.ts";
import { END, logRecord, span, START } from "../attributes.ts";
import { must } from "../must.ts";

const CONFIG = factsConfig.parse({});
const EVALUATOR = { price: () => ({ unknown: "no_price" }) as const, processorId: "p" };
const CHAT = { "gen_ai.operation.name": "chat" };
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

function judge(record: SpanRecord | LogRecord, arrival = END, pending = false): CallFact | "too_old" {
  const recognised: Recognised | undefined = "time" in record ? recogniseLog(record) : recogniseSpan(record);
  const evaluation = evaluate(must(recognised), true, EVALUATOR);
  return factOfCall(evaluation, { record, pending, arrival }, CONFIG);
}

function factOf(record: SpanRecord | LogRecord, arrival = END, pending = false): CallFact {
  const fact = judge(record, arrival, pending);
  return must(fact === "too_old" ? undefined : fact);
}

const PENDING = "spanwarden.call.pending";
const DETAILS = "gen_ai.client.inference.operation.details";

describe("the time of a fact", () => {
  it.each([
    ["when the call ended", 0, { at: END, start: START, late: false }],
    ["of its end, for a clock that is little ahead", -5 * SECOND, { at: END, start: START, late: false }],
    ["of its arrival, for a clock that is far ahead", -5_001, { at: END - 5_001, start: END - 5_001, late: false }],
    ["not late within the lateness that is allowed", 120 * SECOND, { at: END, late: false }],
    ["late beyond it", 120 * SECOND + 1, { at: END, late: true }],
  ])("is %s", (_, lag, expected) => {
    expect(factOf(span(CHAT), END + lag)).toMatchObject({ ...expected, arrival: END + lag });
  });

  it("makes a call that is too old no fact", () => {
    expect(judge(span(CHAT), END + 48 * HOUR)).not.toBe("too_old");
    expect(judge(span(CHAT), END + 48 * HOUR + 1)).toBe("too_old");
  });

  it("is the start for a span that ends before it", () => {
    expect(factOf(span(CHAT, { end: START - 1 }))).toMatchObject({ at: START, start: START, duration: undefined });
  });

  it("of a record is the end of its call", () => {
    const record = logRecord(DETAILS, { ...CHAT, "spanwarden.call.duration": 2 });
    expect(factOf(record)).toMatchObject({ at: END, start: END - 2_000, duration: 2 });
  });
});

describe("the identity of a call", () => {
  const identity = (record: SpanRecord | LogRecord, pending = false): string => factOf(record, END, pending).identity;
  const answered = { ...CHAT, "gen_ai.response.id": "chatcmpl-1" };

  it("is its span", () => {
    expect(identity(span(CHAT))).toBe("0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331");
    expect(identity(span(CHAT))).toBe(identity(logRecord(DETAILS, CHAT)));
    expect(identity(span(CHAT))).not.toBe(identity(span(CHAT, { spanId: "b7ad6b7169203332" })));
  });

  it("is the provider's id of the answer, whichever instrumentation saw it, within service and trace", () => {
    const seen = identity(span(answered));
    expect(identity(span(answered, { spanId: "b7ad6b7169203332" }))).toBe(seen);
    const others = [
      span(CHAT),
      span({ ...answered, "gen_ai.response.id": "chatcmpl-2" }),
      span(answered, { traceId: "1af7651916cd43dd8448eb211c80319c" }),
      span(answered, {}, { "service.name": "other" }),
    ];
    expect(others.map((other) => identity(other))).not.toContain(seen);
  });

  it("of a pending call is its own, so that the final span is still judged", () => {
    expect(identity(logRecord(PENDING, CHAT), true)).not.toBe(identity(span(CHAT)));
    expect(identity(logRecord(PENDING, answered), true)).not.toBe(identity(span(answered)));
  });

  it("of a record outside any trace is what is known of it: two calls are two, the same one twice is one", () => {
    const outside = { traceId: "", spanId: "" };
    const first = identity(logRecord(DETAILS, CHAT, outside));
    expect(identity(logRecord(DETAILS, CHAT, outside))).toBe(first);
    expect(identity(logRecord(DETAILS, CHAT, { ...outside, time: END + 1 }))).not.toBe(first);
  });

  it("takes no more room for ids of any length", () => {
    const long = { traceId: "f".repeat(1_000), spanId: "f".repeat(1_000) };
    const [one, other] = [identity(span(CHAT, long)), identity(span(CHAT, { ...long, spanId: "e" }))];
    expect([one.length <= 64, one === other]).toEqual([true, false]);
  });
});

describe("what a fact holds", () => {
  it("is the cell, by prompt, else by agent", () => {
    const resource = { "service.namespace": "shop", "deployment.environment.name": "prod" };
    const named = { ...CHAT, "gen_ai.prompt.name": "answer", "gen_ai.agent.name": "helper" };
    expect(factOf(span(named, {}, resource)).cell).toEqual({
      namespace: "shop",
      service: "support",
      environment: "prod",
      operation: "chat",
      prompt: "answer",
    });
    expect(factOf(span({ ...CHAT, "gen_ai.agent.name": "helper" })).cell.prompt).toBe("helper");
    expect(factOf(span(CHAT, {}, { "service.name": undefined })).cell).toEqual({
      namespace: "",
      service: "unknown_service",
      environment: "",
      operation: "chat",
      prompt: "-",
    });
  });

  it("is ids that are hashed: in clear they never get in", () => {
    const caller = {
      "spanwarden.caller.user": "alice@example.com",
      "spanwarden.caller.session": `hmac-sha256:${"ab".repeat(32)}`,
      "spanwarden.caller.tenant": `sha256:${"cd".repeat(31)}`,
      "spanwarden.caller.route": "/chat",
    };
    const fact = factOf(span({ ...CHAT, ...caller }));
    const short = (id: string): string => `sha256:${hash("sha256", id).slice(0, 32)}`;
    expect(fact.caller).toEqual({
      user: short("alice@example.com"),
      session: `hmac-sha256:${"ab".repeat(16)}`,
      tenant: short(`sha256:${"cd".repeat(31)}`),
      route: "/chat",
    });
    expect(JSON.stringify(fact)).not.toContain("alice");
  });

  it.each([
    ["ot=th:c", 4, true],
    ["", 1, false],
    ["vendor=1", 1, false],
  ])("is the weight that tracestate %j tells", (traceState, weight, weightKnown) => {
    expect(factOf(span(CHAT, { traceState }))).toMatchObject({ weight, weightKnown });
  });

  it("is no weight that is known, for a record", () => {
    expect(factOf(logRecord(DETAILS, CHAT))).toMatchObject({ weight: 1, weightKnown: false });
  });

  it("is nothing of what is unknown, and never 0 for it", () => {
    const { usage, cost, duration, timeToFirstChunk, failure, measurements, caller } = factOf(logRecord(DETAILS, CHAT));
    expect({ usage, cost, duration, timeToFirstChunk, failure, measurements }).toEqual({
      usage: {},
      cost: undefined,
      duration: undefined,
      timeToFirstChunk: undefined,
      failure: undefined,
      measurements: {},
    });
    expect(Object.values(caller).filter((id) => id !== undefined)).toEqual([]);
  });

  it("is at most 8 safety matches, those that wake someone first, each once", () => {
    const labels = [...Array(9).keys()].map((n) => `pii/rule${n}/record/generated`);
    const rules = [labels[0] ?? "", ...labels, "secret/key/page/generated"];
    const { safety, labels: others } = factOf(
      span({ ...CHAT, "spanwarden.safety.rules": rules, "spanwarden.signals.version": "1" }),
    );
    expect(safety).toEqual(["secret/key/page/generated", ...labels.slice(0, 7)]);
    expect(others).toEqual({});
  });

  it("is that the call is pending", () => {
    expect(factOf(logRecord(PENDING, CHAT), END, true)).toMatchObject({ pending: true });
  });
});
