import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { AnswerReader, Ended } from "../../src/fetch/answer-reader.ts";
import { tapResponse } from "../../src/fetch/tap-response.ts";

const TEXT = JSON.stringify({ answer: "Grüße 🚲" });

const server = createServer((request, response) => {
  if (request.url === "/moved") response.writeHead(302, { location: "/" }).end();
  else if (request.url === "/empty") response.writeHead(204).end();
  else response.writeHead(200, { "content-type": "application/json", "x-request-id": "req_1" }).end(TEXT);
});
let url = "";
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** What one answer and its clones told. */
class Told {
  readonly bytes: string[] = [];
  readonly values: unknown[] = [];
  readonly ends: Ended[] = [];
  readonly readers = (): AnswerReader => ({
    bytes: (chunk) => void this.bytes.push(Buffer.from(chunk).toString()),
    value: (body) => void this.values.push(body),
    finish: (ended) => void this.ends.push(ended),
  });
}

async function tapped(path = "/"): Promise<{ response: Response; told: Told }> {
  const told = new Told();
  const response = await fetch(url + path);
  expect(tapResponse(response, told.readers, undefined)).toBe(true);
  return { response, told };
}

/** How an operation on a response turns out, with all that an app sees of it. */
async function outcome(run: (response: Response) => unknown, response: Response): Promise<unknown> {
  try {
    return { value: await run(response), bodyUsed: response.bodyUsed };
  } catch (error) {
    return { error: String(error), bodyUsed: response.bodyUsed };
  }
}

const operations: Readonly<Record<string, (response: Response) => unknown>> = {
  json: (r) => r.json(),
  text: (r) => r.text(),
  arrayBuffer: async (r) => Buffer.from(await r.arrayBuffer()).toString(),
  bytes: async (r) => Buffer.from(await r.bytes()).toString(),
  blob: async (r) => [(await r.clone().blob()).type, await (await r.blob()).text()],
  formData: (r) => r.formData(),
  "json twice": async (r) => [await r.json(), await r.json()],
  "json, then clone": async (r) => [await r.json(), r.clone()],
  "json while text is under way": async (r) => await Promise.all([r.text(), r.json()]),
  "body, then json": async (r) => [r.body?.locked, await r.json()],
  "body locked, then json": async (r) => [r.body?.getReader().closed instanceof Promise, await r.json()],
  "body locked, then clone": (r) => [r.body?.getReader().closed instanceof Promise, r.clone()],
  "body locked and released, then json": (r) => {
    r.body?.getReader().releaseLock();
    return r.json();
  },
  "body read, then json": async (r) => {
    const reader = r.body?.getReader();
    await reader?.read();
    reader?.releaseLock();
    return await r.json();
  },
  "body read, then clone": async (r) => {
    const reader = r.body?.getReader();
    await reader?.read();
    reader?.releaseLock();
    return r.clone();
  },
  "body cancelled, then json": async (r) => [await r.body?.cancel(), await r.json()],
  "body is one object": (r) => r.body === r.body,
  "body with one's own buffer": async (r) => {
    const read = await r.body?.getReader({ mode: "byob" }).read(new Uint8Array(8));
    return Buffer.from(read?.value ?? []).toString();
  },
  "body iterated": async (r) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of r.body ?? []) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  },
  "body through a transform": async (r) => {
    let text = "";
    for await (const piece of r.body?.pipeThrough(new TextDecoderStream()) ?? []) text += piece;
    return text;
  },
  "body tee": async (r) => await Promise.all((r.body?.tee() ?? []).map((half) => new Response(half).text())),
  "body in another response": async (r) => await new Response(r.body, r).json(),
  "clone, both read": async (r) => await Promise.all([r.clone().json(), r.text()]),
  "clone of a clone": async (r) => await Promise.all([r.clone().clone().json(), r.json()]),
  "clone, only the clone read": (r) => r.clone().json(),
  "clone, and one cancelled": async (r) => {
    const copy = r.clone();
    const cancelled = copy.body?.cancel();
    return [await r.json(), await cancelled];
  },
  "detached method": (r) => {
    const json: unknown = Reflect.get(r, "json");
    return (json as () => Promise<unknown>)();
  },
  facts: (r) => [r.ok, r.status, r.statusText, r.type, r.redirected, [...r.headers.keys()].includes("x-request-id")],
  keys: (r) => [
    Object.keys(r),
    JSON.stringify(r),
    r instanceof Response,
    Object.prototype.toString.call(r),
    "body" in r,
  ],
};

