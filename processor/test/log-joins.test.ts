import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it, vi } from "vitest";

import type { ConfigInput } from "../src/config.ts";
import { Journal } from "../src/facts/journal.ts";
import type { AttributeValue, LogRecord } from "../src/otlp/records.ts";
import { attributes, END, logRecord } from "./attributes.ts";
import { build, span, temporaryDirectory, type Running } from "./running-pipeline.ts";

/** A test card number, which pages in an answer. */
const CARD = "Your card is 4929 1234 5678 9015, visa.";
const MINUTE = 60_000;

const details = (answer: string, overrides: Partial<LogRecord> = {}): LogRecord => {
  const output = [{ role: "assistant", parts: [{ type: "text", content: answer }] }];
  const values = { "gen_ai.operation.name": "chat", "gen_ai.output.messages": output };
  return logRecord("gen_ai.client.inference.operation.details", values, { flags: 1, ...overrides });
};

const message = (name: string, body: AttributeValue, overrides: Partial<LogRecord> = {}): LogRecord =>
  logRecord(`gen_ai.${name}`, {}, { body, flags: 1, ...overrides });

const question = message("user.message", { content: "which card?" });
const choice = message("choice", { message: { role: "assistant", content: CARD }, finish_reason: "stop" });

const score = (n: number, values: Readonly<Record<string, AttributeValue>>, overrides: Partial<LogRecord> = {}) =>
  logRecord(
    "gen_ai.evaluation.result",
    { "gen_ai.evaluation.name": "helpful", ...values },
    { time: END + n, ...overrides },
  );

