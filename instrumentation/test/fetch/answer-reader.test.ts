import { describe, expect, it } from "vitest";

import { openaiChat } from "../../src/codecs/openai-chat.ts";
import { failureReaders, streamReaders, wholeReaders, type Answer, type Ended } from "../../src/fetch/answer-reader.ts";
import { ServerSentEvents } from "../../src/fetch/server-sent-events.ts";
import { COMPLETION } from "../ask.ts";

const MEGABYTE = 1_024 * 1_024;
const network: Ended = { end: "cut", failure: { type: "UND_ERR_SOCKET", class: "network" } };

interface Told {
  chunks: number;
  readonly answers: Answer[];
}

function listener(): Told & { chunk: () => void; finish: (answer: Answer) => void } {
  const told: Told = { chunks: 0, answers: [] };
  return Object.assign(told, {
    chunk: () => told.chunks++,
    finish: (answer: Answer) => void told.answers.push(answer),
  });
}

describe("a streamed answer", () => {
  const delta = (content: string, finish_reason: string | null = null, index = 0): string =>
    `data: ${JSON.stringify({ choices: [{ index, delta: { content }, finish_reason }] })}\n\n`;
  const DONE = "data: [DONE]\n\n";

  function read(texts: readonly string[], ended: Ended): Told {
    const told = listener();
    const reader = streamReaders(openaiChat, told, ServerSentEvents)();
    for (const text of texts) reader.bytes(Buffer.from(text));
    reader.finish(ended);
    return told;
  }

  it.each<[string, string[], Ended, Partial<Answer>]>([
    ["read to its end", [delta("a"), delta("", "stop"), DONE], { end: "done" }, { end: "done", truncated: false }],
    ["without [DONE]", [delta("a"), delta("", "stop")], { end: "done" }, { end: "done", truncated: false }],
    ["without a finish reason", [delta("a"), DONE], { end: "done" }, { end: "done", truncated: false }],
    ["left at its last event", [delta("a", "stop")], { end: "cancelled" }, { end: "done", truncated: false }],
    ["left before it", [delta("a")], { end: "cancelled" }, { end: "cancelled", truncated: true, failure: undefined }],
    ["never read", [], { end: "abandoned" }, { end: "abandoned", truncated: true }],
    ["that ends too early", [delta("a")], { end: "done" }, { end: "cut", truncated: true }],
    ["cut by the network", [delta("a")], network, { end: "cut", truncated: true, failure: network.failure }],
    ["cut after its last event", [delta("a", "stop"), DONE], network, { end: "done", failure: undefined }],
    ["cut while a second choice goes on", [delta("a", "stop"), delta("b", null, 1)], network, { end: "cut" }],
    [
      "with an error in it",
      [delta("a"), `data: ${JSON.stringify({ error: { code: "server_error", message: "down" } })}\n\n`],
      { end: "done" },
      { end: "error", failure: { type: "server_error", class: "server_error", status: undefined } },
    ],
  ])("%s", (_, texts, ended, answer) => {
    expect(read(texts, ended).answers).toMatchObject([answer]);
  });

  it("counts its pieces, also where the first is the last", () => {
    expect(read([delta("a", "stop"), DONE], { end: "done" }).chunks).toBe(1);
    expect(read([delta("a"), delta("b"), delta("c", "stop"), DONE], { end: "done" }).chunks).toBe(3);
    expect(read([`data: {"choices":[]}\n\n`, DONE], { end: "done" }).chunks).toBe(0);
  });

  it("has the usage that was told last, in whichever chunk", () => {
    const usage = (count: number): string =>
      `data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":${count}}}\n\n`;
    const told = read([usage(1), delta("a"), usage(2), delta("b", "stop"), DONE], { end: "done" });
    expect(told.answers[0]?.reading?.usage).toMatchObject({ input: 3, output: 2 });
  });

  it("longer than is read is no cut one", () => {
    const much = Array.from({ length: 9 }, () => delta("x".repeat(MEGABYTE)));
    expect(read([...much, delta("", "stop"), DONE], { end: "done" }).answers).toMatchObject([
      { end: "done", truncated: true },
    ]);
    expect(read([delta("x".repeat(5 * MEGABYTE), "stop")], { end: "done" }).answers).toMatchObject([
      { end: "done", truncated: true },
    ]);
    expect(read(much, network).answers).toMatchObject([{ end: "cut", truncated: true }]);
  });
});

describe("an answer in one piece", () => {
  const text = JSON.stringify(COMPLETION);
  const half = Buffer.from(text).subarray(0, 99);
  const rest = Buffer.from(text).subarray(99);

  it("is the same by value, by text and by bytes", () => {
    const told = listener();
    const readers = wholeReaders(openaiChat, told);
    const [value, string, bytes] = [0, 1, 2].map(() => readers());
    value?.value(COMPLETION);
    string?.value(text);
    bytes?.bytes(half);
    bytes?.bytes(rest);
    for (const reader of [value, string, bytes]) reader?.finish({ end: "done" });
    expect(told.answers).toHaveLength(3);
    for (const answer of told.answers) {
      expect(answer).toMatchObject({ end: "done", truncated: false, failure: undefined });
      expect(answer.reading?.usage).toMatchObject({ input: 21, output: 7 });
    }
  });

  it("keeps its own copy of bytes that their owner may use again", () => {
    const told = listener();
    const reader = wholeReaders(openaiChat, told)();
    const bytes = Buffer.from(text);
    reader.bytes(bytes);
    bytes.fill(0);
    reader.finish({ end: "done" });
    expect(told.answers[0]?.reading?.response.id).toBe("chatcmpl-1");
  });

  it.each<[Ended, Partial<Answer>]>([
    [network, { end: "cut", reading: undefined, failure: network.failure }],
    [{ end: "cancelled" }, { end: "cancelled", reading: undefined, failure: undefined }],
    [{ end: "abandoned" }, { end: "abandoned", reading: undefined, failure: undefined }],
    [
      { end: "error", failure: { type: "SyntaxError", class: "other" } },
      { end: "error", reading: undefined },
    ],
  ])("that broke off is unknown: %o", (ended, answer) => {
    const told = listener();
    const reader = wholeReaders(openaiChat, told)();
    reader.bytes(half);
    reader.finish(ended);
    expect(told.answers).toMatchObject([answer]);
  });

  it("longer than is read is unknown, and said to be cut", () => {
    const told = listener();
    const reader = wholeReaders(openaiChat, told)();
    for (let count = 0; count < 9; count++) reader.bytes(Buffer.alloc(MEGABYTE, " "));
    reader.finish({ end: "done" });
    expect(told.answers).toMatchObject([{ end: "done", reading: undefined, truncated: true }]);
  });
});

describe("the body of a failure", () => {
  it.each<[string, Ended, string, boolean]>([
    ['{"error":{"code":"rate_limit_exceeded"}}', { end: "done" }, "rate_limit_exceeded", true],
    ["Too Many Requests", { end: "done" }, "429", true],
    ["", { end: "done" }, "429", true],
    ['{"error":{"code":"rate_limit_exceeded"}}', { end: "cancelled" }, "429", false],
  ])("%o, %o, is %o and was read: %s", (body, ended, type, read) => {
    const told: unknown[] = [];
    const reader = failureReaders(openaiChat, 429, (failure, wasRead) =>
      told.push([failure.type, failure.class, wasRead]),
    )();
    reader.bytes(Buffer.from(body));
    reader.finish(ended);
    expect(told).toEqual([[type, "rate_limited", read]]);
  });
});
