import { SpanStatusCode } from "@opentelemetry/api";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { Seam } from "../../src/fetch/instrument-fetch.ts";
import { answering, ask, COMPLETION, jsonAnswer, post } from "../ask.ts";
import { FakeProvider } from "../fake-provider.ts";
import { FakeScheduler } from "../fake-scheduler.ts";
import { Telemetry } from "../telemetry.ts";

const telemetry = new Telemetry();
const provider = new FakeProvider();
let url = "";

beforeAll(async () => {
  process.env["ANTHROPIC_OPEN_TELEMETRY"] = "false";
  telemetry.start();
  url = await provider.start();
});
afterAll(async () => {
  await provider.stop();
  await telemetry.stop();
});
beforeEach(() => telemetry.clear());

const messages = [
  { role: "system", content: "You know the town Lummerland." },
  { role: "user", content: "Who lives at 12 Herrenweg?" },
] as const;

function openaiOf(seam: Seam): OpenAI {
  return new OpenAI({ apiKey: "none", baseURL: `${url}/v1`, fetch: seam.instrument(globalThis.fetch) });
}

const limited = (): Response => jsonAnswer({}, { status: 429, headers: { "retry-after": "20" } });
const attempt = (count: number): RequestInit => ({ headers: { "x-stainless-retry-count": String(count) } });

describe("attempts", () => {
  it("that a retry mended are events of a call that succeeded", async () => {
    const seam = new Seam();
    await openaiOf(seam).chat.completions.create({ model: "limited-once", messages: [...messages] });
    seam.flush();
    const { attributes, events, status } = telemetry.span;
    expect(status.code).toBe(SpanStatusCode.UNSET);
    expect(attributes["error.type"]).toBeUndefined();
    expect(attributes["http.request.resend_count"]).toBe(1);
    expect(events).toMatchObject([
      {
        name: "spanwarden.attempt",
        attributes: {
          "error.type": "429",
          "http.response.status_code": 429,
          "spanwarden.failure.class": "rate_limited",
          "spanwarden.attempt.retry_after": 0.001,
        },
      },
    ]);
  });

  it("that all failed are one call that failed, told without waiting", async () => {
    const seam = new Seam(new FakeScheduler());
    await openaiOf(seam)
      .chat.completions.create({ model: "down", messages: [...messages] })
      .catch(() => undefined);
    expect(telemetry.endCounts).toEqual([0]);
    seam.flush();
    const { attributes, events, status } = telemetry.span;
    expect(status.code).toBe(SpanStatusCode.ERROR);
    expect(attributes).toMatchObject({
      "error.type": "server_error",
      "http.request.resend_count": 2,
      "http.response.status_code": 500,
      "spanwarden.content.state": "absent",
      "spanwarden.failure.class": "server_error",
    });
    expect(events.map(({ name }) => name)).toEqual(Array.from({ length: 3 }, () => "spanwarden.attempt"));
  });

  it("are waited for as long as the provider asks, and the call ends when the last of them did", async () => {
    const scheduler = new FakeScheduler();
    const seam = new Seam(scheduler);
    await post(seam, answering(limited), {}, attempt(0));
    scheduler.advance(21_000);
    expect(telemetry.endCounts).toEqual([0]);
    scheduler.advance(2_000);
    expect(telemetry.endCounts).toEqual([1]);
    expect(telemetry.span.duration).toEqual([0, 0]);
  });

  it("of clients that do not count them are calls of their own", async () => {
    const seam = new Seam(new FakeScheduler());
    await post(seam, answering(limited), {}, {});
    await ask(
      seam,
      answering(() => jsonAnswer(COMPLETION)),
    );
    seam.flush();
    expect(telemetry.spans.map(({ status }) => status.code)).toEqual([SpanStatusCode.ERROR, SpanStatusCode.UNSET]);
  });

  it("of calls that are alike each find their own call", async () => {
    const seam = new Seam(new FakeScheduler());
    await Promise.all([post(seam, answering(limited), {}, attempt(0)), post(seam, answering(limited), {}, attempt(0))]);
    await ask(
      seam,
      answering(() => jsonAnswer(COMPLETION)),
      {},
      attempt(1),
    );
    await ask(
      seam,
      answering(() => jsonAnswer(COMPLETION)),
      {},
      attempt(1),
    );
    seam.flush();
    expect(telemetry.spans.map(({ attributes }) => attributes["http.request.resend_count"])).toEqual([1, 1]);
  });
});

describe("a call that is not sampled", () => {
  it("emits one record with all facts, on its trace, without content", async () => {
    telemetry.sampled = false;
    const seam = new Seam();
    seam.configure({ captureContent: true });
    await ask(
      seam,
      answering(() => jsonAnswer(COMPLETION)),
    );
    seam.flush();
    expect(telemetry.started).toEqual([]);
    expect(telemetry.records).toHaveLength(1);
    const [record] = telemetry.records;
    expect(record).toMatchObject({
      eventName: "gen_ai.client.inference.operation.details",
      spanContext: {
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
      attributes: {
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.input_tokens": 21,
        "spanwarden.call.duration": expect.any(Number),
        "spanwarden.output.length": 10,
      },
    });
    expect(JSON.stringify(record?.attributes)).not.toContain("Köln");
  });

  it("emits nothing where that is switched off", async () => {
    telemetry.sampled = false;
    const seam = new Seam();
    seam.configure({ unsampledCalls: "none" });
    await ask(
      seam,
      answering(() => jsonAnswer(COMPLETION)),
    );
    seam.flush();
    expect(telemetry.records).toEqual([]);
  });
});

describe("a call without a first byte", () => {
  it("emits one pending record after 30 s, and its span when it ends", async () => {
    const scheduler = new FakeScheduler();
    const seam = new Seam(scheduler);
    const { promise, resolve } = Promise.withResolvers<Response>();
    const asked = ask(seam, () => promise);
    scheduler.advance(29_000);
    expect(telemetry.records).toEqual([]);
    scheduler.advance(60_000);
    expect(telemetry.records).toMatchObject([
      {
        eventName: "spanwarden.call.pending",
        attributes: {
          "gen_ai.provider.name": "openai",
          "gen_ai.request.model": "gpt-4o",
          "spanwarden.call.duration": 30,
        },
      },
    ]);
    resolve(jsonAnswer(COMPLETION));
    await asked;
    seam.flush();
    expect(telemetry.records).toHaveLength(1);
    expect(telemetry.span.duration).toEqual([89, 0]);
  });

  it("is told of once, though it is tried again and hangs again", async () => {
    const scheduler = new FakeScheduler();
    const seam = new Seam(scheduler);
    const first = Promise.withResolvers<Response>();
    const asked = post(seam, () => first.promise, {}, attempt(0));
    scheduler.advance(60_000);
    first.resolve(limited());
    await asked;
    void post(seam, () => new Promise(() => undefined), {}, attempt(1));
    scheduler.advance(600_000);
    expect(telemetry.records).toHaveLength(1);
  });
});
