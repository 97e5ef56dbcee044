import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import type { RunnableToolFunctionWithoutParse } from "openai/lib/RunnableFunction";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { Seam } from "../../src/fetch/instrument-fetch.ts";
import { FakeProvider } from "../fake-provider.ts";
import { Telemetry } from "../telemetry.ts";

const telemetry = new Telemetry();
const provider = new FakeProvider();
let url = "";

beforeAll(async () => {
  // The client's own spans are for another test.
  process.env["ANTHROPIC_OPEN_TELEMETRY"] = "false";
  telemetry.start();
  url = await provider.start();
});
afterAll(async () => {
  await provider.stop();
  await telemetry.stop();
});
beforeEach(() => telemetry.clear());

interface Clients {
  readonly openai: OpenAI;
  readonly anthropic: Anthropic;
}
type Scenario = (clients: Clients) => Promise<unknown>;

const messages = [{ role: "user", content: "Where from?" }] as const;
const chat = { model: "gpt-4o", messages: [...messages] };
const streamed = { ...chat, stream: true } as const;
const claude = { model: "claude-test", max_tokens: 64, messages: [...messages] };
const format = {
  type: "json_schema",
  json_schema: { name: "place", strict: true, schema: { type: "object", properties: { city: { type: "string" } } } },
} as const;
const weather: RunnableToolFunctionWithoutParse = {
  type: "function",
  function: {
    name: "weather",
    description: "The weather of a city",
    parameters: { type: "object", properties: { city: { type: "string" } } },
    function: () => "rain",
  },
};

async function all(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

async function three(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of stream) if (items.push(item) === 3) break;
  return items;
}

async function textOf(stream: ReadableStream): Promise<string> {
  return await new Response(stream).text();
}

/** What the app sees of an outcome: the value, or all that an error tells. */
async function seen(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return { value: JSON.parse(JSON.stringify(await run())) as unknown };
  } catch (error) {
    const { name, message, status, code, type, requestID, cause } = error as Record<string, unknown>;
    const { message: why, code: how } = (cause ?? {}) as Record<string, unknown>;
    return { name: (error as Error).constructor.name, named: name, message, status, code, type, requestID, why, how };
  }
}

const chatScenarios: Readonly<Record<string, Scenario>> = {
  await: ({ openai }) => openai.chat.completions.create(chat),
  withResponse: async ({ openai }) => {
    const { data, response, request_id } = await openai.chat.completions.create(chat).withResponse();
    return { data, request_id, status: response.status, type: response.headers.get("content-type"), url: response.url };
  },
  "asResponse and json": async ({ openai }) => await (await openai.chat.completions.create(chat).asResponse()).json(),
  "asResponse and text": async ({ openai }) => await (await openai.chat.completions.create(chat).asResponse()).text(),
  "asResponse and clone": async ({ openai }) => {
    const response = await openai.chat.completions.create(chat).asResponse();
    return await Promise.all([response.clone().json(), response.text()]);
  },
  "asResponse, read twice": async ({ openai }) => {
    const response = await openai.chat.completions.create(chat).asResponse();
    return await Promise.allSettled([response.json(), response.json()]).then((both) =>
      both.map((one) => (one.status === "fulfilled" ? one.value : String(one.reason))),
    );
  },
  parse: async ({ openai }) => {
    const { choices } = await openai.chat.completions.parse({ ...chat, response_format: format });
    return choices[0]?.message.parsed;
  },
  "an error 400": ({ openai }) => openai.chat.completions.create({ ...chat, model: "bad-request" }),
  "an answer that is no JSON": ({ openai }) => openai.chat.completions.create({ ...chat, model: "garbage" }),
  "stream read in full": async ({ openai }) => await all(await openai.chat.completions.create(streamed)),
  "stream with usage": async ({ openai }) =>
    await all(await openai.chat.completions.create({ ...streamed, stream_options: { include_usage: true } })),
  "stream left after three": async ({ openai }) => await three(await openai.chat.completions.create(streamed)),
  "endless stream left after three": async ({ openai }) =>
    await three(await openai.chat.completions.create({ ...streamed, model: "endless" })),
  "stream aborted": async ({ openai }) => {
    const stream = await openai.chat.completions.create({ ...streamed, model: "endless" });
    const items: unknown[] = [];
    for await (const item of stream) if (items.push(item) === 2) stream.controller.abort();
    return items;
  },
  "stream aborted by the app's own signal": async ({ openai }) => {
    const controller = new AbortController();
    const stream = await openai.chat.completions.create(
      { ...streamed, model: "endless" },
      { signal: controller.signal },
    );
    const items: unknown[] = [];
    for await (const item of stream) if (items.push(item) === 2) controller.abort(new Error("the user left"));
    return items;
  },
  "stream cut by the network": async ({ openai }) =>
    await all(await openai.chat.completions.create({ ...streamed, model: "cut" })),
  "stream with an error 400": ({ openai }) => openai.chat.completions.create({ ...streamed, model: "bad-request" }),
  "stream withResponse": async ({ openai }) => {
    const { data, request_id } = await openai.chat.completions.create(streamed).withResponse();
    return [request_id, await all(data)];
  },
  "stream tee": async ({ openai }) => {
    const [left, right] = (await openai.chat.completions.create(streamed)).tee();
    return await Promise.all([all(left), all(right)]);
  },
  "stream tee, one branch": async ({ openai }) => {
    const [left] = (await openai.chat.completions.create(streamed)).tee();
    return await all(left);
  },
  toReadableStream: async ({ openai }) =>
    await textOf((await openai.chat.completions.create(streamed)).toReadableStream()),
  "stream asResponse and text": async ({ openai }) =>
    await (await openai.chat.completions.create(streamed).asResponse()).text(),
  "stream helper": async ({ openai }) => {
    const runner = openai.chat.completions.stream(chat);
    return [await all(runner), await runner.finalContent(), (await runner.finalChatCompletion()).choices];
  },
};

