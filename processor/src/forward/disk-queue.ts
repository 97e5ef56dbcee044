import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

import type { SignalKind } from "../otlp/outcome.ts";
import { areAlike, type OutgoingRequest } from "./outgoing-request.ts";
import { decodeEntry, encodeEntry, ENTRY_HEADER, findHeader, readHeader } from "./queue-entry.ts";
import { ReadPosition, type QueuePosition } from "./read-position.ts";

export type RequestCounts = Readonly<Record<SignalKind, number>>;

/** What became of a request that was to be written. */
export type Appended =
  | { readonly status: "written" }
  /** No room within `maxBytes`. */
  | { readonly status: "full" }
  /** Larger than the queue. */
  | { readonly status: "too_large" }
  /** The disk refuses; nothing of it was kept. */
  | { readonly status: "unwritable"; readonly reason: string };

/** The oldest requests that were not released yet: all alike, all of one segment. */
export interface QueueBatch {
  /** Empty where nothing but damaged entries is left. */
  readonly requests: readonly OutgoingRequest[];
  /** Entries passed over because their checksum is wrong. */
  readonly damaged: number;
  readonly end: QueuePosition;
}

interface Segment {
  readonly number: number;
  bytes: number;
  /** Requests in it that were not released yet. */
  readonly waiting: Record<SignalKind, number>;
}

interface Visited {
  readonly end: QueuePosition;
  /** Absent: damaged. */
  readonly request: OutgoingRequest | undefined;
}

const NAME = /^(\d{9})\.queue$/;
const LARGEST_SEGMENT = 16 * 1_024 * 1_024;
/** A segment is deleted as a whole once it is read, so a bound holds at least so many. */
const SEGMENTS = 16;
/** What a typical small request takes. */
const PROBE = Buffer.alloc(64 * 1_024);

/**
 * Requests on disk, first in, first out. What `append` has said `written` of survives the death of the process; `sync`, called
 * every second, makes it survive a power cut. What was not released before the end of the process is read again.
 *
 * Bound: `maxBytes` of files; beyond it `append` says so and its caller decides. A torn end is passed over, a damaged entry is
 * skipped and counted, and the search for the next one goes on behind it. One process owns a directory.
 */
export class DiskQueue {
  readonly maxBytes: number;
  readonly #directory: string;
  readonly #segmentBytes: number;
  readonly #write: typeof writeSync;
  readonly #position: ReadPosition;
  #segments: Segment[] = [];
  /** The last segment, while it is written to. */
  #fd: number | undefined;
  #reading: { readonly number: number; readonly fd: number } | undefined;
  #next: number;
  #dirty = false;
  #closed = false;