describe("content in log records", () => {
  it.each<[string, readonly LogRecord[]]>([
    ["details", [details(CARD)]],
    ["messages", [question, choice]],
  ])("%s before the span: the span leaves with what was found, and the call counts once", async (_, records) => {
    const { pipeline, spans, logs, additions } = build();
    await logs(...records);
    expect(pipeline.judgement.totals.calls).toBe(0);
    await spans(span());
    expect(pipeline.judgement.totals).toMatchObject({ calls: 1, inputTokens: 10 });
    expect(pipeline.judgement.openIncidents()).toMatchObject([{ kind: "safety_violation", severity: 0 }]);
    expect(additions.at(-1)).toMatchObject({
      "spanwarden.safety.rules": [expect.stringContaining("payment_card")],
      "spanwarden.output.length": CARD.length,
    });
    expect(additions.slice(0, -1).every((added) => added === undefined)).toBe(true);
  });

  it.each<[string, readonly LogRecord[]]>([
    ["details", [details(CARD)]],
    ["messages", [question, choice]],
  ])("%s after the span: safety pages, and nothing counts again", async (_, records) => {
    const { pipeline, spans, logs, events } = build({ emit: { evaluations: "all" } });
    await spans(span());
    expect(pipeline.judgement.openIncidents()).toEqual([]);
    events();
    await logs(...records);
    expect(pipeline.judgement.totals).toMatchObject({ calls: 1, inputTokens: 10 });
    expect(pipeline.judgement.openIncidents()).toMatchObject([
      { kind: "safety_violation", cell: { service: "support" } },
    ]);
    const told = events();
    expect(told.map(({ eventName }) => eventName)).toContain("spanwarden.safety.finding");
    expect(JSON.stringify(told)).not.toContain("4929");
  });

  it("messages of one call may come in several batches, and be sent again", async () => {
    const { pipeline, spans, logs, counted } = build();
    await logs(question);
    await logs(question);
    await logs(choice);
    await logs(question, choice);
    await spans(span());
    expect(pipeline.judgement.openIncidents()).toHaveLength(1);
    expect(await counted("spanwarden.processor.amendment.taken")).toEqual({ content: 1 });
  });

  it("whose content was left out says nothing of the answer", async () => {
    const { spans, logs, additions, counted } = build();
    await logs(message("user.message", {}), message("choice", { index: 0, message: { role: "assistant" } }));
    await spans(span());
    expect(additions.at(-1)).not.toHaveProperty("spanwarden.output.length");
    expect(await counted("spanwarden.processor.amendment.skipped")).toEqual({ no_content: 2 });
  });

  it("is not read where the span bears its own", async () => {
    const { pipeline, spans, logs, counted } = build();
    const own = [{ role: "assistant", parts: [{ type: "text", content: "fine" }] }];
    await spans(span({}, { "gen_ai.output.messages": own }));
    await logs(details(CARD));
    expect(pipeline.judgement.openIncidents()).toEqual([]);
    expect(await counted("spanwarden.processor.amendment.skipped")).toEqual({ redundant: 1 });
  });

  it("of a record that the journal refused is read when it is sent again", async () => {
    const directory = temporaryDirectory();
    const { pipeline, spans, logs, end } = build({}, directory);
    await spans(span());
    const full = vi.spyOn(Journal.prototype, "append").mockImplementationOnce(() => {
      throw new Error("disk full");
    });
    await expect(logs(question, choice)).rejects.toThrow("disk full");
    full.mockRestore();
    await logs(question, choice);
    expect(pipeline.judgement.openIncidents()).toHaveLength(1);
    end();
  });

  it.each([false, true])("survives a killed process, in either order; with a checkpoint: %s", async (checkpointed) => {
    for (const first of ["record", "span"]) {
      const directory = temporaryDirectory();
      const before = build({}, directory);
      await (first === "span" ? before.spans(span()) : before.logs(question, choice));
      if (checkpointed) before.pipeline.checkpoint();
      before.end();
      const after = build({}, directory);
      await (first === "span" ? after.logs(question, choice) : after.spans(span()));
      expect(after.pipeline.judgement.openIncidents()).toMatchObject([{ kind: "safety_violation" }]);
      expect(after.pipeline.judgement.totals.calls).toBe(1);
      await after.logs(question, choice);
      await after.spans(span());
      expect(after.pipeline.judgement.totals.calls).toBe(1);
      after.end();
      const again = build({}, directory);
      expect(again.pipeline.judgement.openIncidents()).toHaveLength(1);
      again.end();
    }
  });

  it("is never on disk", async () => {
    const directory = temporaryDirectory();
    const { pipeline, logs, spans, end } = build({}, directory);
    await logs(question, choice, details(CARD, { spanId: "1111111111111111" }));
    await spans(span());
    pipeline.checkpoint();
    end();
    const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const all = files.map((file) => readFileSync(join(file.parentPath, file.name)).toString("latin1")).join("");
    expect(all).not.toContain("which card?");
    expect(all).not.toContain("4929");
  });
});

