import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";

/** A place between two entries of a queue. */
export interface QueuePosition {
  readonly segment: number;
  /** Bytes from the start of the segment. */
  readonly offset: number;
}

/** Sequence number (double), segment, offset, CRC-32 of those (uint32), little-endian. */
const SLOT_BYTES = 20;
const CHECKED = 16;
const SLOTS = 2;

/**
 * Up to where a queue was read, on disk. Two slots are written in turn, so that a torn write costs one step, and the file
 * has its full size from the start, so that a full disk does not keep it from being written.
 */
export class ReadPosition {
  readonly #fd: number;
  #sequence = 0;
  #position: QueuePosition = { segment: 0, offset: 0 };

  constructor(path: string) {
    // Created where there is none, and never cut.
    this.#fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    const bytes = Buffer.alloc(SLOT_BYTES * SLOTS);
    readSync(this.#fd, bytes, 0, bytes.length, 0);
    for (let slot = 0; slot < SLOTS; slot++) this.#read(bytes.subarray(slot * SLOT_BYTES, (slot + 1) * SLOT_BYTES));
    try {
      for (let slot = 0; slot < SLOTS; slot++) this.write(this.#position);
    } catch {
      // A disk that is full at the start may have room later.
    }
  }

  /** The start where none was ever written. */
  get value(): QueuePosition {
    return this.#position;
  }

  /** Throws where the disk refuses. */
  write(position: QueuePosition): void {
    this.#position = position;
    this.#sequence++;
    const slot = Buffer.alloc(SLOT_BYTES);
    slot.writeDoubleLE(this.#sequence, 0);
    slot.writeUInt32LE(position.segment, 8);
    slot.writeUInt32LE(position.offset, 12);
    slot.writeUInt32LE(crc32(slot.subarray(0, CHECKED)), CHECKED);
    writeSync(this.#fd, slot, 0, SLOT_BYTES, (this.#sequence % SLOTS) * SLOT_BYTES);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #read(slot: Buffer): void {
    const sequence = slot.readDoubleLE(0);
    if (crc32(slot.subarray(0, CHECKED)) !== slot.readUInt32LE(CHECKED) || sequence <= this.#sequence) return;
    this.#sequence = sequence;
    this.#position = { segment: slot.readUInt32LE(8), offset: slot.readUInt32LE(12) };
  }
}