  /** `write` is replaced where a test fills the disk. */
  constructor(directory: string, maxBytes: number, write: typeof writeSync = writeSync) {
    this.maxBytes = maxBytes;
    this.#directory = directory;
    this.#segmentBytes = Math.min(LARGEST_SEGMENT, Math.ceil(maxBytes / SEGMENTS));
    this.#write = write;
    // What waits holds what was sent, content included.
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#position = new ReadPosition(join(directory, "position"));
    const { segment, offset } = this.#position.value;
    this.#next = segment + (offset > 0 ? 1 : 0);
    for (const number of segmentNumbers(directory)) {
      this.#next = Math.max(this.#next, number + 1);
      if (number < segment) rmSync(this.#path(number), { force: true });
      else this.#segments.push(this.#scan(number, number === segment ? offset : 0));
    }
    if (this.bytes === 0) this.#forget();
  }

  /** Bytes of its files, which the bound is about. */
  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get isEmpty(): boolean {
    return this.bytes === 0;
  }

  /** Requests that wait. */
  get waiting(): RequestCounts {
    return this.#segments.reduce((sum, { waiting }) => added(sum, waiting), NONE);
  }

  /** When the oldest request was written, milliseconds since the epoch; `undefined` where none waits. */
  get oldestAt(): number | undefined {
    if (this.#closed) return undefined;
    const { segment: number, offset } = this.#position.value;
    const segment = this.#segments.find((each) => each.number >= number);
    if (segment === undefined) return undefined;
    const place = segment.number === number ? offset : 0;
    try {
      return readHeader(this.#read(segment, place, ENTRY_HEADER), place)?.writtenAt;
    } catch {
      return undefined;
    }
  }

  /** Whether a request of this size has room. */
  fits(bodyBytes: number): boolean {
    return this.bytes + bodyBytes + ENTRY_HEADER <= this.maxBytes;
  }

  /** Whether the disk would take a request: tries, and leaves nothing. */
  canWrite(): boolean {
    const path = join(this.#directory, "probe");
    try {
      const fd = openSync(path, "w", 0o600);
      try {
        this.#write(fd, PROBE, 0, PROBE.length, 0);
      } finally {
        closeSync(fd);
        rmSync(path, { force: true });
      }
      return true;
    } catch {
      return false;
    }
  }

  /** Writes a request at the end. `now` in milliseconds since the epoch. */
  append(request: OutgoingRequest, now: number): Appended {
    if (this.#closed) return { status: "unwritable", reason: "stopped" };
    const size = ENTRY_HEADER + Buffer.byteLength(request.via) + request.body.length;
    if (size > this.maxBytes) return { status: "too_large" };
    if (this.bytes + size > this.maxBytes) return { status: "full" };
    try {
      const { fd, segment } = this.#writable();
      const entry = encodeEntry(request, now, segment.bytes);
      this.#writeAll(fd, entry, segment.bytes);
      segment.bytes += entry.length;
      segment.waiting[request.signal]++;
      this.#dirty = true;
      return { status: "written" };
    } catch (error) {
      return { status: "unwritable", reason: (error as NodeJS.ErrnoException).code ?? String(error) };
    }
  }

  /** The oldest requests that are alike, together at most `limit` bytes of body, but at least one; `undefined`: none waits. */
  read(limit: number): QueueBatch | undefined {
    const requests: OutgoingRequest[] = [];
    let [size, damaged, end]: [number, number, QueuePosition | undefined] = [0, 0, undefined];
    for (const visited of this.#closed ? [] : this.#visit()) {
      const { request } = visited;
      if (end !== undefined && end.segment !== visited.end.segment) break;
      if (request !== undefined) {
        const [first] = requests;
        if (first !== undefined && (!areAlike(first, request) || size + request.body.length > limit)) break;
        requests.push(request);
        size += request.body.length;
      } else damaged++;
      ({ end } = visited);
    }
    if (end !== undefined) return { requests, damaged, end };
    // Nothing but torn ends is left.
    if (!this.#closed && !this.isEmpty) this.#forget();
    return undefined;
  }

  /** Forgets a batch that was dealt with. */
  release({ requests, end }: QueueBatch): void {
    if (this.#closed) return;
    const counts = countsOf(requests);
    // Dropped in the meantime, and its counts with it.
    const segment = this.#segments.find(({ number }) => number === end.segment);
    if (segment === undefined) return;
    for (const signal of SIGNALS) segment.waiting[signal] = Math.max(0, segment.waiting[signal] - counts[signal]);
    if (segment === this.#segments.at(-1) && end.offset >= segment.bytes) return this.#forget();
    this.#moveTo(end);
  }

  /** Drops the oldest segment; how many waiting requests were in it. */
  dropOldest(): RequestCounts {
    const [oldest] = this.#segments;
    if (oldest === undefined || this.#closed) return NONE;
    const { waiting } = oldest;
    if (this.#segments.length === 1) this.#forget();
    else this.#moveTo({ segment: oldest.number + 1, offset: 0 });
    return waiting;
  }

  /** Makes what was written survive a power cut; the waiting is left to a thread. */
  sync(): void {
    if (!this.#dirty || this.#fd === undefined) return;
    this.#dirty = false;
    fdatasync(this.#fd, (error) => {
      // A segment that was read and deleted in the meantime needs no sync.
      if (error !== null && error.code !== "EBADF") this.#dirty = true;
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#fd !== undefined) {
      if (this.#dirty) fdatasyncSync(this.#fd);
      closeSync(this.#fd);
    }
    if (this.#reading !== undefined) closeSync(this.#reading.fd);
    this.#position.close();
  }

  /** The entries from the read position on. What is torn at the end of a segment is none. */
  *#visit(): Generator<Visited> {
    const start = this.#position.value;
    for (const segment of this.#segments) {
      const from = segment.number === start.segment ? start.offset : 0;
      try {
        yield* this.#visitSegment(segment, from);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== "EIO" && code !== "ENOENT") throw error;
        // A disk that has lost a file does not bring it back.
        yield { end: { segment: segment.number, offset: segment.bytes }, request: undefined };
      }
    }
  }

  *#visitSegment(segment: Segment, from: number): Generator<Visited> {
    const { number } = segment;
    for (let offset = from; offset + ENTRY_HEADER <= segment.bytes;) {
      const header = readHeader(this.#read(segment, offset, ENTRY_HEADER), offset);
      if (header === undefined) {
        offset = this.#nextHeader(segment, offset);
        yield { end: { segment: number, offset }, request: undefined };
        continue;
      }
      const contents = offset + ENTRY_HEADER;
      offset = contents + header.length;
      if (offset > segment.bytes) return;
      yield {
        end: { segment: number, offset },
        request: decodeEntry(header, this.#read(segment, contents, header.length)),
      };
    }
  }

  /** Behind a damaged header: where the next one stands, or the end. */
  #nextHeader(segment: Segment, offset: number): number {
    const rest = this.#read(segment, offset + 1, segment.bytes);
    return findHeader(rest, offset + 1) ?? segment.bytes;
  }

  /** Counts what waits in a segment that an earlier process wrote, by its headers. */
  #scan(number: number, from: number): Segment {
    const segment: Segment = { number, bytes: statSync(this.#path(number)).size, waiting: { ...NONE } };
    for (let offset = from; offset + ENTRY_HEADER <= segment.bytes;) {
      const header = readHeader(this.#read(segment, offset, ENTRY_HEADER), offset);
      offset = header === undefined ? this.#nextHeader(segment, offset) : offset + ENTRY_HEADER + header.length;
      if (header !== undefined && offset <= segment.bytes) segment.waiting[header.signal]++;
    }
    return segment;
  }

  #writable(): { readonly fd: number; readonly segment: Segment } {
    const last = this.#segments.at(-1);
    if (this.#fd !== undefined && last !== undefined && last.bytes < this.#segmentBytes)
      return { fd: this.#fd, segment: last };
    // A new segment at each start, too: whatever the last one ends in stays as it is.
    const fd = openSync(this.#path(this.#next), "w", 0o600);
    this.#endSegment();
    const segment: Segment = { number: this.#next++, bytes: 0, waiting: { ...NONE } };
    this.#segments.push(segment);
    this.#fd = fd;
    return { fd, segment };
  }

  /** All of it, or nothing: a part would hide what comes after it. */
  #writeAll(fd: number, bytes: Buffer, place: number): void {
    try {
      for (let done = 0; done < bytes.length;) {
        done += this.#write(fd, bytes, done, bytes.length - done, place + done);
      }
    } catch (error) {
      try {
        ftruncateSync(fd, place);
      } catch {
        // What remains is overwritten by the next entry, or passed over as torn.
      }
      throw error;
    }
  }

  #read(segment: Segment, offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, segment.bytes - offset)));
    if (this.#reading?.number !== segment.number) {
      if (this.#reading !== undefined) closeSync(this.#reading.fd);
      this.#reading = undefined;
      this.#reading = { number: segment.number, fd: openSync(this.#path(segment.number), "r") };
    }
    for (let done = 0; done < bytes.length;) {
      const count = readSync(this.#reading.fd, bytes, done, bytes.length - done, offset + done);
      if (count === 0) break;
      done += count;
    }
    return bytes;
  }

  /** The position first: a kill between the two leaves a file that the next start deletes. */
  #moveTo(position: QueuePosition): void {
    try {
      this.#position.write(position);
    } catch {
      // It moves in memory; a restart would read this part again.
    }
    while ((this.#segments[0]?.number ?? position.segment) < position.segment) this.#delete(this.#segments.shift());
  }

  /** Starts over, with nothing waiting. */
  #forget(): void {
    this.#endSegment();
    this.#moveTo({ segment: this.#next, offset: 0 });
  }

  #delete(segment: Segment | undefined): void {
    if (segment === undefined) return;
    if (this.#reading?.number === segment.number) {
      closeSync(this.#reading.fd);
      this.#reading = undefined;
    }
    try {
      rmSync(this.#path(segment.number), { force: true });
    } catch {
      // The next start deletes what lies before the position.
    }
  }

  #endSegment(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd === undefined) return;
    if (this.#dirty) fdatasync(fd, () => closeSync(fd));
    else closeSync(fd);
    this.#dirty = false;
  }

  #path(number: number): string {
    return join(this.#directory, `${String(number).padStart(9, "0")}.queue`);
  }
}

const SIGNALS: readonly SignalKind[] = ["traces", "logs", "metrics"];
const NONE: RequestCounts = { traces: 0, logs: 0, metrics: 0 };

function added(a: RequestCounts, b: RequestCounts): RequestCounts {
  return { traces: a.traces + b.traces, logs: a.logs + b.logs, metrics: a.metrics + b.metrics };
}

function countsOf(requests: readonly OutgoingRequest[]): RequestCounts {
  return requests.reduce<RequestCounts>((sum, { signal }) => added(sum, { ...NONE, [signal]: 1 }), NONE);
}

function segmentNumbers(directory: string): number[] {
  return readdirSync(directory)
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b);
}
