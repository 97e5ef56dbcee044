import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { EventRecord } from "../../src/emit/event-record.ts";
import type { Incident } from "../../src/incidents/incident.ts";
import { Store } from "../../src/store/store.ts";
import { event } from "../emit/fixtures.ts";
import { must } from "../must.ts";

let directory: string;
const open: Store[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "store-"));
});

afterEach(() => {
  for (const store of open.splice(0)) store.close();
  rmSync(directory, { recursive: true });
});

function opened(at = directory): Store {
  return kept(new Store(at));
}

function inMemory(): Store {
  return kept(new Store(undefined));
}

function kept(store: Store): Store {
  open.push(store);
  return store;
}

function reopened(): Store {
  open.pop()?.close();
  return opened();
}

const events = (...ids: string[]): EventRecord[] => ids.map((id) => event(id));
const owed = (store: Store, limit = 100): (string | number)[] => store.undelivered(limit).map(({ id }) => id);
const checkpoint = (segment: number, offset: number, ...state: number[]) => ({
  state: Uint8Array.from(state),
  position: { segment, offset },
});

function incident(id: string, openedAt: number, overrides: Partial<Incident> = {}): Incident {
  return {
    id,
    kind: "outage",
    cell: { namespace: "", service: "support", environment: "", operation: "chat", prompt: "-" },
    state: "open",
    severity: 2,
    rules: ["error_share"],
    openedAt,
    onset: { time: openedAt, earliest: openedAt, latest: openedAt, firstTraceId: "", exposedCalls: 1 },
    explanation: [],
    reason: "many errors",
    action: "look",
    sampleTraceIds: [],
    ...overrides,
  };
}

describe("events", () => {
  it("are owed in the order in which they were stored until they are delivered, over a restart", () => {
    const store = opened();
    store.save(events("c", "a"), []);
    store.save(events("b"), []);
    expect([owed(store), owed(store, 2), store.waiting]).toEqual([["c", "a", "b"], ["c", "a"], 3]);
    store.delivered(["c", "b"]);
    expect([owed(store), store.waiting]).toEqual([["a"], 1]);
    const next = reopened();
    expect([owed(next), next.waiting]).toEqual([["a"], 1]);
    expect(next.undelivered(1)[0]?.event).toEqual(event("a"));
  });

  it("are stored once under one id, whether they were delivered or not", () => {
    const store = opened();
    store.save(events("a", "a"), []);
    store.save(events("a"), []);
    expect([owed(store), store.waiting]).toEqual([["a"], 1]);
    store.delivered(["a"]);
    store.save(events("a"), []);
    expect([owed(store), store.waiting]).toEqual([[], 0]);
  });

  it("that were decided and delivered after the last checkpoint are not sent again when a restart decides them again", () => {
    const store = opened();
    store.checkpoint(checkpoint(1, 0));
    store.save(events("a", "b"), []);
    store.delivered(["a"]);
    const next = reopened();
    next.save(events("a", "b", "c"), []);
    expect(owed(next)).toEqual(["b", "c"]);
  });

  it("are forgotten by the checkpoint after their delivery, and none that is owed", () => {
    const store = opened();
    store.save(events("a", "b"), []);
    store.delivered(["a"]);
    store.checkpoint(checkpoint(1, 9));
    expect(owed(store)).toEqual(["b"]);
    store.close();
    open.pop();
    const database = new DatabaseSync(join(directory, "spanwarden.sqlite"));
    expect(
      database
        .prepare("SELECT id FROM outbox")
        .all()
        .map((row) => row["id"]),
    ).toEqual(["b"]);
    database.close();
  });

  it("are counted once, though they are delivered twice or were never there", () => {
    const store = opened();
    store.save(events("a", "b"), []);
    store.delivered(["a", "a", "nobody"]);
    store.delivered(["a"]);
    expect(store.waiting).toBe(1);
  });

  it("wait in bounded number: beyond it the oldest go, and are counted", () => {
    const store = inMemory();
    const numbered = (from: number, to: number): EventRecord[] =>
      Array.from({ length: to - from }, (_, i) => event(`${from + i}`));
    store.save(numbered(0, 100_000), []);
    expect([store.waiting, store.dropped]).toEqual([100_000, 0]);
    store.save(numbered(100_000, 100_003), []);
    expect([store.waiting, store.dropped, owed(store, 1)]).toEqual([100_000, 3, ["3"]]);
    // The outbox may have had a dropped one under way.
    store.delivered(["0", "3"]);
    expect(store.waiting).toBe(99_999);
  });

  it("that cannot be stored leave nothing behind", () => {
    const store = opened();
    const broken = { ...event("b"), attributes: { value: 1n as unknown as number } };
    expect(() => store.save([event("a"), broken], [])).toThrow(TypeError);
    expect([owed(store), store.waiting]).toEqual([[], 0]);
    store.save(events("a"), []);
    expect([owed(store), store.waiting]).toEqual([["a"], 1]);
  });
});

