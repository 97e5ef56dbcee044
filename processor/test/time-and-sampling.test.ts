import { describe, expect, it } from "vitest";

import type { ConfigInput } from "../src/config.ts";
import type { LogRecord, SpanRecord } from "../src/otlp/records.ts";
import { attributes, END, logRecord, span as spanOf } from "./attributes.ts";
import { build, span, temporaryDirectory, type Running } from "./running-pipeline.ts";

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const LEAK = {
  "gen_ai.output.messages": [{ role: "assistant", parts: [{ type: "text", content: "card 4929123456789015" }] }],
};

/** The `n`th call, which ends at `end`. */
const call = (n: number, end: number, values = {}, overrides: Partial<SpanRecord> = {}): SpanRecord =>
  span({ spanId: (n + 1).toString(16).padStart(16, "0"), start: end - 500, end, ...overrides }, values);

const failing = { "error.type": "503" };
const kinds = ({ pipeline }: Running): unknown[] => pipeline.judgement.openIncidents().map(({ rules }) => rules[0]);

describe("a late call", () => {
  const late = END - 10 * MINUTE;

  it("counts in totals, and opens nothing however many of them fail", async () => {
    const built = build();
    await built.spans(...Array.from({ length: 50 }, (_, n) => call(n, late, failing)));
    expect(built.pipeline.judgement.totals.calls).toBe(50);
    expect(kinds(built)).toEqual([]);
    await built.spans(...Array.from({ length: 50 }, (_, n) => call(100 + n, END, failing)));
    expect(kinds(built)).toEqual(["error_share"]);
  });

  it("pages when its answer leaks, and says that it was late", async () => {
    const built = build();
    await built.spans(call(0, late, LEAK));
    expect(built.pipeline.judgement.openIncidents()).toMatchObject([
      { kind: "safety_violation", reason: expect.stringContaining("late") as string },
    ]);
  });

  it("is counted, and one older than two days is only forwarded", async () => {
    const built = build();
    await built.spans(call(0, late), call(1, END - 49 * HOUR), call(2, END));
    expect(built.pipeline.judgement.totals.calls).toBe(2);
    expect(await built.counted("spanwarden.processor.call.late")).toEqual({ undefined: 1 });
    expect(await built.counted("spanwarden.processor.call.skipped")).toEqual({ too_old: 1 });
  });

  it("comes as late as the configuration allows", async () => {
    const built = build({ facts: { allowed_lateness: "15m" } });
    await built.spans(...Array.from({ length: 50 }, (_, n) => call(n, late, failing)));
    expect(kinds(built)).toEqual(["error_share"]);
  });

  it("that is far larger than usual is told, and opens nothing", async () => {
    const built = build({ detection: { baseline: { min_calls: 100 } } });
    for (let n = 0; n < 200; n++) await built.spans(call(n, END + n));
    built.events();
    await built.spans(call(500, late, { "gen_ai.usage.input_tokens": 5_000 }));
    expect(built.events().map(({ attributes: own }) => own["spanwarden.anomaly.rule.name"])).toEqual(["token_spike"]);
    expect(kinds(built)).toEqual([]);
  });
});

describe("a clock that is ahead", () => {
  it("is set back to the arrival and counted from five seconds on", async () => {
    const built = build();
    await built.spans(call(0, END + SECOND + 5_000), call(1, END + SECOND + 5_001), call(2, END + 400 * 24 * HOUR));
    expect(await built.counted("spanwarden.processor.call.ahead")).toEqual({ undefined: 2 });
    // A watermark by the largest time seen would make every other call late now.
    await built.spans(...Array.from({ length: 50 }, (_, n) => call(10 + n, END, failing)));
    expect(kinds(built)).toEqual(["error_share"]);
  });

  it("shows in the offset of its service, by the instance that is furthest off, for five minutes", async () => {
    const built = build();
    const of = (instance: string, end: number): SpanRecord =>
      spanOf(
        { "gen_ai.operation.name": "chat" },
        { spanId: instance.repeat(16), end, start: end },
        {
          "service.instance.id": instance,
        },
      );
    await built.spans(of("a", END + SECOND - 20), of("b", END + SECOND + 90_000));
    expect(await built.counted("spanwarden.processor.emitter.clock.offset")).toEqual({ support: -90 });
    built.clock.pass(5 * MINUTE);
    await built.spans(of("c", END + 5 * MINUTE));
    expect(await built.counted("spanwarden.processor.emitter.clock.offset")).toEqual({ support: 1 });
  });
});

