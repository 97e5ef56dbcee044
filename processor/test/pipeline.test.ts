import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import { parseConfig, type ConfigInput } from "../src/config.ts";
import { Emitter } from "../src/emit/emitter.ts";
import { Metrics } from "../src/emit/metrics.ts";
import { SpanwardenError } from "../src/errors.ts";
import { Journal } from "../src/facts/journal.ts";
import type { ForwardOutcome } from "../src/otlp/outcome.ts";
import type { AttributeReader, AttributeValue, Batch, SpanRecord } from "../src/otlp/records.ts";
import type { Handlers } from "../src/otlp/handlers.ts";
import { isTrusted } from "../src/otlp/receiver-config.ts";
import { Pipeline } from "../src/pipeline.ts";
import { Store } from "../src/store/store.ts";
import { quiet } from "../src/telemetry.ts";
import { FakeClock, meterWithPoints } from "./emit/fixtures.ts";

const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) cleanUp();
});

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "spanwarden-pipeline-"));
  cleanUps.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

interface Built {
  readonly pipeline: Pipeline & Handlers;
  readonly emitter: Emitter;
  readonly store: Store;
  readonly journal: Journal | undefined;
  readonly clock: FakeClock;
  readonly forwarded: string[];
  readonly skipped: () => Promise<Readonly<Record<string, number>>>;
}

function build(input: ConfigInput = {}, outcome: ForwardOutcome = { status: "delivered" }, directory?: string): Built {
  const config = parseConfig(input);
  const { meter, points } = meterWithPoints();
  const clock = new FakeClock();
  const settings = { clock, logger: quiet, meter, random: () => 0.5, fetch: globalThis.fetch };
  const forwarded: string[] = [];
  const store = new Store(directory);
  cleanUps.push(() => store.close());
  const journal = directory === undefined ? undefined : new Journal(directory, config.facts);
  const emitter = new Emitter(config.emit, settings);
  const made = new Pipeline(config, settings, {
    journal,
    store,
    emitter,
    outbox: undefined,
    forwarder: {
      send: async ({ body }) => {
        forwarded.push(Buffer.from(body).toString());
        return outcome;
      },
    },
    metrics: (open) => new Metrics(meter, config.emit, clock, open),
  });
  const pipeline = Object.assign(made, made.handlers(config.receiver.every(isTrusted)));
  pipeline.restore();
  const skipped = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      (await points("spanwarden.processor.call.skipped")).map(({ attributes, value }) => [
        String(attributes["error.type"]),
        Number(value),
      ]),
    );
  return { pipeline, emitter, store, journal, clock, forwarded, skipped };
}

function reader(attributes: Readonly<Record<string, AttributeValue>>): AttributeReader {
  return { get: (key) => attributes[key], keys: () => Object.keys(attributes) };
}

