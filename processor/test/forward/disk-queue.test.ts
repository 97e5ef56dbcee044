import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";

import { DiskQueue } from "../../src/forward/disk-queue.ts";
import type { OutgoingRequest } from "../../src/forward/outgoing-request.ts";
import { encodeEntry } from "../../src/forward/queue-entry.ts";
import { must } from "../must.ts";

const MAX = 1_024 * 1_024;
const directories: string[] = [];

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "spanwarden-queue-"));
  directories.push(directory);
  return directory;
}

function request(text: string, others: Partial<OutgoingRequest> = {}): OutgoingRequest {
  return { signal: "traces", contentType: "application/x-protobuf", via: "a,b", body: Buffer.from(text), ...others };
}

/** Reads and releases all; the bodies, in order. */
function drained(queue: DiskQueue): { readonly bodies: string[]; readonly damaged: number } {
  const bodies: string[] = [];
  let damaged = 0;
  for (let batch = queue.read(1); batch !== undefined; batch = queue.read(1)) {
    bodies.push(...batch.requests.map(({ body }) => Buffer.from(body).toString()));
    damaged += batch.damaged;
    queue.release(batch);
  }
  return { bodies, damaged };
}

function segments(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(".queue"))
    .toSorted();
}

/** A directory with one segment that holds these texts, as a killed process leaves it. */
function leftBehind(texts: readonly string[]): { readonly directory: string; readonly file: string } {
  const directory = temporaryDirectory();
  const queue = new DiskQueue(directory, MAX);
  for (const text of texts) queue.append(request(text), 1);
  queue.close();
  return { directory, file: join(directory, must(segments(directory)[0])) };
}

describe("a queue on disk", () => {
  it("gives back what was written, in order and whole", () => {
    const queue = new DiskQueue(temporaryDirectory(), MAX);
    const written = [
      request("one"),
      request("{}", { signal: "logs", contentType: "application/json", via: "" }),
      request("", { signal: "metrics" }),
    ];
    for (const each of written) expect(queue.append(each, 5)).toEqual({ status: "written" });
    expect([queue.waiting, queue.oldestAt]).toEqual([{ traces: 1, logs: 1, metrics: 1 }, 5]);
    const read: OutgoingRequest[] = [];
    for (let batch = queue.read(MAX); batch !== undefined; batch = queue.read(MAX)) {
      read.push(...batch.requests);
      queue.release(batch);
    }
    expect(read).toEqual(written);
    expect([queue.isEmpty, queue.waiting, queue.oldestAt]).toEqual([
      true,
      { traces: 0, logs: 0, metrics: 0 },
      undefined,
    ]);
  });

  it("gives requests together only where they are alike, up to the limit", () => {
    const queue = new DiskQueue(temporaryDirectory(), MAX);
    for (const each of [request("aa"), request("bb"), request("cc"), request("dd", { via: "c" }), request("e")])
      queue.append(each, 1);
    const batches: string[][] = [];
    for (let batch = queue.read(4); batch !== undefined; batch = queue.read(4)) {
      batches.push(batch.requests.map(({ body }) => Buffer.from(body).toString()));
      queue.release(batch);
    }
    expect(batches).toEqual([["aa", "bb"], ["cc"], ["dd"], ["e"]]);
  });

  it("reads the same again until it is released, over restarts too", () => {
    const directory = temporaryDirectory();
    const queue = new DiskQueue(directory, MAX);
    for (const text of ["a", "b", "c"]) queue.append(request(text), 1);
    queue.release(must(queue.read(1)));
    expect(queue.read(1)).toEqual(queue.read(1));
    // Killed: nothing is closed.
    const next = new DiskQueue(directory, MAX);
    expect(next.waiting.traces).toBe(2);
    next.append(request("d"), 2);
    expect(drained(next).bodies).toEqual(["b", "c", "d"]);
    expect(drained(new DiskQueue(directory, MAX)).bodies).toEqual([]);
  });

  it("leaves no file behind when it is empty, and never takes more than its bound", () => {
    const directory = temporaryDirectory();
    const queue = new DiskQueue(directory, 64 * 1_024);
    const text = "x".repeat(1_000);
    let count = 0;
    for (; queue.append(request(text), 1).status === "written"; count++)
      expect(queue.bytes).toBeLessThanOrEqual(65_536);
    expect(count).toBeGreaterThan(60);
    expect(queue.append(request("x".repeat(70_000)), 1)).toEqual({ status: "too_large" });
    expect(queue.append(request(text), 1)).toEqual({ status: "full" });
    expect(segments(directory).length).toBeGreaterThan(5);
    expect(queue.dropOldest().traces).toBeGreaterThan(0);
    expect(queue.append(request(text), 1)).toEqual({ status: "written" });
    drained(queue);
    expect([segments(directory), queue.bytes]).toEqual([[], 0]);
  });

  it("forgets a batch that was dropped while it was under way", () => {
    const queue = new DiskQueue(temporaryDirectory(), MAX);
    queue.append(request("a"), 1);
    const batch = must(queue.read(1));
    queue.dropOldest();
    queue.append(request("b"), 1);
    queue.release(batch);
    expect(drained(queue).bodies).toEqual(["b"]);
  });

  it("says that the disk refuses, keeps nothing of what was half written, and goes on when there is room", () => {
    const directory = temporaryDirectory();
    let room = Infinity;
    const write = ((fd: number, bytes: Buffer, offset: number, length: number, place: number) => {
      if (room <= 0) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
      const taken = Math.min(length, room);
      room -= taken;
      return writeSync(fd, bytes, offset, taken, place);
    }) as typeof writeSync;
    const queue = new DiskQueue(directory, MAX, write);
    queue.append(request("a"), 1);
    room = 10;
    expect(queue.append(request("lost"), 1)).toEqual({ status: "unwritable", reason: "ENOSPC" });
    expect([queue.canWrite(), queue.waiting.traces]).toEqual([false, 1]);
    room = Infinity;
    expect(queue.canWrite()).toBe(true);
    queue.append(request("b"), 1);
    expect(drained(queue)).toEqual({ bodies: ["a", "b"], damaged: 0 });
  });

  it("goes on where a file was taken away", () => {
    const { directory, file } = leftBehind(["a"]);
    const next = leftBehind(["b"]);
    renameSync(next.file, file.replace("000.queue", "001.queue"));
    const queue = new DiskQueue(directory, MAX);
    // The scan of the start ended in the second one.
    rmSync(file);
    expect(drained(queue)).toEqual({ bodies: ["b"], damaged: 1 });
  });

  it("takes no body that holds an entry for one", () => {
    const forged = encodeEntry(request("forged"), 1, 0).toString("latin1");
    const directory = temporaryDirectory();
    const queue = new DiskQueue(directory, MAX);
    queue.append(request("a", { body: Buffer.from(forged, "latin1") }), 1);
    queue.append(request("b"), 1);
    queue.close();
    const [name = ""] = segments(directory);
    flip(join(directory, name), 4, 1);
    expect(drained(new DiskQueue(directory, MAX))).toEqual({ bodies: ["b"], damaged: 1 });
  });
});