describe("sampling", () => {
  const half = { traceState: "ot=th:8" };

  it.each<[ConfigInput["input"], Partial<SpanRecord>, number, number]>([
    [undefined, half, 2, 0],
    [undefined, {}, 1, 1],
    [{ default: "head_sampled" }, half, 2, 0],
    [{ default: "head_sampled" }, {}, 1, 1],
    [{ default: "complete" }, half, 1, 0],
    [{ default: "complete" }, {}, 1, 0],
    [{ default: "complete", services: { support: "head_sampled" } }, half, 2, 0],
  ])("input %j, span %j: stands for %i, unknown of %i", async (input, overrides, calls, unweightedCalls) => {
    const built = build({ input });
    await built.spans(span(overrides));
    expect(built.pipeline.judgement.totals).toMatchObject({ calls, inputTokens: 10 * calls, unweightedCalls });
  });

  it("calls of our instrumentation are not weighted where it sends a record of the unsampled ones too", async () => {
    const built = build();
    const ours = { "spanwarden.signals.version": "1" };
    await built.spans(span(half, ours));
    const values = { "gen_ai.operation.name": "chat", "spanwarden.call.duration": 1, ...ours };
    await built.logs(logRecord("gen_ai.client.inference.operation.details", values, { spanId: "00000000000000ff" }));
    expect(built.pipeline.judgement.totals.calls).toBe(2);
  });

  it("by how calls went leaves only rules of single calls", async () => {
    const built = build({ input: { default: "tail_sampled" } });
    await built.spans(...Array.from({ length: 200 }, (_, n) => call(n, END + n, failing)));
    expect(kinds(built)).toEqual([]);
    await built.spans(call(999, END, LEAK));
    expect(kinds(built)).toEqual(["safety_page"]);
    expect(built.pipeline.judgement.totals.calls).toBe(201);
  });

  it("by how calls went leaves scores unjudged as well", async () => {
    const built = build({ input: { default: "tail_sampled" } });
    for (let n = 0; n < 300; n++) {
      const place = call(n, END + n);
      await built.spans(place);
      const values = { "gen_ai.evaluation.name": "x", "gen_ai.evaluation.score.label": n < 200 ? "pass" : "fail" };
      const { traceId, spanId } = place;
      await built.logs(logRecord("gen_ai.evaluation.result", values, { traceId, spanId, time: END + n }));
    }
    expect(kinds(built)).toEqual([]);
  });
});

describe("silence", () => {
  const config: ConfigInput = { detection: { rules: { silence: { window: "1m", history: "5m" } } } };

  /** A minute a call a second, ten times; then nothing. */
  async function busy(built: Running): Promise<void> {
    for (let n = 0; n < 600; n++) {
      built.clock.pass(SECOND);
      await built.spans(call(n, built.clock.now()));
      built.pipeline.advance();
    }
  }

  async function quietFor(built: Running, seconds: number, each: (n: number) => unknown): Promise<void> {
    for (let n = 0; n < seconds; n++) {
      built.clock.pass(SECOND);
      await each(n);
      built.pipeline.advance();
    }
  }

  it("opens an incident", async () => {
    const built = build(config);
    await busy(built);
    await quietFor(built, 90, () => undefined);
    expect(kinds(built)).toEqual(["silence"]);
  });

  it.each<[string, (built: Running, n: number) => unknown]>([
    ["our receiver refuses", ({ refused }, n) => (n === 30 ? refused() : undefined)],
    ["we were held up ourselves", ({ clock }, n) => (n === 40 ? clock.pass(20 * SECOND) : undefined)],
    ["late calls come", (built, n) => (n === 50 ? built.spans(call(5_000, END - 5 * MINUTE)) : undefined)],
  ])("is not judged within the window in which %s", async (_, happens) => {
    const built = build(config);
    await busy(built);
    await quietFor(built, 80, (n) => happens(built, n));
    expect(kinds(built)).toEqual([]);
  });
});

