import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";

import { SpanwardenError } from "../errors.ts";
import type { Logger } from "../settings.ts";
import { isCall, type Fact } from "./amendment.ts";
import { decodeFact, FACT_CAPACITY } from "./fact-codec.ts";
import type { FactsConfig } from "./facts-config.ts";

/** A place between two facts. */
export interface JournalPosition {
  readonly segment: number;
  /** Bytes from the start of the segment. */
  readonly offset: number;
}

export interface JournalEntry {
  /** Where the fact begins. */
  readonly position: JournalPosition;
  readonly fact: Fact;
}

/** A fact as it is written. */
export interface EncodedFact {
  readonly bytes: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly arrival: number;
  /** It is an amendment: no call whose identity must be remembered. */
  readonly amends?: boolean | undefined;
}

interface Segment {
  readonly number: number;
  /** Calls in it, amendments not counted. */
  calls: number;
  /** Arrival of its last fact or amendment, milliseconds since the epoch; `-Infinity` where it holds none. */
  lastArrival: number;
}

/** Length and CRC-32 of what follows, both uint32, little-endian. */
const HEADER = 8;
const NAME = /^facts-(\d{9})\.journal$/;
/** Calls whose facts are kept for their identities, though a checkpoint holds their effect: at least so many ... */
const KEPT_CALLS = 1_000_000;
/** ... and at least so long, in milliseconds. */
const KEPT_TIME = 15 * 60_000;

/**
 * The facts in the order in which they were judged, on disk. What `append` has returned for survives the death of the
 * process; `sync`, called every second, makes it survive a power cut. Bound: segments that a checkpoint no longer needs
 * and that are old enough are deleted. One process owns a directory.
 */
export class Journal {
  readonly #directory: string;
  readonly #segmentBytes: number;
  readonly #segments: Segment[] = [];
  #fd: number;
  #offset = 0;
  #dirty = false;

  /** Reads nothing yet: `entries` does, and must be read to its end before the first `append`. */
  constructor(directory: string, config: FactsConfig) {
    this.#directory = join(directory, "journal");
    this.#segmentBytes = config.segment_bytes;
    mkdirSync(this.#directory, { recursive: true });
    const numbers = readdirSync(this.#directory)
      .flatMap((name) => NAME.exec(name)?.[1] ?? [])
      .map(Number)
      .toSorted((a, b) => a - b);
    this.#segments.push(...numbers.map((number) => ({ number, calls: 0, lastArrival: -Infinity })));
    const last = this.#segments.at(-1)?.number;
    // A new segment at each start: whatever the last one ends in stays as it is.
    this.#fd = this.#begin((last ?? 0) + 1);
  }

  /** Where the next fact goes. */
  get position(): JournalPosition {
    return { segment: this.#current.number, offset: this.#offset };
  }

  /** All facts on disk, oldest first. A damaged rest of a segment is passed over, and told. */
  *entries(logger: Logger): Generator<JournalEntry> {
    for (const segment of this.#segments.slice(0, -1)) {
      const bytes = readFileSync(this.#path(segment.number));
      let offset = 0;
      let unreadable = 0;
      for (let frame = frameAt(bytes, offset); frame !== undefined; frame = frameAt(bytes, offset)) {
        const fact = decodeFact(frame);
        if (fact === undefined) unreadable++;
        else {
          if (isCall(fact)) segment.calls++;
          segment.lastArrival = fact.arrival;
          yield { position: { segment: segment.number, offset }, fact };
        }
        offset += HEADER + frame.length;
      }
      if (unreadable > 0)
        logger.warn("facts of another version are passed over", { segment: segment.number, facts: unreadable });
      if (offset === bytes.length) continue;
      logger.warn("the journal is damaged; the rest of this segment is lost", {
        segment: segment.number,
        offset,
        bytes: bytes.length - offset,
      });
      truncateSync(this.#path(segment.number), offset);
    }
  }

  /** Writes all of the encoded facts or none. Throws JOURNAL_UNWRITABLE, retryable. */
  append(facts: readonly EncodedFact[]): void {
    if (facts.length === 0) return;
    const block = Buffer.concat(facts.flatMap(({ bytes }) => [headerOf(bytes), bytes]));
    try {
      if (this.#offset >= this.#segmentBytes) this.#roll();
      for (let written = 0; written < block.length;) {
        written += writeSync(this.#fd, block, written, block.length - written, this.#offset + written);
      }
    } catch (error) {
      this.#takeBack();
      const reason = (error as NodeJS.ErrnoException).code ?? String(error);
      throw new SpanwardenError("JOURNAL_UNWRITABLE", `the journal cannot be written: ${reason}`, {
        retryable: true,
        cause: error,
      });
    }
    this.#offset += block.length;
    this.#dirty = true;
    this.#current.calls += facts.filter(({ amends }) => amends !== true).length;
    this.#current.lastArrival = facts.at(-1)?.arrival ?? 0;
  }

  /** Makes what was appended survive a power cut. */
  sync(): void {
    if (!this.#dirty) return;
    fdatasyncSync(this.#fd);
    this.#dirty = false;
  }

  /** Deletes the segments before `position` whose identities need not be remembered any more. `now` in milliseconds. */
  release(position: JournalPosition, now: number): void {
    let newer = this.#segments.reduce((sum, { calls }) => sum + calls, 0);
    while (this.#segments.length > 1) {
      const [oldest] = this.#segments;
      if (oldest === undefined || oldest.number >= position.segment) return;
      newer -= oldest.calls;
      if (oldest.lastArrival > -Infinity && (newer < KEPT_CALLS || now - oldest.lastArrival < KEPT_TIME)) return;
      rmSync(this.#path(oldest.number), { force: true });
      this.#segments.shift();
    }
  }

  close(): void {
    this.sync();
    closeSync(this.#fd);
  }

  get #current(): Segment {
    const current = this.#segments.at(-1);
    if (current === undefined) throw new Error("a journal always has a segment");
    return current;
  }

  #roll(): void {
    this.sync();
    const full = this.#fd;
    // Opened before the old one is closed: if it cannot be, the journal stays where it is.
    this.#fd = this.#begin(this.#current.number + 1);
    closeSync(full);
  }

  #begin(number: number): number {
    const fd = openSync(this.#path(number), "w");
    this.#segments.push({ number, calls: 0, lastArrival: -Infinity });
    this.#offset = 0;
    return fd;
  }

  /** A block that was written in part would hide what comes after it. */
  #takeBack(): void {
    try {
      ftruncateSync(this.#fd, this.#offset);
    } catch {
      // What remains is overwritten by the next block, or passed over by the next start.
    }
  }

  #path(number: number): string {
    return join(this.#directory, `facts-${String(number).padStart(9, "0")}.journal`);
  }
}

function headerOf(bytes: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt32LE(bytes.length, 0);
  header.writeUInt32LE(crc32(bytes), 4);
  return header;
}

/** An encoded fact; `undefined` at the end and where the bytes are damaged. */
function frameAt(bytes: Buffer, offset: number): Buffer | undefined {
  if (offset + HEADER > bytes.length) return undefined;
  const length = bytes.readUInt32LE(offset);
  if (length === 0 || length > FACT_CAPACITY || offset + HEADER + length > bytes.length) return undefined;
  const encoded = bytes.subarray(offset + HEADER, offset + HEADER + length);
  return crc32(encoded) === bytes.readUInt32LE(offset + 4) ? encoded : undefined;
}

/** Whether a position lies before another. */
export function isBefore(a: JournalPosition, b: JournalPosition): boolean {
  return a.segment < b.segment || (a.segment === b.segment && a.offset < b.offset);
}
