import Anthropic from "@anthropic-ai/sdk";
import { SpanStatusCode } from "@opentelemetry/api";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";

import { Seam } from "../../src/fetch/instrument-fetch.ts";
import { FakeProvider, WORDS } from "../fake-provider.ts";
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

type Request = Omit<Anthropic.MessageCreateParamsNonStreaming, "stream">;
const request: Request = { model: "claude-test", max_tokens: 64, messages: [{ role: "user", content: "Where from?" }] };

const reads: Readonly<Record<string, (client: Anthropic, given: Request) => Promise<unknown>>> = {
  whole: (client, given) => client.messages.create(given),
  stream: async (client, given) => {
    for await (const _ of await client.messages.create({ ...given, stream: true }));
  },
  "stream helper": (client, given) => client.messages.stream(given).finalMessage(),
};

function clientOf(seam: Seam): Anthropic {
  return new Anthropic({ apiKey: "none", baseURL: url, fetch: seam.instrument(globalThis.fetch) });
}

it.each(Object.entries(reads))("adopts the client library's own span and adds what it lacks: %s", async (_, read) => {
  const seam = new Seam();
  await read(clientOf(seam), request);
  seam.flush();
  expect(telemetry.endCounts).toEqual([1]);
  const [span] = telemetry.spans;
  expect(span?.instrumentationScope.name).toBe("com.anthropic.sdk.typescript");
  expect(span?.attributes).toMatchObject({
    "gen_ai.usage.input_tokens": 16,
    "gen_ai.usage.output_tokens": 7,
    "gen_ai.response.finish_reasons": ["end_turn"],
    "spanwarden.content.state": "complete",
    "spanwarden.output.length": WORDS.join("").length,
    "spanwarden.prompt.rendered.checksum": expect.stringMatching(/^sha256:/),
    "spanwarden.response.end_reason": "done",
  });
});

it.each(Object.entries(reads))("does not call a call failed that a retry mended: %s", async (_, read) => {
  const seam = new Seam();
  await read(clientOf(seam), { ...request, model: "limited-once" });
  seam.flush();
  expect(telemetry.endCounts).toEqual([1]);
  const [span] = telemetry.spans;
  expect(span?.attributes["error.type"]).toBeUndefined();
  expect(span?.status.code).not.toBe(SpanStatusCode.ERROR);
  expect(span?.events.filter(({ name }) => name === "spanwarden.attempt")).toHaveLength(1);
  expect(span?.attributes["spanwarden.output.length"]).toBe(WORDS.join("").length);
});

it("tells nothing a second time where the call failed", async () => {
  const seam = new Seam();
  await clientOf(seam)
    .messages.create({ ...request, model: "overloaded" })
    .catch(() => undefined);
  seam.flush();
  expect(telemetry.endCounts).toEqual([1]);
  expect(telemetry.records).toEqual([]);
  expect(telemetry.spans[0]?.status.code).toBe(SpanStatusCode.ERROR);
  expect(telemetry.spans[0]?.attributes).toMatchObject({
    "spanwarden.failure.class": "server_error",
    "spanwarden.prompt.rendered.checksum": expect.stringMatching(/^sha256:/),
  });
});

it("counts a call once", async () => {
  const seam = new Seam();
  await clientOf(seam).messages.create({ ...request, model: "claude-counted" });
  seam.flush();
  const points = await telemetry.points("gen_ai.client.inference.duration");
  expect(points.filter(({ attributes }) => JSON.stringify(attributes).includes("claude-counted"))).toMatchObject([
    { value: 1 },
  ]);
});