describe("a tapped response is to the app what it was", () => {
  it.each(Object.entries(operations))("%s", async (_, run) => {
    const { response } = await tapped();
    expect(await outcome(run, response)).toEqual(await outcome(run, await fetch(`${url}/`)));
  });

  it("keeps its address after a redirect, and its identity", async () => {
    const told = new Told();
    const response = await fetch(`${url}/moved`);
    tapResponse(response, told.readers, undefined);
    expect([response.url, response.redirected]).toEqual([`${url}/`, true]);
  });

  it("without a body has ended", async () => {
    const { response, told } = await tapped("/empty");
    expect(response.body).toBeNull();
    expect(told.ends).toEqual([{ end: "done" }]);
  });
});

describe("what is told of it", () => {
  it.each<[string, (response: Response) => unknown, unknown]>([
    ["json", (r) => r.json(), JSON.parse(TEXT)],
    ["text", (r) => r.text(), TEXT],
    ["arrayBuffer", (r) => r.arrayBuffer(), TEXT],
    ["bytes", (r) => r.bytes(), TEXT],
  ])("is the value of %s, once", async (_, run, value) => {
    const { response, told } = await tapped();
    await run(response);
    await Promise.resolve(run(response)).catch(() => undefined);
    expect([told.values, told.ends]).toEqual([[value], [{ end: "done" }]]);
  });

  it("is the bytes of a body that streams", async () => {
    const { response, told } = await tapped();
    for await (const _ of response.body ?? []);
    expect([told.bytes.join(""), told.ends]).toEqual([TEXT, [{ end: "done" }]]);
  });

  it("is a cancel only when all branches were left", async () => {
    const { response, told } = await tapped();
    const copy = response.clone();
    const first = copy.body?.cancel();
    expect(told.ends).toEqual([]);
    await Promise.all([first, response.body?.cancel()]);
    expect(told.ends).toEqual([{ end: "cancelled" }]);
  });

  it("is done when one branch was read, whatever becomes of the other", async () => {
    const { response, told } = await tapped();
    const copy = response.clone();
    await response.json();
    await copy.body?.cancel();
    expect(told.ends).toEqual([{ end: "done" }]);
  });

  it("is an error where the body is not what was asked for", async () => {
    const told = new Told();
    const response = new Response("{not json");
    tapResponse(response, told.readers, undefined);
    await expect(response.json()).rejects.toThrow(SyntaxError);
    expect(told.ends).toMatchObject([{ end: "error", failure: { type: "SyntaxError" } }]);
  });
});

describe("what is not touched", () => {
  it.each<[string, () => Response]>([
    ["a frozen response", () => Object.freeze(new Response("a"))],
    ["one whose body somebody has replaced", () => Object.defineProperty(new Response("a"), "body", { value: null })],
    [
      "one whose body is no web stream",
      () => Object.create({ body: { on: () => undefined }, headers: new Headers() }) as Response,
    ],
  ])("%s", (_, make) => {
    const response = make();
    const before = Object.getOwnPropertyNames(response);
    expect(tapResponse(response, new Told().readers, undefined)).toBe(false);
    expect(Object.getOwnPropertyNames(response)).toEqual(before);
  });

  it("by a reader that throws", async () => {
    const broken = (): never => {
      throw new Error("ours");
    };
    const response = new Response(TEXT);
    tapResponse(response, () => ({ bytes: broken, value: broken, finish: broken }), undefined);
    expect(await response.clone().json()).toEqual(JSON.parse(TEXT));
    expect(await new Response(response.body).text()).toBe(TEXT);
  });
});