function span(n: number, attributes: Readonly<Record<string, AttributeValue>> = {}, end = 1_000_000): SpanRecord {
  return {
    resource: { attributes: reader({ "service.name": "shop" }) },
    scope: { name: "", version: "" },
    traceId: n.toString(16).padStart(32, "0"),
    spanId: n.toString(16).padStart(16, "0"),
    parentSpanId: "",
    traceState: "",
    name: "chat",
    kind: 3,
    start: end - 1_000,
    end,
    status: { code: 0, message: "" },
    attributes: reader({ "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 10, ...attributes }),
    events: [],
  };
}

/** Encodes as the span ids with what is added to each. */
function batch(items: readonly SpanRecord[]): Batch<SpanRecord> {
  return {
    items,
    contentType: "application/json",
    encode: (additions) =>
      Buffer.from(JSON.stringify(items.map((item) => [Number(`0x${item.spanId}`), additions.get(item) ?? null]))),
  };
}

describe("a call is judged once", () => {
  it("within a batch, and however often it is sent; every time it leaves with the same additions", async () => {
    const { pipeline, forwarded, skipped } = build();
    await pipeline.traces(batch([span(1), span(1), span(2)]));
    await pipeline.traces(batch([span(1), span(1), span(2)]));
    expect(pipeline.judgement.totals).toMatchObject({ calls: 2, inputTokens: 20 });
    expect(forwarded[1]).toBe(forwarded[0]);
    expect(await skipped()).toEqual({ repeat: 4 });
  });

  it("by two instrumentations with one response id", async () => {
    const { pipeline } = build();
    const [native, ours] = [span(1, { "gen_ai.response.id": "r" }), span(2, { "gen_ai.response.id": "r" })];
    await pipeline.traces(batch([native, { ...ours, traceId: native.traceId }]));
    expect(pipeline.judgement.totals.calls).toBe(1);
  });

  it("and not again when a processor before this one has judged it", async () => {
    const { pipeline, skipped, forwarded } = build();
    await pipeline.traces(batch([span(1, { "spanwarden.processor.id": "another" })]));
    expect(pipeline.judgement.totals.calls).toBe(0);
    expect(forwarded).toEqual(["[[1,null]]"]);
    expect(await skipped()).toEqual({ judged_upstream: 1 });
  });

  it("unless that processor is not trusted", async () => {
    const { pipeline } = build({ receiver: { host: "0.0.0.0" } });
    await pipeline.traces(batch([span(1, { "spanwarden.processor.id": "another" })]));
    expect(pipeline.judgement.totals.calls).toBe(1);
  });
});

describe("what is not judged is forwarded all the same", () => {
  it("a span that is no model call", async () => {
    const { pipeline, forwarded } = build();
    const server = { ...span(1), attributes: reader({ "http.route": "/" }) };
    await pipeline.traces(batch([server]));
    expect(forwarded).toEqual(["[[1,null]]"]);
  });

  it("an agent's span that repeats the tokens of its calls", async () => {
    const { pipeline } = build();
    await pipeline.traces(batch([span(1), span(2, { "gen_ai.operation.name": "invoke_agent" })]));
    expect(pipeline.judgement.totals).toMatchObject({ calls: 1, inputTokens: 10 });
  });

  it("a span around another span of the same call, whichever comes first", async () => {
    const { pipeline, skipped } = build();
    const inner = (n: number): SpanRecord => ({ ...span(n), spanId: "beef", parentSpanId: span(n).spanId });
    await pipeline.traces(batch([span(1), inner(1)]));
    await pipeline.traces(batch([inner(2)]));
    await pipeline.traces(batch([span(2)]));
    expect(pipeline.judgement.totals.calls).toBe(2);
    expect(await skipped()).toEqual({ wraps: 2 });
  });

  it("a span whose attributes cannot be read, which takes no neighbour down", async () => {
    const { pipeline, forwarded, skipped } = build();
    const broken: AttributeReader = {
      get: () => {
        throw new SpanwardenError("OTLP_MALFORMED", "nested too deeply");
      },
      keys: () => [],
    };
    const resource = { attributes: broken };
    await pipeline.traces(batch([span(1), { ...span(2), attributes: broken }, span(3), { ...span(4), resource }]));
    expect(pipeline.judgement.totals.calls).toBe(2);
    expect(JSON.parse(forwarded[0] ?? "")).toMatchObject([
      [1, {}],
      [2, null],
      [3, {}],
      [4, {}],
    ]);
    expect(await skipped()).toEqual({ unreadable: 2 });
  });

  it("a call older than two days", async () => {
    const { pipeline, forwarded, skipped } = build();
    await pipeline.traces(batch([span(1, {}, 1_000_000 - 49 * 3_600_000)]));
    expect(pipeline.judgement.totals.calls).toBe(0);
    expect(forwarded[0]).toContain("spanwarden.processor.id");
    expect(await skipped()).toEqual({ too_old: 1 });
  });
});

describe("an acknowledgement says what became of the spans", () => {
  it.each([
    [{ status: "delivered" }, { status: "accepted" }],
    [
      { status: "partial", rejected: 1, message: "no" },
      { status: "partial", rejected: 1, message: "no" },
    ],
    [
      { status: "retryable", reason: "down", afterSeconds: 2.2 },
      { status: "retry", afterSeconds: 3, message: "down" },
    ],
    [
      { status: "permanent", httpStatus: 400, reason: "never" },
      { status: "rejected", message: "never" },
    ],
  ] as const)("next hop %j: %j", async (outcome, answer) => {
    expect(await build({}, outcome).pipeline.traces(batch([span(1)]))).toEqual(answer);
  });

  it("a journal that cannot be written refuses the batch, and the calls count when it is sent again", async () => {
    const { pipeline, journal, forwarded } = build({}, { status: "delivered" }, temporaryDirectory());
    const append = journal?.append.bind(journal);
    Object.assign(journal ?? {}, {
      append: () => {
        throw new SpanwardenError("JOURNAL_UNWRITABLE", "disk full", { retryable: true });
      },
    });
    await expect(pipeline.traces(batch([span(1)]))).rejects.toMatchObject({ retryable: true });
    expect(forwarded).toEqual([]);
    Object.assign(journal ?? {}, { append });
    expect(await pipeline.traces(batch([span(1)]))).toEqual({ status: "accepted" });
    expect(pipeline.judgement.totals.calls).toBe(1);
    journal?.close();
  });
});

describe("a clock that ran ahead", () => {
  it("and was set right leaves no gap in which calls are too late to open an incident", async () => {
    const { pipeline, clock } = build();
    clock.pass(24 * 3_600_000);
    await pipeline.traces(batch([span(1, {}, clock.now())]));
    pipeline.advance();
    clock.pass(-24 * 3_600_000);
    const failed = Array.from({ length: 60 }, (_, n) => span(n + 2, { "error.type": "server_error" }, clock.now()));
    await pipeline.traces(batch(failed));
    expect(pipeline.judgement.openIncidents()).toMatchObject([{ kind: "outage" }]);
  });
});

describe("a restart", () => {
  it.each([true, false])("loses nothing and counts nothing twice; with a checkpoint: %s", async (checkpointed) => {
    const directory = temporaryDirectory();
    const first = build({}, { status: "delivered" }, directory);
    await first.pipeline.traces(batch([span(1), span(2)]));
    if (checkpointed) first.pipeline.checkpoint();
    await first.pipeline.traces(batch([span(3)]));
    const { totals } = first.pipeline.judgement;
    first.journal?.close();
    first.store.close();
    cleanUps.pop();
    const second = build({}, { status: "delivered" }, directory);
    expect(second.pipeline.judgement.totals).toEqual(totals);
    await second.pipeline.traces(batch([span(1), span(2), span(3)]));
    expect(second.pipeline.judgement.totals).toEqual(totals);
    second.journal?.close();
  });
});

it("the emitter's own signals count where it is trusted, and not where anybody may send", async () => {
  const leak = { "spanwarden.signals.version": "1", "spanwarden.safety.rules": ["pii/payment_card/page/generated"] };
  const trusted = build();
  await trusted.pipeline.traces(batch([span(1, leak)]));
  expect(trusted.pipeline.judgement.openIncidents()).toMatchObject([{ kind: "safety_violation", severity: 0 }]);
  const open = build({ receiver: { host: "0.0.0.0" } });
  await open.pipeline.traces(batch([span(1, leak)]));
  expect(open.pipeline.judgement.openIncidents()).toEqual([]);
  const named = build({ receiver: { host: "0.0.0.0" }, trust_signals: ["shop"] });
  await named.pipeline.traces(batch([span(1, leak)]));
  expect(named.pipeline.judgement.openIncidents()).toHaveLength(1);
});