function flip(file: string, at: number, bit: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  writeFileSync(file, bytes);
}

/** Where each entry ends. */
function ends(texts: readonly string[]): number[] {
  let place = 0;
  return texts.map((text) => (place += encodeEntry(request(text), 1, place).length));
}

const texts = fc.array(fc.string({ unit: "binary", maxLength: 60 }), { minLength: 1, maxLength: 6 });

describe("a damaged queue", () => {
  it("that was cut at any byte has every entry before the cut", () => {
    const written = ["first", "second entry", ""];
    const places = ends(written);
    for (let cut = 0; cut <= must(places.at(-1)); cut++) {
      const { directory, file } = leftBehind(written);
      truncateSync(file, cut);
      const queue = new DiskQueue(directory, MAX);
      queue.append(request("next"), 1);
      const whole = written.filter((_, i) => must(places[i]) <= cut);
      expect(drained(queue)).toEqual({ bodies: [...whole, "next"], damaged: 0 });
    }
  });

  it("loses the entry in which a bit was flipped, and no other", () => {
    fc.assert(
      fc.property(texts, fc.nat(), fc.nat(7), (written, where, bit) => {
        const places = ends(written);
        const at = where % must(places.at(-1));
        const { directory, file } = leftBehind(written);
        flip(file, at, bit);
        const hit = places.findIndex((end) => at < end);
        const expected = { bodies: written.filter((_, i) => i !== hit), damaged: 1 };
        expect(drained(new DiskQueue(directory, MAX))).toEqual(expected);
      }),
    );
  });

  it("with garbage at its end, or an unreadable position, has all its entries", () => {
    fc.assert(
      fc.property(texts, fc.uint8Array({ maxLength: 80 }), (written, garbage) => {
        const { directory, file } = leftBehind(written);
        appendFileSync(file, garbage);
        writeFileSync(join(directory, "position"), garbage);
        expect(drained(new DiskQueue(directory, MAX)).bodies).toEqual(written);
      }),
    );
  });

  it("gives each entry at least once over any mixture of writes, reads and kills", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("write" as const), size: fc.nat(9_000) }),
      fc.record({ kind: fc.constantFrom("read" as const, "release" as const, "kill" as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const directory = temporaryDirectory();
        let queue = new DiskQueue(directory, MAX / 16);
        let [number, released] = [0, 0];
        const accepted: string[] = [];
        const read: [string[], string[]][] = [];
        for (const each of steps) {
          if (each.kind === "kill") queue = new DiskQueue(directory, MAX / 16);
          else if (each.kind === "write") {
            const text = `${number++}:${"x".repeat(each.size)}`;
            if (queue.append(request(text), 1).status === "written") accepted.push(text);
          } else {
            const batch = queue.read(20_000);
            const bodies = batch?.requests.map(({ body }) => Buffer.from(body).toString()) ?? [];
            read.push([bodies, accepted.slice(released, released + bodies.length)]);
            if (batch !== undefined && each.kind === "release") {
              queue.release(batch);
              released += bodies.length;
            }
          }
          expect(queue.waiting.traces).toBe(accepted.length - released);
        }
        expect(drained(queue).bodies).toEqual(accepted.slice(released));
        expect(read.map(([bodies]) => bodies)).toEqual(read.map(([, expected]) => expected));
      }),
      { numRuns: 40 },
    );
  });
});
