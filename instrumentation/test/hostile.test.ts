import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { TracerProvider, type SpanProcessor } from "@opentelemetry/sdk-trace";
import { afterEach, describe, expect, it } from "vitest";

import { codecs } from "../src/codecs/index.ts";
import { Seam } from "../src/fetch/instrument-fetch.ts";
import { systemScheduler } from "../src/fetch/scheduler.ts";
import { answering, ask, COMPLETION, jsonAnswer } from "./ask.ts";
import { Telemetry } from "./telemetry.ts";

const MEGABYTE = 1_024 * 1_024;
const stream = { "content-type": "text/event-stream" };
const chunk = (content: string): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;

/** 100,000 levels, which no recursive reader survives. */
const DEEP = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;

const LONG = "x".repeat(MEGABYTE);
const NAMES = { id: LONG, model: LONG, system_fingerprint: LONG, service_tier: LONG };

describe("an answer that nobody expected", () => {
  const completion = (message: object): string => JSON.stringify({ ...COMPLETION, choices: [{ index: 0, message }] });
  const call = (args: string): object => ({ tool_calls: [{ id: "c", function: { name: "f", arguments: args } }] });

  it.each<[string, () => Response]>([
    ["10 MB of JSON", () => jsonAnswer({ ...COMPLETION, padding: "x".repeat(10 * MEGABYTE) })],
    ["10 MB of text in the answer", () => new Response(completion({ content: "word ".repeat(2 * MEGABYTE) }))],
    [
      "10 MB of one event",
      () => new Response(`data: ${"x".repeat(10 * MEGABYTE)}\n\ndata: [DONE]\n\n`, { headers: stream }),
    ],
    ["10 MB of events", () => new Response(chunk("x".repeat(1_000)).repeat(10_000), { headers: stream })],
    ["1 MB of empty lines", () => new Response("\n".repeat(MEGABYTE), { headers: stream })],
    ["deep JSON", () => new Response(DEEP)],
    ["deep JSON where objects are expected", () => new Response(`{"choices":${DEEP},"usage":${DEEP},"error":${DEEP}}`)],
    ["a deep answer", () => new Response(completion({ content: DEEP }))],
    ["deep arguments of a tool call", () => new Response(completion(call(DEEP)))],
    ["numbers beyond all bounds", () => new Response(`{"choices":[{"index":1e999}],"usage":{"prompt_tokens":-1e400}}`)],
    [
      "keys of the prototype",
      () => new Response(`{"__proto__":{"choices":1},"constructor":2,"choices":[{"__proto__":null}]}`),
    ],
    ["half a character", () => new Response(Uint8Array.of(0xff, 0xf0, 0x9f, 0x9a))],
    ["half an event", () => new Response('data: {"choices":[{"delta":{"cont', { headers: stream })],
    ["no stream at all", () => new Response("<html>502</html>", { headers: stream })],
    [
      "a stream of answers without end",
      () => new Response(`${chunk("a")}data: [DONE]\n\n`.repeat(5_000), { headers: stream }),
    ],
    [
      "10,000 choices",
      () => new Response(JSON.stringify({ choices: Array.from({ length: 10_000 }, () => ({ message: {} })) })),
    ],
    [
      "names without end",
      () => new Response(JSON.stringify({ ...COMPLETION, ...NAMES, choices: [{ finish_reason: LONG }] })),
    ],
    ["nothing", () => new Response("")],
    ["nothing, not even a body", () => new Response(null, { status: 204 })],
    ["an error of 10 MB", () => new Response("x".repeat(10 * MEGABYTE), { status: 500 })],
    ["a deep error", () => new Response(`{"error":{"message":${DEEP},"innererror":${DEEP}}}`, { status: 400 })],
  ])("%s is what the app gets, and one span ends: %#", async (_, make) => {
    const telemetry = new Telemetry().start();
    try {
      const seam = new Seam();
      const fetch = seam.instrument(async () => make());
      const body = JSON.stringify({ model: "m", messages: [] });
      const asked = async (): Promise<Response> =>
        await fetch("https://llm.example/v1/chat/completions", { method: "POST", body });
      const plain = await make().text();
      expect((await (await asked()).text()) === plain).toBe(true);
      const streamed = new Response((await asked()).body);
      expect((await streamed.text()) === plain).toBe(true);
      seam.flush();
      expect(telemetry.endCounts).toEqual([1, 1]);
      for (const { attributes } of telemetry.spans) {
        expect(attributes["spanwarden.response.end_reason"]).toBeDefined();
        expect(JSON.stringify(attributes).length).toBeLessThan(20_000);
      }
    } finally {
      await telemetry.stop();
    }
  });
});

