import * as fc from "fast-check";
import { expect, it } from "vitest";

import type { Ended } from "../../src/fetch/answer-reader.ts";
import { tapStream } from "../../src/fetch/tap-stream.ts";

class Observed {
  readonly chunks: string[] = [];
  readonly ends: Ended[] = [];
  bytes(chunk: Uint8Array): void {
    this.chunks.push(Buffer.from(chunk).toString());
  }
  finish(ended: Ended): void {
    this.ends.push(ended);
  }
}

const encoder = new TextEncoder();

/** A stream of bytes that counts how often it is asked for more. */
function source(
  pieces: readonly string[],
  type?: "bytes",
): { stream: ReadableStream<Uint8Array>; pulls: () => number } {
  let pulls = 0;
  const pull = (controller: { enqueue: (chunk: Uint8Array<ArrayBuffer>) => void; close: () => void }): void => {
    const piece = pieces[pulls++];
    if (piece === undefined) controller.close();
    else controller.enqueue(encoder.encode(piece));
  };
  const stream =
    type === "bytes"
      ? new ReadableStream({ type, pull }, { highWaterMark: 0 })
      : new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 });
  return { stream, pulls: () => pulls };
}

it.each([undefined, "bytes"] as const)("gives what it is given, in the same pieces (%s)", async (type) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ minLength: 1, unit: "grapheme" }), { maxLength: 20 }), async (pieces) => {
      const observed = new Observed();
      const { stream } = source(pieces, type);
      const seen: string[] = [];
      for await (const chunk of tapStream(() => stream, observed, undefined)) seen.push(Buffer.from(chunk).toString());
      expect(seen).toEqual(pieces);
      expect(observed.chunks).toEqual(pieces);
      expect(observed.ends).toEqual([{ end: "done" }]);
    }),
    { seed: 7, numRuns: 40 },
  );
});

it.each([undefined, "bytes"] as const)("reads nothing ahead (%s)", async (type) => {
  const { stream, pulls } = source(["a", "b", "c"], type);
  const observed = new Observed();
  const reader = tapStream(() => stream, observed, undefined).getReader();
  await Promise.resolve();
  expect([pulls(), stream.locked]).toEqual([0, false]);
  await reader.read();
  await Promise.resolve();
  expect([pulls(), observed.chunks]).toEqual([1, ["a"]]);
});

it("stays a byte stream, read into the reader's own buffer, to its end", async () => {
  const observed = new Observed();
  const { stream } = source(["abcdef", "gh"], "bytes");
  const reader = tapStream(() => stream, observed, undefined).getReader({ mode: "byob" });
  const seen: string[] = [];
  let view = new Uint8Array(4);
  for (;;) {
    const { done, value } = await reader.read(view);
    if (done) break;
    seen.push(Buffer.from(value).toString());
    view = new Uint8Array(value.buffer);
  }
  expect(seen).toEqual(["abcd", "ef", "gh"]);
  expect(observed.chunks).toEqual(["abcdef", "gh"]);
  expect(observed.ends).toEqual([{ end: "done" }]);
});

it("takes no buffer away from whoever made the chunk", async () => {
  const chunk = encoder.encode("shared");
  const stream = new ReadableStream({ type: "bytes", pull: (c) => c.enqueue(chunk.slice()) }, { highWaterMark: 0 });
  const kept: Uint8Array[] = [];
  const tapped = tapStream(() => stream, { bytes: (one) => kept.push(one), finish: () => undefined }, undefined);
  await tapped.getReader().read();
  expect(kept[0]?.byteLength).toBe(6);
});

it("passes on empty chunks, too", async () => {
  const { stream } = source(["", "a", "", ""]);
  const observed = new Observed();
  const seen: number[] = [];
  for await (const chunk of tapStream(() => stream, observed, undefined)) seen.push(chunk.byteLength);
  expect(seen).toEqual([0, 1, 0, 0]);
  expect(observed.ends).toEqual([{ end: "done" }]);
});

it.each(["before anything was read", "in the middle"])("passes on a cancel with its reason: %s", async (when) => {
  const reasons: unknown[] = [];
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(encoder.encode("a")),
    cancel: (reason) => void reasons.push(reason),
  });
  const observed = new Observed();
  const tapped = tapStream(() => stream, observed, undefined);
  const reader = tapped.getReader();
  if (when === "in the middle") await reader.read();
  await reader.cancel("enough");
  expect(reasons).toEqual(["enough"]);
  expect(observed.ends).toEqual([{ end: "cancelled" }]);
});

it("gives a failing cancel on to who cancelled", async () => {
  const stream = new ReadableStream<Uint8Array>({ cancel: () => Promise.reject(new Error("too late")) });
  await expect(tapStream(() => stream, new Observed(), undefined).cancel()).rejects.toThrow("too late");
});

it.each([undefined, "bytes"] as const)("passes on the very error of its original, once (%s)", async (type) => {
  const error = Object.assign(new TypeError("terminated"), {
    cause: Object.assign(new Error("x"), { code: "UND_ERR_SOCKET" }),
  });
  const pull = (): never => {
    throw error;
  };
  const stream =
    type === undefined
      ? new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 })
      : new ReadableStream({ type, pull });
  const observed = new Observed();
  const reader = tapStream(() => stream, observed, undefined).getReader();
  await expect(reader.read()).rejects.toBe(error);
  await expect(reader.read()).rejects.toBe(error);
  expect(observed.ends).toEqual([{ end: "cut", failure: { type: "UND_ERR_SOCKET", class: "network" } }]);
});

it("tells an abort by the app's own signal, whatever its reason, from a cut", async () => {
  const controller = new AbortController();
  controller.abort("the user left");
  const stream = new ReadableStream<Uint8Array>({ start: (c) => c.error(controller.signal.reason) });
  const observed = new Observed();
  await expect(
    tapStream(() => stream, observed, controller.signal)
      .getReader()
      .read(),
  ).rejects.toBe("the user left");
  expect(observed.ends).toEqual([{ end: "cancelled" }]);
});