const otherScenarios: Readonly<Record<string, Scenario>> = {
  "responses await": ({ openai }) => openai.responses.create({ model: "gpt-4.1", input: "Where from?" }),
  "responses withResponse": async ({ openai }) =>
    (await openai.responses.create({ model: "gpt-4.1", input: "Where from?" }).withResponse()).data.output_text,
  "responses parse": async ({ openai }) =>
    (
      await openai.responses.parse({
        model: "gpt-4.1",
        input: "Where from?",
        text: { format: { type: "json_schema", name: "place", schema: format.json_schema.schema } },
      })
    ).output_parsed,
  "responses stream": async ({ openai }) =>
    await all(await openai.responses.create({ model: "gpt-4.1", input: "Where from?", stream: true })),
  "responses stream left after three": async ({ openai }) =>
    await three(await openai.responses.create({ model: "gpt-4.1", input: "Where from?", stream: true })),
  "responses stream helper": async ({ openai }) => {
    const stream = openai.responses.stream({ model: "gpt-4.1", input: "Where from?" });
    return (await stream.finalResponse()).output_text;
  },
  "responses error 400": ({ openai }) => openai.responses.create({ model: "bad-request", input: "x" }),
  "messages await": ({ anthropic }) => anthropic.messages.create(claude),
  "messages withResponse": async ({ anthropic }) => {
    const { data, request_id } = await anthropic.messages.create(claude).withResponse();
    return [data, request_id];
  },
  "messages stream": async ({ anthropic }) => await all(await anthropic.messages.create({ ...claude, stream: true })),
  "messages stream left after three": async ({ anthropic }) =>
    await three(await anthropic.messages.create({ ...claude, stream: true })),
  "messages stream cut": async ({ anthropic }) =>
    await all(await anthropic.messages.create({ ...claude, model: "cut", stream: true })),
  "messages stream helper": async ({ anthropic }) => await anthropic.messages.stream(claude).finalMessage(),
  "messages overloaded": ({ anthropic }) => anthropic.messages.create({ ...claude, model: "overloaded" }),
  "messages limited once": ({ anthropic }) => anthropic.messages.create({ ...claude, model: "limited-once" }),
};