describe("a call that is told twice counts once", () => {
  const once = { calls: 1, inputTokens: 10 };
  const values = {
    "gen_ai.operation.name": "chat",
    "gen_ai.usage.input_tokens": 10,
    "spanwarden.signals.version": "1",
  };
  const record = (more = {}, overrides: Partial<LogRecord> = {}): LogRecord =>
    logRecord("gen_ai.client.inference.operation.details", { ...values, ...more }, overrides);

  it.each<[string, object]>([
    ["with a response id", { "gen_ai.response.id": "r" }],
    ["without one", {}],
  ])("as a span and as the record of an unsampled call, %s, in either order", async (_, id) => {
    for (const first of ["span", "record"]) {
      const built = build();
      if (first === "record") await built.logs(record(id));
      await built.spans(span({}, id));
      await built.logs(record(id));
      expect(built.pipeline.judgement.totals).toMatchObject(once);
    }
  });

  it("by the client's own telemetry and by an instrumentation, which share the response id", async () => {
    const built = build();
    const id = { "gen_ai.response.id": "r" };
    await built.spans(span({}, id), span({ spanId: "00000000000000aa" }, id));
    expect(built.pipeline.judgement.totals).toMatchObject(once);
  });

  it("after a restart, by whatever it was told first", async () => {
    const directory = temporaryDirectory();
    const before = build({}, directory);
    await before.spans(span({}, { "gen_ai.response.id": "r" }));
    before.pipeline.checkpoint();
    before.end();
    const after = build({}, directory);
    await after.logs(record({ "gen_ai.response.id": "r" }));
    expect(after.pipeline.judgement.totals).toMatchObject(once);
    after.end();
  });

  it("the same response id in another service or trace is another call", async () => {
    const built = build();
    const id = { "gen_ai.response.id": "r" };
    const other = { attributes: attributes({ "service.name": "other" }) };
    await built.spans(span({}, id), span({ resource: other }, id), span({ traceId: "a".repeat(32) }, id));
    expect(built.pipeline.judgement.totals.calls).toBe(3);
  });
});

describe("a pending call", () => {
  const pending = (n: number): LogRecord =>
    logRecord("spanwarden.call.pending", { "gen_ai.operation.name": "chat" }, { spanId: call(n, END).spanId });
  const answered = (n: number): SpanRecord => call(n, END, { "gen_ai.response.id": `r${n}` });

  it("that ends well is no failure: many of them are an outage only as long as they wait", async () => {
    const built = build();
    for (let n = 0; n < 18; n++) {
      await built.logs(pending(n));
      await built.spans(answered(n));
    }
    await built.spans(call(100, END, failing), call(101, END, failing));
    expect(built.pipeline.judgement.totals.calls).toBe(20);
    expect(kinds(built)).toEqual([]);
    for (let n = 200; n < 230; n++) await built.logs(pending(n));
    expect(kinds(built)).toEqual(["error_share"]);
  });

  it("that is told after its end was known says nothing", async () => {
    const built = build();
    const many = Array.from({ length: 60 }, (_, n) => n);
    await built.spans(...many.map(answered));
    await built.logs(...many.map(pending));
    expect(kinds(built)).toEqual([]);
  });
});