describe("state", () => {
  it("has no checkpoint at first, and then the last one", () => {
    const store = opened();
    expect(store.latestCheckpoint()).toBeUndefined();
    store.checkpoint(checkpoint(1, 2, 3, 4));
    store.checkpoint(checkpoint(7, 123_456_789, 0, 255));
    const { state, position } = must(reopened().latestCheckpoint());
    expect([[...state], position]).toEqual([[0, 255], { segment: 7, offset: 123_456_789 }]);
  });

  it("has the latest of each incident, the newest first", () => {
    const store = opened();
    store.save([], [incident("a", 1), incident("b", 2)]);
    store.save([], [incident("a", 1, { state: "closed", closedAt: 5, endReason: "recovered" }), incident("c", 3)]);
    const read = (from: Store, limit: number): unknown[] => from.incidents(limit).map(({ id, state }) => [id, state]);
    expect(read(store, 2)).toEqual([
      ["c", "open"],
      ["b", "open"],
    ]);
    expect(read(reopened(), 9).at(-1)).toEqual(["a", "closed"]);
  });

  it("forgets the longest closed of more than ten thousand incidents, and never an open one", () => {
    const store = opened();
    const closed = Array.from({ length: 10_002 }, (_, n) =>
      incident(`i${n}`, 10 + n, { state: "closed", closedAt: 20 + n }),
    );
    store.save([], [incident("open", 1), ...closed]);
    store.checkpoint(checkpoint(1, 0));
    const left = store.incidents(20_000).map(({ id }) => id);
    expect([left.length, left.at(-1), left.at(-2)]).toEqual([10_001, "open", "i2"]);
  });

  it("forgets what was delivered, also where there are no checkpoints", () => {
    const store = inMemory();
    store.save(events("a", "b"), []);
    store.delivered(["a"]);
    store.forgetDelivered();
    store.save(events("a", "b"), []);
    expect(owed(store)).toEqual(["b", "a"]);
  });

  it("has one identity for ever, and another one elsewhere", () => {
    const { instanceId } = opened();
    expect(instanceId).toMatch(/^[0-9a-f-]{36}$/);
    expect(reopened().instanceId).toBe(instanceId);
    expect(opened(join(directory, "deeper", "down")).instanceId).not.toBe(instanceId);
    expect(inMemory().instanceId).not.toBe(instanceId);
  });
});

describe("a directory that cannot be used", () => {
  const corrupt = (reason: RegExp): unknown =>
    expect.objectContaining({ code: "STORE_CORRUPT", retryable: false, message: expect.stringMatching(reason) });
  const inUse = /spanwarden\.sqlite: database is locked; another process uses it/;

  it("is one that another store of this process has open", () => {
    const store = opened();
    expect(() => new Store(directory)).toThrow(corrupt(inUse));
    store.save(events("a"), []);
    expect(owed(reopened())).toEqual(["a"]);
  });

  it("is one that another process has open", () => {
    opened();
    const script = `new (await import(${JSON.stringify(import.meta.resolve("../../src/store/store.ts"))})).Store(process.argv[1])`;
    const run = spawnSync(process.execPath, [
      "--conditions=spanwarden-source",
      "--input-type=module",
      "-e",
      script,
      directory,
    ]);
    expect(run.status).toBe(1);
    expect(run.stderr.toString()).toMatch(inUse);
  });

  it("is one whose database is none", () => {
    writeFileSync(join(directory, "spanwarden.sqlite"), "x".repeat(5_000));
    expect(() => new Store(directory)).toThrow(corrupt(/file is not a database; .*no database of this version/));
  });

  it("is one whose database is of another version", () => {
    const database = new DatabaseSync(join(directory, "spanwarden.sqlite"));
    database.exec("PRAGMA user_version = 99");
    database.close();
    expect(() => new Store(directory)).toThrow(corrupt(/schema version 99, expected 1; .*no database of this version/));
  });

  it("is one that is a file", () => {
    const file = join(directory, "file");
    writeFileSync(file, "x");
    expect(() => new Store(file)).toThrow(/EEXIST|ENOTDIR/);
  });
});
