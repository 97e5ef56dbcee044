import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { withCaller, withPrompt } from "../../src/context/call-context.ts";
import { Seam } from "../../src/fetch/instrument-fetch.ts";
import { answering, ask, COMPLETION, jsonAnswer } from "../ask.ts";
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

const messages = [
  { role: "system", content: "You know the town Lummerland." },
  { role: "user", content: "Who lives at 12 Herrenweg?" },
] as const;

function openaiOf(seam: Seam): OpenAI {
  return new OpenAI({ apiKey: "none", baseURL: `${url}/v1`, fetch: seam.instrument(globalThis.fetch) });
}

describe("a chat completion", () => {
  it("is told as one CLIENT span", async () => {
    const seam = new Seam();
    await openaiOf(seam).chat.completions.create({ model: "gpt-4o", messages: [...messages], temperature: 0.5 });
    seam.flush();
    const { name, kind, status, attributes } = telemetry.span;
    expect({ name, kind, status }).toEqual({
      name: "chat gpt-4o",
      kind: SpanKind.CLIENT,
      status: { code: SpanStatusCode.UNSET },
    });
    expect(attributes).toMatchObject({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.request.temperature": 0.5,
      "gen_ai.response.model": "gpt-4o-2024-08-06",
      "gen_ai.response.id": "chatcmpl-1",
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.usage.input_tokens": 21,
      "gen_ai.usage.output_tokens": 7,
      "gen_ai.usage.cache_read.input_tokens": 16,
      "gen_ai.usage.reasoning.output_tokens": 3,
      "openai.api.type": "chat_completions",
      "openai.response.system_fingerprint": "fp_1",
      "server.address": "127.0.0.1",
      "server.port": Number(new URL(url).port),
      "spanwarden.content.state": "complete",
      "spanwarden.model.pinned": true,
      "spanwarden.output.length": WORDS.join("").length,
      "spanwarden.response.end_reason": "done",
      "spanwarden.signals.version": expect.any(String),
      "spanwarden.prompt.rendered.checksum": expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      "spanwarden.prompt.system_instructions.checksum": expect.stringMatching(/^sha256:/),
      "spanwarden.request.parameters.checksum": expect.stringMatching(/^sha256:/),
    });
  });

  it("carries nothing of its content, unless that is asked for", async () => {
    const seam = new Seam();
    seam.configure({});
    await openaiOf(seam).chat.completions.create({ model: "gpt-4o", messages: [...messages] });
    seam.flush();
    const told = JSON.stringify(telemetry.span.attributes);
    for (const word of ["Lummerland", "Herrenweg", "Köln", "Bonn"]) expect(told).not.toContain(word);
  });

  it("carries its content in OpenTelemetry's shapes where that is asked for", async () => {
    const seam = new Seam();
    seam.configure({ captureContent: true });
    await openaiOf(seam).chat.completions.create({ model: "gpt-4o", messages: [...messages] });
    seam.flush();
    expect(telemetry.span.attributes).toMatchObject({
      "gen_ai.system_instructions": [{ type: "text", content: messages[0].content }],
      "gen_ai.input.messages": [{ role: "user", parts: [{ type: "text", content: messages[1].content }] }],
      "gen_ai.output.messages": [
        { role: "assistant", parts: [{ type: "text", content: WORDS.join("") }], finish_reason: "stop" },
      ],
    });
  });

  it("carries signals of content that it does not carry", async () => {
    const seam = new Seam();
    const leak = {
      ...COMPLETION,
      choices: [{ index: 0, finish_reason: "stop", message: { content: "Card 4539 1488 0343 6467." } }],
    };
    await ask(
      seam,
      answering(() => jsonAnswer(leak)),
    );
    seam.flush();
    expect(telemetry.span.attributes["spanwarden.safety.rules"]).toEqual([expect.stringContaining("payment_card")]);
    expect(JSON.stringify(telemetry.span.attributes)).not.toContain("4539");
  });

  it("names tool calls by a checksum", async () => {
    const seam = new Seam();
    await openaiOf(seam).chat.completions.create({ model: "tool", messages: [...messages] });
    seam.flush();
    expect(telemetry.span.attributes["spanwarden.output.tool_calls.checksum"]).toMatch(/^sha256:/);
  });

  it("is not told where it is no chat completion", async () => {
    const seam = new Seam();
    const fetch = seam.instrument(answering(() => jsonAnswer({})));
    await fetch(`${url}/v1/chat/completions`, { method: "GET" });
    await fetch(`${url}/v1/chat/completions`, { method: "POST", body: "{}" });
    await fetch(`${url}/v1/chat/completions`, { method: "POST", body: new FormData() }).catch(() => undefined);
    await fetch(`${url}/v1/models`, { method: "POST", body: JSON.stringify({ model: "m", messages: [] }) });
    seam.flush();
    expect(telemetry.started).toEqual([]);
  });
});