describe("scores", () => {
  const config: ConfigInput = { evaluations: { helpful: { min: 1, max: 5 } } };
  const place = (n: number) => ({
    traceId: n.toString(16).padStart(32, "0"),
    spanId: (n + 1).toString(16).padStart(16, "0"),
  });

  /** Judged calls of the cell `prompt`; each scored. */
  async function judged(built: Running, from: number, count: number, value: number, who = {}) {
    for (let n = from; n < from + count; n++) {
      built.clock.pass(1_000);
      const at = { ...place(n), start: END + n * 1_000, end: END + n * 1_000 };
      await built.spans(span(at, { "gen_ai.prompt.name": "answer" }));
      await built.logs(score(n, { "gen_ai.evaluation.score.value": value + (n % 2) * 0.2, ...who }, place(n)));
    }
  }

  it("that drop open an incident in the cell of the calls, named by their evaluation, with the onset of the calls", async () => {
    const built = build(config);
    await judged(built, 0, 200, 4.5);
    expect(built.pipeline.judgement.openIncidents()).toEqual([]);
    await judged(built, 200, 60, 2);
    expect(built.pipeline.judgement.openIncidents()).toMatchObject([
      {
        kind: "quality_degradation",
        cell: { service: "support", prompt: "answer" },
        rules: ["evaluation_drop"],
        reason: expect.stringMatching(/^evaluation helpful: .*below the usual/) as string,
      },
    ]);
    const [incident] = built.pipeline.judgement.openIncidents();
    expect(Math.abs((incident?.onset.time ?? 0) - (END + 200_000))).toBeLessThanOrEqual(2_000);
    expect(built.pipeline.judgement.totals.calls).toBe(260);
  });

  it("of a new version of the judge learn beside the old, and open nothing until they have", async () => {
    const built = build(config);
    await judged(built, 0, 200, 4.5, { "spanwarden.evaluator.version": "1" });
    await judged(built, 200, 99, 2, { "spanwarden.evaluator.version": "2" });
    expect(built.pipeline.judgement.openIncidents()).toEqual([]);
  });

  it("count once however often they are sent", async () => {
    const built = build(config);
    const one = score(0, { "gen_ai.evaluation.score.value": 4 });
    await built.spans(span());
    await built.logs(one, one);
    await built.logs(one);
    expect(await built.counted("spanwarden.processor.amendment.taken")).toEqual({ score: 1 });
    expect(await built.counted("spanwarden.processor.amendment.skipped")).toEqual({ repeat: 2 });
  });

  it.each<[string, Readonly<Record<string, AttributeValue>>, ConfigInput, string]>([
    ["our own", { "gen_ai.evaluation.score.label": "fail", "spanwarden.evaluator.id": "spanwarden" }, {}, "own"],
    ["of no known scale", { "gen_ai.evaluation.score.value": 4 }, {}, "not_configured"],
    ["beyond their scale", { "gen_ai.evaluation.score.value": 6 }, config, "not_configured"],
    ["of anybody", { "gen_ai.evaluation.score.label": "fail" }, { receiver: { host: "0.0.0.0" } }, "untrusted"],
  ])("%s are not judged", async (_, values, input, reason) => {
    const built = build(input);
    await built.logs(score(0, values));
    expect(await built.counted("spanwarden.processor.amendment.skipped")).toEqual({ [reason]: 1 });
    expect(await built.counted("spanwarden.processor.amendment.taken")).toEqual({});
  });

  it("whose calls never come are judged as a whole", async () => {
    const built = build();
    for (let n = 0; n < 300; n++) {
      const label = n < 200 ? "pass" : "fail";
      await built.logs(score(n, { "gen_ai.evaluation.score.label": label }, place(n)));
    }
    built.clock.pass(15 * MINUTE + 1_000);
    built.pipeline.advance();
    expect(built.pipeline.judgement.openIncidents()).toMatchObject([
      { kind: "quality_degradation", cell: { service: "support", operation: "helpful", prompt: "-" } },
    ]);
  });

  it("of calls that a processor before this one judged are its business", async () => {
    const built = build();
    await built.spans(span({}, { "spanwarden.processor.id": "another" }));
    await built.logs(score(0, { "gen_ai.evaluation.score.label": "fail" }));
    expect(await built.counted("spanwarden.processor.amendment.skipped")).toEqual({ judged_upstream: 1 });
  });

  it("learned before a restart are still known after it", async () => {
    const directory = temporaryDirectory();
    const before = build(config, directory);
    await judged(before, 0, 200, 4.5);
    before.pipeline.checkpoint();
    before.end();
    const after = build(config, directory);
    await judged(after, 200, 60, 2);
    expect(after.pipeline.judgement.openIncidents()).toMatchObject([{ rules: ["evaluation_drop"] }]);
    after.end();
  });
});

it("a record that is about no call is left alone", async () => {
  const { logs, additions, counted } = build();
  await logs(logRecord("app.started", {}), { ...logRecord("", {}), attributes: attributes({}) });
  expect(additions).toEqual([undefined, undefined]);
  expect(await counted("spanwarden.processor.amendment.skipped")).toEqual({});
});