const retryScenarios: Readonly<Record<string, Scenario>> = {
  "429, then an answer": ({ openai }) => openai.chat.completions.create({ ...chat, model: "limited-once" }),
  "429, then a stream": async ({ openai }) =>
    await all(await openai.chat.completions.create({ ...streamed, model: "limited-once" })),
  "connection reset, then an answer": ({ openai }) => openai.chat.completions.create({ ...chat, model: "reset-once" }),
  "500 to the end": ({ openai }) => openai.chat.completions.create({ ...chat, model: "down" }),
  "connection reset to the end": ({ openai }) =>
    openai.chat.completions.create({ ...chat, model: "reset" }, { maxRetries: 1 }),
  "500, no retries": ({ openai }) => openai.chat.completions.create({ ...chat, model: "down" }, { maxRetries: 0 }),
  "two alike at once, each limited once": async ({ openai }) => {
    const ask = (): Promise<unknown> => openai.chat.completions.create({ ...chat, model: "limited-once" });
    return await Promise.all([ask(), ask()]);
  },
  "time-out of the client": ({ openai }) =>
    openai.chat.completions.create({ ...chat, model: "silent" }, { timeout: 20, maxRetries: 0 }),
  "aborted before an answer": ({ openai }) =>
    openai.chat.completions.create({ ...chat, model: "silent" }, { signal: AbortSignal.timeout(20), maxRetries: 0 }),
};

const CALLS: Readonly<Record<string, number>> = { "two alike at once, each limited once": 2, runTools: 2 };

function clientsOf(fetch: typeof globalThis.fetch): Clients {
  const options = { apiKey: "none", fetch };
  return {
    openai: new OpenAI({ ...options, baseURL: `${url}/v1` }),
    anthropic: new Anthropic({ ...options, baseURL: url }),
  };
}

describe.each([
  ...Object.entries(chatScenarios),
  ...Object.entries(otherScenarios),
  ...Object.entries(retryScenarios),
  [
    "runTools",
    async ({ openai }: Clients) => await openai.chat.completions.runTools({ ...chat, tools: [weather] }).finalContent(),
  ] as const,
])("%s", (name, scenario) => {
  it("is to the app what it is without us, and every span ends once", async () => {
    const seam = new Seam();
    const [requests, left] = [provider.requests, provider.left];
    const plain = await seen(() => scenario(clientsOf(globalThis.fetch)));
    const plainRequests = provider.requests - requests;
    const instrumented = await seen(() => scenario(clientsOf(seam.instrument(globalThis.fetch))));
    expect(instrumented).toEqual(plain);
    expect(provider.requests - requests).toBe(2 * plainRequests);
    // What the app left has been left on the wire, too: as often with us as without.
    await vi.waitFor(() => expect((provider.left - left) % 2).toBe(0));
    seam.flush();
    expect(telemetry.endCounts).toEqual(Array.from({ length: CALLS[name] ?? 1 }, () => 1));
  });
});

/** Takes the stream and drops it, in a scope of its own. */
async function streamOnly(openai: OpenAI): Promise<void> {
  const response = await openai.chat.completions.create({ ...streamed, model: "endless" }).asResponse();
  if (response.body === null) throw new Error("an answer without a body");
}

describe("an answer that nobody reads", () => {
  it("ends when it is collected", async () => {
    setFlagsFromString("--expose-gc");
    const gc = runInNewContext("gc") as () => void;
    const seam = new Seam();
    const { openai } = clientsOf(seam.instrument(globalThis.fetch));
    await openai.chat.completions.create({ ...streamed, model: "endless" });
    await streamOnly(openai);
    await openai.chat.completions.create({ ...chat, model: "gpt-4o" }).asResponse();
    expect(telemetry.endCounts).toEqual([0, 0, 0]);
    await vi.waitFor(() => {
      gc();
      seam.flush();
      expect(telemetry.endCounts).toEqual([1, 1, 1]);
    });
    expect(telemetry.spans.map(({ attributes }) => attributes["spanwarden.response.end_reason"])).toEqual(
      Array.from({ length: 3 }, () => "abandoned"),
    );
  });
});
