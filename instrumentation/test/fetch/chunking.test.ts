import Anthropic from "@anthropic-ai/sdk";
import * as fc from "fast-check";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { Seam } from "../../src/fetch/instrument-fetch.ts";
import { FakeProvider, WORDS } from "../fake-provider.ts";
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

type Fetch = typeof globalThis.fetch;

/** As one connection may deliver what another delivers at once: cut after so many bytes, again and again. */
function cutting(sizes: readonly number[]): Fetch {
  return async (...given) => {
    const response = await fetch(...given);
    const bytes = await response.bytes();
    let [at, turn] = [0, 0];
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const size = sizes[turn++ % sizes.length] ?? 1;
        if (at < bytes.length) controller.enqueue(bytes.slice(at, at + size));
        else controller.close();
        at += size;
      },
    });
    return new Response(body, { status: response.status, headers: response.headers });
  };
}

const messages = [{ role: "user" as const, content: "Where from?" }];

async function all(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

const streams: Readonly<Record<string, (fetch: Fetch) => Promise<unknown[]>>> = {
  "OpenAI Chat Completions": async (given) => {
    const openai = new OpenAI({ apiKey: "none", baseURL: `${url}/v1`, fetch: given });
    const stream_options = { include_usage: true };
    return await all(await openai.chat.completions.create({ model: "gpt-4o", messages, stream: true, stream_options }));
  },
  "OpenAI Responses": async (given) => {
    const openai = new OpenAI({ apiKey: "none", baseURL: `${url}/v1`, fetch: given });
    return await all(await openai.responses.create({ model: "gpt-4.1", input: "Where from?", stream: true }));
  },
  "Anthropic Messages": async (given) => {
    const anthropic = new Anthropic({ apiKey: "none", baseURL: url, fetch: given });
    const request = { model: "claude-test", max_tokens: 9, messages, stream: true } as const;
    return await all(await anthropic.messages.create(request));
  },
};

describe.each(Object.entries(streams))("a stream of %s", (_, read) => {
  it("is the same to the app and to us, however the network cuts it", async () => {
    const whole = await read(fetch);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 }), async (sizes) => {
        telemetry.clear();
        const seam = new Seam();
        expect(await read(seam.instrument(cutting(sizes)))).toEqual(whole);
        seam.flush();
        expect(telemetry.endCounts).toEqual([1]);
        expect(telemetry.spans[0]?.attributes).toMatchObject({
          "gen_ai.usage.output_tokens": 7,
          "gen_ai.usage.cache_read.input_tokens": expect.any(Number),
          "spanwarden.content.state": "complete",
          "spanwarden.output.length": WORDS.join("").length,
          "spanwarden.response.end_reason": "done",
        });
      }),
      { seed: 7, numRuns: 15, examples: [[[1]]] },
    );
  });
});
