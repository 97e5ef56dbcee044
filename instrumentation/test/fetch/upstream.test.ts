import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";

import { Seam } from "../../src/fetch/instrument-fetch.ts";
import { Telemetry } from "../telemetry.ts";

/** A provider that never ends its streams: it learns from the socket alone that the app has left. */
const left = new Set<ServerResponse>();
let leaving = Promise.withResolvers<void>();
const server = createServer((request, response) => {
  response.on("close", () => {
    left.add(response);
    leaving.resolve();
  });
  response.writeHead(200, { "content-type": "text/event-stream" });
  const anthropic = request.url?.includes("/messages") === true;
  for (let count = 0; count < 5; count++) response.write(anthropic ? BLOCK : CHUNK);
});
const CHUNK = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "word " } }] })}\n\n`;
const BLOCK = `event: content_block_delta\ndata: ${JSON.stringify({
  type: "content_block_delta",
  index: 0,
  delta: { type: "text_delta", text: "word " },
})}\n\n`;

const telemetry = new Telemetry();
let url = "";
beforeAll(async () => {
  process.env["ANTHROPIC_OPEN_TELEMETRY"] = "false";
  telemetry.start();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await telemetry.stop();
});
beforeEach(() => {
  telemetry.clear();
  left.clear();
  leaving = Promise.withResolvers();
});

const messages = [{ role: "user" as const, content: "Where from?" }];
const chat = { model: "gpt-4o", messages, stream: true } as const;
const claude = { model: "claude-test", max_tokens: 9, messages };

interface Clients {
  readonly openai: OpenAI;
  readonly anthropic: Anthropic;
}

async function breakAfter(count: number, stream: AsyncIterable<unknown>): Promise<void> {
  let seen = 0;
  for await (const _ of stream) if (++seen === count) break;
}

const leavings: Readonly<Record<string, (clients: Clients) => Promise<unknown>>> = {
  break: async ({ openai }) => await breakAfter(3, await openai.chat.completions.create(chat)),
  "break at the first": async ({ openai }) => await breakAfter(1, await openai.chat.completions.create(chat)),
  "abort of the stream": async ({ openai }) => {
    const stream = await openai.chat.completions.create(chat);
    await stream[Symbol.asyncIterator]().next();
    stream.controller.abort();
  },
  "abort by a signal of the app": async ({ openai }) => {
    const controller = new AbortController();
    const stream = await openai.chat.completions.create(chat, { signal: controller.signal });
    for await (const _ of stream) controller.abort();
  },
  "cancel of the body": async ({ openai }) => {
    const response = await openai.chat.completions.create(chat).asResponse();
    await response.body?.cancel();
  },
  "cancel of toReadableStream": async ({ openai }) => {
    const reader = (await openai.chat.completions.create(chat)).toReadableStream().getReader();
    await reader.read();
    await reader.cancel();
  },
  "abort of the stream helper": async ({ openai }) => {
    const stream = openai.chat.completions.stream({ model: "gpt-4o", messages });
    stream.on("chunk", () => stream.abort());
    await stream.done().catch(() => undefined);
  },
  "break of both halves": async ({ openai }) => {
    const response = await openai.chat.completions.create(chat).asResponse();
    await Promise.all((response.body?.tee() ?? []).map((half) => half.cancel()));
  },
  "break, Anthropic": async ({ anthropic }) =>
    await breakAfter(2, await anthropic.messages.create({ ...claude, stream: true })),
  "abort of the stream, Anthropic": async ({ anthropic }) => {
    const stream = await anthropic.messages.create({ ...claude, stream: true });
    for await (const _ of stream) stream.controller.abort();
  },
};

describe.each(Object.entries(leavings))("%s", (_, leave) => {
  it.each(["without us", "with us"])("ends the request upstream: %s", async (how) => {
    const seam = new Seam();
    const options = { apiKey: "none", fetch: how === "with us" ? seam.instrument(globalThis.fetch) : globalThis.fetch };
    await leave({
      openai: new OpenAI({ ...options, baseURL: `${url}/v1` }),
      anthropic: new Anthropic({ ...options, baseURL: url }),
    });
    await leaving.promise;
    seam.flush();
    expect(left.size).toBe(1);
    const told = telemetry.spans.map(({ attributes }) => attributes["spanwarden.response.end_reason"]);
    expect(told).toEqual(how === "with us" ? ["cancelled"] : []);
    expect(telemetry.endCounts).toEqual(how === "with us" ? [1] : []);
  });
});

describe("a schema of zod", () => {
  const City = z.object({ city: z.string() });
  const answer = (content: string): Response =>
    Response.json({ choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content } }] });

  it.each([
    ["holds", '{"city":"Köln"}', true],
    ["does not hold", '{"town":"Köln"}', false],
  ])("that %s is parsed by the client as ever, and judged by us", async (_, content, compliant) => {
    const outcome = async (fetch: typeof globalThis.fetch): Promise<unknown> => {
      const openai = new OpenAI({ apiKey: "none", baseURL: url, fetch });
      const request = { model: "gpt-4o", messages, response_format: zodResponseFormat(City, "place") };
      return await openai.chat.completions.parse(request).then(({ choices }) => choices[0]?.message.parsed, String);
    };
    const seam = new Seam();
    const plain = await outcome(async () => answer(content));
    expect(await outcome(seam.instrument(async () => answer(content)))).toEqual(plain);
    seam.flush();
    expect(telemetry.endCounts).toEqual([1]);
    expect(telemetry.spans[0]?.attributes).toMatchObject({
      "gen_ai.output.type": "json",
      "spanwarden.output.format.compliant": compliant,
    });
  });

  it("is not held against an answer that the app left in the middle", async () => {
    const seam = new Seam();
    const openai = new OpenAI({ apiKey: "none", baseURL: `${url}/v1`, fetch: seam.instrument(globalThis.fetch) });
    const response_format = zodResponseFormat(City, "place");
    await breakAfter(2, await openai.chat.completions.create({ ...chat, response_format }));
    seam.flush();
    const { attributes } = telemetry.spans[0] ?? { attributes: {} };
    expect(attributes).toMatchObject({ "gen_ai.output.type": "json", "spanwarden.content.state": "truncated" });
    expect(attributes).not.toHaveProperty(["spanwarden.output.format.compliant"]);
  });
});
