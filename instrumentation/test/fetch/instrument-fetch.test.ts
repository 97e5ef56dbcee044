import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { instrumentFetch, Seam } from "../../src/fetch/instrument-fetch.ts";
import { answering, ask, COMPLETION, jsonAnswer } from "../ask.ts";
import { Telemetry } from "../telemetry.ts";

const telemetry = new Telemetry();
beforeAll(() => telemetry.start());
afterAll(() => telemetry.stop());
beforeEach(() => telemetry.clear());

const url = "https://gateway.example/v1/chat/completions";
const body = JSON.stringify({ model: "m", messages: [{ role: "user", content: "Grüße" }] });
const answer = (): Response => jsonAnswer(COMPLETION);

describe("an instrumented fetch", () => {
  it.each<readonly [string, () => Parameters<typeof fetch>]>([
    ["text", () => [url, { method: "POST", body }]],
    ["a URL object", () => [new URL(url), { method: "post", body }]],
    ["bytes", () => [url, { method: "POST", body: new TextEncoder().encode(body) }]],
    ["a buffer", () => [url, { method: "POST", body: new TextEncoder().encode(body).buffer }]],
    ["a Request", () => [new Request(url, { method: "POST", body })]],
    ["a Request with another body", () => [new Request(url, { method: "POST", body: "x" }), { body }]],
  ])("reads a body given as %s, and leaves it as it is", async (_, given) => {
    const seam = new Seam();
    const sent: string[] = [];
    const fetch = seam.instrument(async (...all) => {
      sent.push(await new Request(...all).text());
      return answer();
    });
    await (await fetch(...given())).json();
    seam.flush();
    expect(sent).toEqual([body]);
    expect(telemetry.spans.map(({ name }) => name)).toEqual(["chat m"]);
  });

  it("does not wait for a body that streams, nor takes from it", async () => {
    const seam = new Seam();
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const request = new Request(url, { method: "POST", body: readable, duplex: "half" });
    const sent = seam.instrument(async (input) => {
      const writer = writable.getWriter();
      void writer.write(new TextEncoder().encode(body)).then(() => writer.close());
      return new Response(await new Response((input as Request).body).text());
    })(request);
    expect(await (await sent).text()).toBe(body);
    seam.flush();
    expect(telemetry.started).toEqual([]);
  });

  it("instruments once, however often and however deep it is asked to", async () => {
    const seam = new Seam();
    const inner = seam.instrument(answering(answer));
    expect(seam.instrument(inner)).toBe(inner);
    await ask(seam, async (...given) => await inner(...given), { model: "nested" });
    seam.flush();
    expect(telemetry.spans).toHaveLength(1);
    const points = await telemetry.points("gen_ai.client.inference.duration");
    expect(points.filter(({ attributes }) => Object.values(attributes).includes("nested"))).toMatchObject([
      { value: 1 },
    ]);
    expect(instrumentFetch(inner)).toBe(inner);
  });

  it("passes on what is thrown, arguments and `this`", async () => {
    const seam = new Seam();
    const client = {
      fetch: seam.instrument(async function (this: unknown, ...given) {
        expect(this).toBe(client);
        expect(given[0]).toBe(url);
        throw new RangeError("as it was");
      }),
    };
    await expect(client.fetch(url, { method: "POST", body })).rejects.toThrow(new RangeError("as it was"));
    seam.flush();
    expect(telemetry.spans.map(({ attributes }) => attributes["error.type"])).toEqual(["RangeError"]);
  });

  it("tells of calls whose answer is of another make, without their answer", async () => {
    const seam = new Seam();
    const made = { ok: true, status: 200, headers: new Headers(), body: null, json: async () => COMPLETION };
    const given = await seam.instrument(async () => made as unknown as Response)(url, { method: "POST", body });
    expect(given).toBe(made);
    expect(await given.json()).toBe(COMPLETION);
    seam.flush();
    expect(telemetry.spans.map(({ attributes }) => attributes["spanwarden.content.state"])).toEqual(["absent"]);
  });

  it("tells nothing once it is switched off", async () => {
    const seam = new Seam();
    seam.enabled = false;
    await ask(seam, answering(answer));
    seam.flush();
    expect(telemetry.started).toEqual([]);
  });

  it("runs the request within its span", async () => {
    const seam = new Seam();
    const { trace } = await import("@opentelemetry/api");
    let active: string | undefined;
    await ask(seam, async () => {
      active = trace.getActiveSpan()?.spanContext().spanId;
      return answer();
    });
    seam.flush();
    expect(active).toBe(telemetry.spans[0]?.spanContext().spanId);
    expect(trace.getActiveSpan()).toBeUndefined();
  });
});
