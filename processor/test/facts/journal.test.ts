import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { CallFact } from "../../src/facts/call-fact.ts";
import { encodeFact } from "../../src/facts/fact-codec.ts";
import { factsConfig } from "../../src/facts/facts-config.ts";
import { Journal } from "../../src/facts/journal.ts";
import type { Logger } from "../../src/settings.ts";
import { quiet } from "../../src/telemetry.ts";
import { fact } from "./fact.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "journal-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

const SEGMENT = 1_000;
const CONFIG = { ...factsConfig.parse({}), segment_bytes: SEGMENT };
const MINUTE = 60_000;

const entry = (given: CallFact): { bytes: Uint8Array; arrival: number } => ({
  bytes: encodeFact(given),
  arrival: given.arrival,
});
const entries = (from: number, to: number): ReturnType<typeof entry>[] =>
  Array.from({ length: to - from }, (_, index) => entry(fact({ identity: `call-${from + index}` })));
const names = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `call-${from + i}`);

/** The identities that a restart finds. */
function found(logger: Logger = quiet): string[] {
  const journal = new Journal(directory, CONFIG);
  const identities = [...journal.entries(logger)].map((each) => each.fact.identity);
  journal.close();
  return identities;
}

const files = (): string[] => readdirSync(join(directory, "journal")).toSorted();
const path = (number: number): string => join(directory, "journal", `facts-${String(number).padStart(9, "0")}.journal`);

interface Warnings extends Logger {
  readonly told: unknown[];
}

function warnings(): Warnings {
  const told: unknown[] = [];
  return { ...quiet, told, warn: (message, fields) => told.push([message, fields]) };
}

function writeAll(count: number): void {
  const journal = new Journal(directory, CONFIG);
  for (let n = 0; n < count; n++) journal.append(entries(n, n + 1));
  journal.close();
}

describe("a journal", () => {
  it("gives back every fact in the order in which it came, over segments and restarts", () => {
    writeAll(20);
    expect(files().length).toBeGreaterThan(2);
    const journal = new Journal(directory, CONFIG);
    expect([...journal.entries(quiet)].map((each) => each.fact)).toEqual(
      names(0, 20).map((identity) => fact({ identity })),
    );
    journal.append(entries(20, 23));
    journal.close();
    expect(found()).toEqual(names(0, 23));
    expect(found()).toEqual(names(0, 23));
  });

  it("says where each fact begins: a position taken between two facts divides them", () => {
    const journal = new Journal(directory, CONFIG);
    const positions = Array.from({ length: 10 }, (_, n) => {
      const { position } = journal;
      journal.append(entries(n, n + 1));
      return position;
    });
    const { position: end } = journal;
    journal.close();
    const read = [...new Journal(directory, CONFIG).entries(quiet)].map(({ position }) => position);
    // Where a segment is full, the next fact begins the next one; its position before that is the end of the full one.
    const order = ({ segment, offset }: { segment: number; offset: number }): number => segment * 2 * SEGMENT + offset;
    read.forEach((position, n) => {
      expect(order(position)).toBeGreaterThanOrEqual(order(positions[n] ?? position));
      expect(order(position)).toBeLessThan(order(positions[n + 1] ?? end));
    });
  });

  it("loses nothing that was appended when its process dies: it is written without close or sync", () => {
    const journal = new Journal(directory, CONFIG);
    journal.append(entries(0, 3));
    expect(found()).toEqual(names(0, 3));
    journal.close();
  });

  it("writes nothing for nothing", () => {
    const journal = new Journal(directory, CONFIG);
    journal.append([]);
    expect(journal.position).toEqual({ segment: 1, offset: 0 });
    journal.sync();
    journal.close();
  });

  it("leaves files alone that are not its own", () => {
    mkdirSync(join(directory, "journal"));
    writeFileSync(join(directory, "journal", "notes.txt"), "x");
    writeAll(2);
    expect(found()).toEqual(names(0, 2));
    expect(files()).toContain("notes.txt");
  });
});

describe("what is damaged", () => {
  it.each([1, 4, 8, 9, 40])(
    "at the end, after a kill in the middle of a write, is passed over and told: %i bytes left",
    (left) => {
      writeAll(3);
      const bytes = readFileSync(path(1));
      writeFileSync(path(1), Buffer.concat([bytes, Buffer.from(entries(3, 4)[0]?.bytes ?? []).subarray(0, left)]));
      const logger = warnings();
      expect(found(logger)).toEqual(names(0, 3));
      expect(logger.told).toEqual([
        [expect.stringContaining("damaged"), { segment: 1, offset: bytes.length, bytes: left }],
      ]);
      expect(found(logger)).toEqual(names(0, 3));
      expect(logger.told).toHaveLength(1);
    },
  );

  it("by a bit hides no earlier fact, nor one of a later segment, and is told", () => {
    writeAll(20);
    const bytes = readFileSync(path(2));
    bytes[bytes.length - 5] = (bytes.at(-5) ?? 0) ^ 1;
    writeFileSync(path(2), bytes);
    const logger = warnings();
    const left = found(logger);
    expect([left.length, logger.told.length]).toEqual([19, 1]);
    expect(left).toEqual(names(0, 20).filter((name) => left.includes(name)));
  });

  it("by zeros, as a power cut leaves them, is passed over", () => {
    writeAll(2);
    writeFileSync(path(1), Buffer.concat([readFileSync(path(1)), Buffer.alloc(4_096)]));
    expect(found()).toEqual(names(0, 2));
  });

  it("is not a fact of another version: that one alone is passed over, and told", () => {
    const journal = new Journal(directory, CONFIG);
    const other = Uint8Array.of(99, 1, 2, 3);
    journal.append([...entries(0, 1), { bytes: other, arrival: 0 }, ...entries(1, 2)]);
    journal.close();
    const logger = warnings();
    expect(found(logger)).toEqual(names(0, 2));
    expect(logger.told).toEqual([[expect.stringContaining("another version"), { segment: 1, facts: 1 }]]);
  });
});