describe("a request that nobody expected", () => {
  const told = { "gen_ai.operation.name": "chat", "spanwarden.content.state": "complete" };
  it.each<[string, string]>([
    ["deep messages", `{"model":"m","messages":${DEEP}}`],
    ["a deep tool", `{"model":"m","messages":[],"tools":[{"function":{"name":"f","parameters":${DEEP}}}]}`],
    [
      "a deep format",
      `{"model":"m","messages":[],"response_format":{"type":"json_schema","json_schema":{"schema":${DEEP}}}}`,
    ],
    ["10 MB", JSON.stringify({ model: "m", messages: [{ role: "user", content: "word ".repeat(2 * MEGABYTE) }] })],
    [
      "10,000 messages",
      JSON.stringify({ model: "m", messages: Array.from({ length: 10_000 }, () => ({ content: "a" })) }),
    ],
    ["a broken character", JSON.stringify({ model: "m", messages: [{ role: "user", content: "\u{D800}" }] })],
  ])("%s is sent as it is, and told", async (_, body) => {
    const telemetry = new Telemetry().start();
    try {
      const seam = new Seam();
      let sent: unknown;
      const fetch = seam.instrument(async (_input, init) => {
        sent = init?.body;
        return jsonAnswer(COMPLETION);
      });
      const answer = await fetch("https://llm.example/v1/chat/completions", { method: "POST", body });
      expect(await answer.json()).toEqual(COMPLETION);
      seam.flush();
      expect(sent === body).toBe(true);
      expect(telemetry.endCounts).toEqual([1]);
      expect(telemetry.spans[0]?.attributes).toMatchObject(told);
    } finally {
      await telemetry.stop();
    }
  });
});

describe("an error of our own, or of the SDK", () => {
  const broken = (): never => {
    throw new Error("not the app's");
  };
  const fine: SpanProcessor = {
    onStart: () => undefined,
    onEnd: () => undefined,
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  };
  const restore: (() => void)[] = [];
  afterEach(() => {
    for (const undo of restore.splice(0)) undo();
    trace.disable();
    context.disable();
  });

  function register(processor: SpanProcessor): void {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [processor] }));
  }

  const chat: object = codecs.find(({ name }) => name === "openai-chat") ?? {};
  function replace(target: object, name: string, by: unknown): void {
    const original: unknown = Reflect.get(target, name);
    expect(original).toBeDefined();
    restore.push(() => Reflect.set(target, name, original));
    Reflect.set(target, name, by);
  }

  const brokenScheduler = { ...systemScheduler, now: broken };

  it.each<[string, () => Seam]>([
    ["a processor that throws at the start", () => (register({ ...fine, onStart: broken }), new Seam())],
    ["a processor that throws at the end", () => (register({ ...fine, onEnd: broken }), new Seam())],
    ["a provider that throws", () => (trace.setGlobalTracerProvider({ getTracer: broken }), new Seam())],
    ["a clock that throws", () => (register(fine), new Seam(brokenScheduler))],
    ["a scheduler that throws", () => (register(fine), new Seam({ ...systemScheduler, after: broken, soon: broken }))],
    ...(["matches", "readRequest", "readResponse", "readFailure", "readStream"] as const).map(
      (name): [string, () => Seam] => [
        `a codec whose ${name} throws`,
        () => {
          register(fine);
          replace(chat, name, broken);
          return new Seam();
        },
      ],
    ),
    [
      "a stream reader that throws",
      () => {
        register(fine);
        replace(chat, "readStream", () => ({ started: true, finished: false, push: broken, result: broken }));
        return new Seam();
      },
    ],
    [
      "an SDK that cannot be started",
      () => {
        const seam = new Seam();
        seam.beforeFirstCall = broken;
        return seam;
      },
    ],
  ])("never reaches the app: %s", async (_, make) => {
    const seam = make();
    const failed = jsonAnswer({ error: { message: "down" } }, { status: 500 });
    expect(
      await ask(
        seam,
        answering(() => jsonAnswer(COMPLETION)),
      ),
    ).toEqual(COMPLETION);
    expect(
      await ask(
        seam,
        answering(() => new Response(chunk("a"), { headers: stream })),
        { stream: true },
      ),
    ).toBe(chunk("a"));
    expect(
      await ask(
        seam,
        answering(() => failed),
      ),
    ).toEqual({ error: { message: "down" } });
    await expect(ask(seam, () => Promise.reject(new TypeError("fetch failed")))).rejects.toThrow("fetch failed");
    await expect(ask(seam, () => broken())).rejects.toThrow("not the app's");
    seam.flush();
  });

  it("is not there without an SDK: the fetch is passed through", async () => {
    const seam = new Seam(brokenScheduler);
    const answer = jsonAnswer(COMPLETION);
    const fetch = seam.instrument(async () => answer);
    const body = JSON.stringify({ model: "m", messages: [] });
    const given = await fetch("https://llm.example/v1/chat/completions", { method: "POST", body });
    expect(given).toBe(answer);
    expect(Object.getOwnPropertyNames(given)).toEqual([]);
  });
});
