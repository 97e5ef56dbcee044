import { trace } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterEach, describe, expect, it } from "vitest";

import { FlushFirst } from "../../src/fetch/flush-first.ts";
import { Seam } from "../../src/fetch/instrument-fetch.ts";
import { answering, ask, COMPLETION, jsonAnswer } from "../ask.ts";
import { FakeScheduler } from "../fake-scheduler.ts";

afterEach(() => trace.disable());

describe("a flush of the app's SDK", () => {
  it.each(["forceFlush", "shutdown"] as const)("by %s takes along the call that has just ended", async (method) => {
    const ended: string[] = [];
    const provider = new TracerProvider({
      spanProcessors: [
        {
          onStart: () => undefined,
          onEnd: (span) => void ended.push(span.name),
          forceFlush: async () => undefined,
          shutdown: async () => undefined,
        },
      ],
    });
    trace.setGlobalTracerProvider(provider);
    const seam = new Seam(new FakeScheduler());
    await ask(
      seam,
      answering(() => jsonAnswer(COMPLETION)),
    );
    expect(ended).toEqual([]);
    await provider[method]();
    expect(ended).toEqual(["chat gpt-4o"]);
  });

  it("ends no call that waits for its next attempt", async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    trace.setGlobalTracerProvider(provider);
    const seam = new Seam(new FakeScheduler());
    const init = { headers: { "x-stainless-retry-count": "0" } };
    const fetch = seam.instrument(answering(() => jsonAnswer({}, { status: 429 })));
    await fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body: '{"messages":[]}', ...init });
    await provider.forceFlush();
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});

describe("a provider", () => {
  const tracer = trace.getTracer("none");

  it("is extended once, and returns what it returned", () => {
    let flushed = 0;
    const provider = { getTracer: () => tracer, forceFlush: (given: string) => `${given} flushed` };
    trace.setGlobalTracerProvider(provider);
    const flushFirst = new FlushFirst(() => flushed++);
    flushFirst.extend();
    flushFirst.extend();
    expect([provider.forceFlush("all"), flushed]).toEqual(["all flushed", 1]);
  });

  it("that does not flush, or lets nobody extend it, is left as it is", () => {
    for (const provider of [
      { getTracer: () => tracer },
      Object.freeze({ getTracer: () => tracer, shutdown: () => 7 }),
    ]) {
      const before = { ...provider };
      trace.setGlobalTracerProvider(provider);
      new FlushFirst(() => undefined).extend();
      expect(provider).toEqual(before);
      trace.disable();
    }
  });

  it("flushes although we fail", () => {
    const provider = { getTracer: () => tracer, forceFlush: () => 7 };
    trace.setGlobalTracerProvider(provider);
    new FlushFirst(() => {
      throw new Error("ours");
    }).extend();
    expect(provider.forceFlush()).toBe(7);
  });
});
