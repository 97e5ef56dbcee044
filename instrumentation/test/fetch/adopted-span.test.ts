import Anthropic from "@anthropic-ai/sdk";
import { context, trace, type Span } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";

import { Seam } from "../../src/fetch/instrument-fetch.ts";
import { answering, ask, COMPLETION, jsonAnswer } from "../ask.ts";
import { FakeProvider } from "../fake-provider.ts";
import { Telemetry } from "../telemetry.ts";

const telemetry = new Telemetry();
const provider = new FakeProvider();
let url = "";

beforeAll(async () => {
  telemetry.start();
  url = await provider.start();
});
afterAll(async () => {
  await provider.stop();
  await telemetry.stop();
});
beforeEach(() => telemetry.clear());

const request = { model: "claude-test", max_tokens: 64, messages: [{ role: "user", content: "Where from?" } as const] };
const ignore = (): undefined => undefined;

const scenarios: Readonly<Record<string, (client: Anthropic) => Promise<unknown>>> = {
  whole: (client) => client.messages.create(request),
  streamed: async (client) => {
    for await (const _ of await client.messages.create({ ...request, stream: true }));
  },
  "left after three": async (client) => {
    let count = 0;
    for await (const _ of await client.messages.create({ ...request, model: "endless", stream: true })) {
      if (++count === 3) break;
    }
  },
  aborted: async (client) => {
    const stream = client.messages.stream({ ...request, model: "endless" });
    stream.on("text", () => stream.abort());
    await stream.done().catch(ignore);
  },
  "cut by the network": async (client) => {
    const stream = await client.messages.create({ ...request, model: "cut", stream: true });
    await stream.toReadableStream().pipeTo(new WritableStream()).catch(ignore);
  },
  "a bad request": (client) => client.messages.create({ ...request, model: "bad-request" }).catch(ignore),
  "overloaded to the end": (client) => client.messages.create({ ...request, model: "overloaded" }).catch(ignore),
  "limited once": (client) => client.messages.create({ ...request, model: "limited-once" }),
};

/** The one span of a run, when its client has ended it. */
async function spanOf(
  fetch: typeof globalThis.fetch,
  run: (client: Anthropic) => Promise<unknown>,
): Promise<ReadableSpan | undefined> {
  telemetry.clear();
  await run(new Anthropic({ apiKey: "none", baseURL: url, fetch }));
  await vi.waitFor(() => expect(telemetry.endCounts).toEqual([1]));
  return telemetry.spans[0];
}

/** What differs from one run to the next. */
const timed = (name: string): boolean => /time|duration/.test(name);

it.each(Object.entries(scenarios))("loses nothing of what the client itself says: %s", async (_, run) => {
  const seam = new Seam();
  const plain = await spanOf(globalThis.fetch, run);
  const adopted = await spanOf(seam.instrument(globalThis.fetch), run);
  if (plain === undefined || adopted === undefined) throw new Error("the client told no span");
  seam.flush();
  expect(telemetry.endCounts).toEqual([1]);
  expect(adopted.name).toBe(plain.name);
  expect(adopted.status).toEqual(plain.status);
  const said = Object.entries(plain.attributes).filter(([name]) => !timed(name));
  expect(said.length).toBeGreaterThan(3);
  expect(adopted.attributes).toMatchObject(Object.fromEntries(said));
  expect(adopted.attributes).toMatchObject({
    "spanwarden.prompt.rendered.checksum": expect.stringMatching(/^sha256:/),
    "spanwarden.request.parameters.checksum": expect.stringMatching(/^sha256:/),
  });
  const theirs = adopted.events.map(({ name }) => name).filter((name) => !name.startsWith("spanwarden."));
  expect(theirs).toEqual(plain.events.map(({ name }) => name));
});

async function askWithin(span: Span): Promise<void> {
  const seam = new Seam();
  await context.with(trace.setSpan(context.active(), span), () =>
    ask(
      seam,
      answering(() => jsonAnswer(COMPLETION)),
    ),
  );
  seam.flush();
}

it("overwrites nothing, ends nothing and judges nothing that is another's", async () => {
  const theirs = {
    "gen_ai.operation.name": "chat",
    "gen_ai.usage.input_tokens": 999,
    "gen_ai.response.model": "theirs",
  };
  const span = trace.getTracer("native").startSpan("their own", { attributes: theirs });
  await askWithin(span);
  expect(telemetry.endCounts).toEqual([0]);
  span.end();
  expect(telemetry.endCounts).toEqual([1]);
  expect(telemetry.spans).toMatchObject([
    { name: "their own", attributes: { ...theirs, "gen_ai.usage.output_tokens": 7 } },
  ]);
});

it.each([{ "gen_ai.operation.name": "invoke_agent" }, { "http.request.method": "GET" }])(
  "has a span of its own below a span of something else: %o",
  async (attributes) => {
    const parent = trace.getTracer("app").startSpan("parent", { attributes });
    await askWithin(parent);
    parent.end();
    expect(telemetry.endCounts).toEqual([1, 1]);
    const [, child] = telemetry.started;
    expect(child?.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
    expect(telemetry.started[0]?.attributes).toEqual(attributes);
  },
);

it("has a span of its own where the other one has ended", async () => {
  const parent = trace.getTracer("app").startSpan("ended", { attributes: { "gen_ai.operation.name": "chat" } });
  parent.end();
  await askWithin(parent);
  expect(telemetry.endCounts).toEqual([1, 1]);
});