describe("a streamed answer", () => {
  it("tells its usage once, its first chunk and its pace", async () => {
    const seam = new Seam();
    const stream = await openaiOf(seam).chat.completions.create({
      model: "gpt-4o",
      messages: [...messages],
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const _ of stream);
    seam.flush();
    expect(telemetry.span.attributes).toMatchObject({
      "gen_ai.request.stream": true,
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.response.time_to_first_chunk": expect.any(Number),
      "gen_ai.usage.input_tokens": 21,
      "gen_ai.usage.output_tokens": 7,
      "spanwarden.output.length": WORDS.join("").length,
      "spanwarden.response.end_reason": "done",
      "spanwarden.response.time_per_chunk": expect.any(Number),
    });
  });

  it.each([
    ["endless", "cancelled", undefined],
    ["cut", "cut", "UND_ERR_SOCKET"],
  ])("that is %s ends as %s", async (model, reason, type) => {
    const seam = new Seam();
    const stream = await openaiOf(seam).chat.completions.create({ model, messages: [...messages], stream: true });
    try {
      let chunks = 0;
      for await (const _ of stream) if (++chunks === 3) break;
    } catch {
      // What the app sees is another test's.
    }
    seam.flush();
    const { attributes } = telemetry.span;
    expect(attributes["spanwarden.response.end_reason"]).toBe(reason);
    expect(attributes["error.type"]).toBe(type);
    expect(attributes["spanwarden.content.state"]).toBe("truncated");
  });

  it("that ends before its last event was cut, though the connection closed well", async () => {
    const seam = new Seam();
    const chunk = { choices: [{ index: 0, delta: { content: "From" }, finish_reason: null }] };
    const headers = { "content-type": "text/event-stream" };
    await ask(
      seam,
      answering(() => new Response(`data: ${JSON.stringify(chunk)}\n\n`, { headers })),
      { stream: true },
    );
    seam.flush();
    expect(telemetry.span.attributes).toMatchObject({
      "gen_ai.response.finish_reasons": ["error"],
      "spanwarden.content.state": "truncated",
      "spanwarden.response.end_reason": "cut",
    });
  });
});

describe("the other formats", () => {
  it("OpenAI Responses, whole and streamed alike", async () => {
    const seam = new Seam();
    const openai = openaiOf(seam);
    const request = { model: "gpt-4.1", instructions: "Be brief.", input: "Where from?", conversation: "conv_1" };
    await openai.responses.create(request);
    for await (const _ of await openai.responses.create({ ...request, stream: true }));
    seam.flush();
    expect(telemetry.spans).toHaveLength(2);
    for (const { attributes } of telemetry.spans) {
      expect(attributes).toMatchObject({
        "gen_ai.operation.name": "chat",
        "gen_ai.conversation.id": "conv_1",
        "gen_ai.response.model": "gpt-4.1-2025-04-14",
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.usage.input_tokens": 21,
        "gen_ai.usage.cache_read.input_tokens": 16,
        "gen_ai.usage.reasoning.output_tokens": 3,
        "openai.api.type": "responses",
        "spanwarden.output.length": WORDS.join("").length,
      });
    }
    const [whole, streamed] = telemetry.spans.map(
      ({ attributes }) => attributes["spanwarden.prompt.rendered.checksum"],
    );
    expect(whole).toBe(streamed);
  });

  it("Anthropic Messages, with cached tokens counted as input", async () => {
    const seam = new Seam();
    const anthropic = new Anthropic({ apiKey: "none", baseURL: url, fetch: seam.instrument(globalThis.fetch) });
    const request = { model: "claude-test", max_tokens: 64, messages: [{ role: "user", content: "Where?" } as const] };
    await anthropic.messages.create(request);
    for await (const _ of await anthropic.messages.create({ ...request, stream: true }));
    seam.flush();
    expect(telemetry.spans).toHaveLength(2);
    for (const { attributes } of telemetry.spans) {
      expect(attributes).toMatchObject({
        "gen_ai.provider.name": "anthropic",
        "gen_ai.request.max_tokens": 64,
        "gen_ai.response.model": "claude-sonnet-4-5-20250929",
        "gen_ai.response.finish_reasons": ["end_turn"],
        "gen_ai.usage.input_tokens": 16,
        "gen_ai.usage.output_tokens": 7,
        "gen_ai.usage.cache_read.input_tokens": 4,
        "gen_ai.usage.cache_write.input_tokens": 2,
        "spanwarden.output.length": WORDS.join("").length,
      });
    }
  });
});

describe("context", () => {
  it("names the prompt and the caller; ids leave hashed", async () => {
    const seam = new Seam();
    seam.configure({ checksum: { mode: "hmac-sha256", key: "k" } });
    await withCaller({ user: "u1", tenant: "t1" }, () =>
      withPrompt({ name: "support", version: "7", template: "You know {town}." }, () =>
        withCaller({ session: "s1", route: "/reply" }, () =>
          ask(
            seam,
            answering(() => jsonAnswer(COMPLETION)),
          ),
        ),
      ),
    );
    seam.flush();
    const keyed: unknown = expect.stringMatching(/^hmac-sha256:[0-9a-f]{64}$/);
    expect(telemetry.span.attributes).toMatchObject({
      "gen_ai.prompt.name": "support",
      "gen_ai.prompt.version": "7",
      "spanwarden.prompt.template.checksum": keyed,
      "spanwarden.caller.user": keyed,
      "spanwarden.caller.tenant": keyed,
      "spanwarden.caller.session": keyed,
      "spanwarden.caller.route": "/reply",
    });
  });

  it("makes no checksums and no fingerprints where they are off", async () => {
    const seam = new Seam();
    seam.configure({ checksum: { mode: "off" } });
    await withCaller({ user: "u1" }, () =>
      ask(
        seam,
        answering(() => jsonAnswer(COMPLETION)),
      ),
    );
    seam.flush();
    const names = Object.keys(telemetry.span.attributes);
    expect(names.filter((name) => /checksum|fingerprint$|caller/.test(name))).toEqual([]);
  });
});

describe("metrics", () => {
  it("count calls, open ones and tokens, by few dimensions", async () => {
    const seam = new Seam();
    await withCaller({ user: "u1" }, () =>
      ask(
        seam,
        answering(() => jsonAnswer(COMPLETION)),
        { model: "gpt-metric" },
      ),
    );
    seam.flush();
    const of = async (name: string): Promise<readonly { attributes: object; value: number }[]> =>
      (await telemetry.points(name)).filter(({ attributes }) => Object.values(attributes).includes("gpt-metric"));
    expect(await of("gen_ai.client.inference.duration")).toEqual([
      {
        value: 1,
        attributes: {
          "gen_ai.operation.name": "chat",
          "gen_ai.provider.name": "openai",
          "gen_ai.request.model": "gpt-metric",
          "gen_ai.response.model": "gpt-4o-2024-08-06",
          "server.address": "api.openai.com",
          "server.port": 443,
        },
      },
    ]);
    expect(await of("gen_ai.client.inference.usage.input_tokens")).toMatchObject([{ value: 21 }]);
    expect(await of("gen_ai.client.inference.usage.output_tokens")).toMatchObject([{ value: 7 }]);
    expect(await of("spanwarden.client.inference.active")).toMatchObject([{ value: 0 }]);
  });
});
