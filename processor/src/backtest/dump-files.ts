import { createReadStream, type Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { SpanwardenError } from "../errors.ts";
import { readDump, type DumpItem } from "../inspect/read-dump.ts";

/** A file of a dump, by what `inspect` and `backtest` call it. */
export interface DumpFile {
  readonly name: string;
  readonly bytes: number;
}

/** Spans or log records of one request, with the time by which they are in order. */
export interface TimedItem {
  readonly file: string;
  readonly item: Exclude<DumpItem, { readonly kind: "metrics" | "problem" }>;
  /** Of the latest span or record in it, milliseconds since the epoch. */
  readonly time: number;
}

/** What cannot be read of the files: told, and the rest goes on. */
export interface DumpWarnings {
  problem(file: string, what: string): void;
}

/** Files read at once, so that their requests come in the order of time. */
const MOST_OPEN = 256;

/** The files named, and those in the directories named, in the order of their names. Throws DUMP_UNREADABLE. */
export async function dumpFiles(names: readonly string[]): Promise<readonly DumpFile[]> {
  const files: DumpFile[] = [];
  for (const name of names) {
    // eslint-disable-next-line no-await-in-loop -- few names
    for (const file of await filesIn(name)) files.push(file);
  }
  if (files.length === 0) throw new SpanwardenError("DUMP_UNREADABLE", `${names.join(", ")}: holds no files`);
  return files;
}

async function filesIn(name: string): Promise<readonly DumpFile[]> {
  try {
    const found = await stat(name);
    if (!found.isDirectory()) return [{ name, bytes: found.size }];
    const entries = (await readdir(name, { withFileTypes: true })).filter((entry: Dirent) => entry.isFile());
    const paths = entries.map((entry) => join(name, entry.name)).toSorted();
    return await Promise.all(paths.map(async (path) => ({ name: path, bytes: (await stat(path)).size })));
  } catch (error) {
    throw new SpanwardenError("DUMP_UNREADABLE", `${JSON.stringify(name)}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

interface Reader {
  readonly file: string;
  readonly items: AsyncIterator<TimedItem>;
  next: TimedItem;
}

/**
 * The requests of all files merged by time: a service a file, or one file after the other, makes no difference. At most one
 * request of each file is held. Files beyond `MOST_OPEN` are read when an earlier one has ended.
 */
export async function* inTime(
  files: readonly DumpFile[],
  warnings: DumpWarnings,
  progress: (bytes: number) => void,
): AsyncGenerator<TimedItem> {
  const waiting = [...files];
  const open: Reader[] = [];
  const begin = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const items = itemsOf(file, warnings, progress);
      // eslint-disable-next-line no-await-in-loop -- the first that holds anything
      const { value, done } = await items.next();
      if (done !== true) {
        open.push({ file: file.name, items, next: value });
        return;
      }
    }
  };
  for (let n = 0; n < Math.min(MOST_OPEN, files.length); n++) {
    // eslint-disable-next-line no-await-in-loop -- one after the other
    await begin();
  }
  while (open.length > 0) {
    const first = open.reduce((a, b) => (b.next.time < a.next.time ? b : a));
    yield first.next;
    // eslint-disable-next-line no-await-in-loop -- the order of time
    const { value, done } = await first.items.next();
    if (done === true) {
      open.splice(open.indexOf(first), 1);
      // eslint-disable-next-line no-await-in-loop -- a place is free
      await begin();
    } else first.next = value;
  }
}

/** What comes before a file breaks off counts. */
async function* itemsOf(
  { name }: DumpFile,
  warnings: DumpWarnings,
  progress: (bytes: number) => void,
): AsyncGenerator<TimedItem> {
  try {
    for await (const item of readDump(counted(name, progress))) {
      if (item.kind === "problem") warnings.problem(name, item.problem);
      else if (item.kind === "spans" || item.kind === "logs") {
        for (const piece of inPieces(item)) yield { file: name, ...piece };
      }
    }
  } catch (error) {
    warnings.problem(name, (error as Error).message);
  }
}

async function* counted(name: string, progress: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(name) as AsyncIterable<Buffer>) {
    progress(chunk.length);
    yield chunk;
  }
}

/** A request that holds more time than this is taken apart: nobody sends calls of an hour at once; milliseconds. */
const MOST_TIME = 30_000;

/** The spans or records of a request in the order of time, in pieces of little time; what has no time stays out. */
function inPieces(item: TimedItem["item"]): readonly Omit<TimedItem, "file">[] {
  if (item.kind === "spans") {
    return piecesOf(item.items, ({ end }) => end).map(({ items, time }) => ({ item: { kind: "spans", items }, time }));
  }
  return piecesOf(item.items, (record) => record.time).map(({ items, time }) => ({
    item: { kind: "logs", items },
    time,
  }));
}

function piecesOf<T>(items: readonly T[], timeOf: (item: T) => number): { items: T[]; time: number }[] {
  const timed = items.flatMap((item) => {
    const time = readable(() => timeOf(item)) ?? 0;
    return time > 0 ? [{ item, time }] : [];
  });
  const pieces: { items: T[]; from: number; time: number }[] = [];
  for (const { item, time } of timed.toSorted((a, b) => a.time - b.time)) {
    const last = pieces.at(-1);
    if (last === undefined || time - last.from > MOST_TIME) pieces.push({ items: [item], from: time, time });
    else {
      last.items.push(item);
      last.time = time;
    }
  }
  return pieces;
}

/** A span that is broken cannot say when it was. */
function readable(read: () => number): number | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