const UNWRITABLE = expect.objectContaining({ code: "JOURNAL_UNWRITABLE", retryable: true });

describe("a disk that is full", () => {
  it.runIf(existsSync("/dev/full"))(
    "is told, and takes nothing of the block; what comes when there is room is written",
    () => {
      const journal = new Journal(directory, { ...CONFIG, segment_bytes: 100 });
      journal.append(entries(0, 1));
      // The next segment is a file in which every write fails with ENOSPC.
      symlinkSync("/dev/full", path(2));
      const { position } = journal;
      expect(() => journal.append(entries(1, 2))).toThrow(UNWRITABLE);
      expect(() => journal.append(entries(1, 2))).toThrow(/ENOSPC/);
      expect(journal.position).toEqual({ segment: 2, offset: 0 });
      expect(position.segment).toBe(1);
      journal.close();
      rmSync(path(2));
      expect(found()).toEqual(names(0, 1));
    },
  );

  it.skipIf(process.platform === "win32")("in the middle of a block leaves no half of it", () => {
    const script = fileURLToPath(new URL("journal-full-disk.ts", import.meta.url));
    // `ulimit -f` counts blocks of 512 bytes: beyond two of them the system writes a part and then refuses.
    const run = spawnSync("sh", [
      "-c",
      `ulimit -f 2 && exec "$0" --conditions=spanwarden-source "$1" "$2"`,
      process.execPath,
      script,
      directory,
    ]);
    expect(run.stderr.toString()).toBe("");
    const told = JSON.parse(run.stdout.toString()) as {
      written: number;
      failed: string[];
      size: number;
      offset: number;
    };
    expect(told.failed).toEqual(["JOURNAL_UNWRITABLE", "EFBIG"]);
    expect(told.size).toBe(told.offset);
    const logger = warnings();
    expect(found(logger)).toEqual(names(0, told.written));
    expect(logger.told).toEqual([]);
  });

  it("where not even the next segment can be begun leaves the journal where it was", () => {
    const journal = new Journal(directory, { ...CONFIG, segment_bytes: 100 });
    journal.append(entries(0, 1));
    const { position } = journal;
    mkdirSync(path(2));
    expect(() => journal.append(entries(1, 2))).toThrow(UNWRITABLE);
    expect(journal.position).toEqual(position);
    rmSync(path(2), { recursive: true });
    journal.append(entries(1, 2));
    expect(journal.position.segment).toBe(2);
    journal.close();
    expect(found()).toEqual(names(0, 2));
  });
});

describe("a release", () => {
  const CALLS = 1_000_000;
  const ONE = Uint8Array.of(1);
  /** As many records as a journal keeps for their identities; what they hold does not matter here. */
  const many = (count: number, arrival: number): { bytes: Uint8Array; arrival: number }[] =>
    Array.from({ length: count }, () => ({ bytes: ONE, arrival }));
  const big = { ...CONFIG, segment_bytes: 1 };

  it("deletes the segments before the position whose identities are neither young nor few", () => {
    const journal = new Journal(directory, big);
    journal.append(many(3, 0));
    journal.append(many(CALLS, 0));
    journal.append(many(1, 0));
    const { position } = journal;
    expect(files()).toHaveLength(3);
    journal.release({ segment: 1, offset: 0 }, 16 * MINUTE);
    expect(files()).toHaveLength(3);
    journal.release(position, 14 * MINUTE);
    expect(files()).toHaveLength(3);
    journal.release(position, 15 * MINUTE);
    expect(files()).toHaveLength(2);
    journal.release(position, 48 * 60 * MINUTE);
    expect(files()).toHaveLength(2);
    journal.close();
  });

  it("keeps what a restart still needs to know repeats, however old, and deletes empty segments", () => {
    writeAll(1);
    found();
    found();
    expect(files()).toHaveLength(3);
    const journal = new Journal(directory, CONFIG);
    expect([...journal.entries(quiet)]).toHaveLength(1);
    journal.append(entries(1, 2));
    journal.release(journal.position, Number.MAX_SAFE_INTEGER);
    journal.close();
    expect(found()).toEqual(names(0, 2));
  });
});
