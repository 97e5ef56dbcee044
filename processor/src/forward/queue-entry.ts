import { crc32 } from "node:zlib";

import type { ContentType } from "../otlp/answer.ts";
import type { SignalKind } from "../otlp/outcome.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";

/**
 * An entry of a queue's file, little-endian:
 *
 * | bytes | what |
 * |---|---|
 * | 0-3 | `swq1` |
 * | 4-7 | length of what follows the header, uint32 |
 * | 8, 9 | signal, content type: their places in the lists below |
 * | 10-11 | length of via, uint16 |
 * | 12-19 | when it was written, milliseconds since the epoch, double |
 * | 20-23 | CRC-32 of what follows the header |
 * | 24-27 | CRC-32 of the 24 bytes before, begun with the entry's place in the file |
 *
 * then via and body. The place in the header's checksum keeps a body that holds a copy of an entry from being taken for
 * one where the search for the next entry runs through it.
 */
export const ENTRY_HEADER = 28;

const MAGIC = Buffer.from("swq1");
const CHECKED = 24;
const SIGNALS: readonly SignalKind[] = ["traces", "logs", "metrics"];
const TYPES: readonly ContentType[] = ["application/x-protobuf", "application/json"];

export interface EntryHeader {
  /** Bytes after the header. */
  readonly length: number;
  readonly signal: SignalKind;
  readonly contentType: ContentType;
  readonly viaLength: number;
  readonly writtenAt: number;
  readonly checksum: number;
}

/** An entry to be written at `place`, its bytes from the start of the file. */
export function encodeEntry(request: OutgoingRequest, writtenAt: number, place: number): Buffer {
  const header = Buffer.alloc(ENTRY_HEADER);
  const via = Buffer.from(request.via);
  header.set(MAGIC);
  header.writeUInt32LE(via.length + request.body.length, 4);
  header.writeUInt8(SIGNALS.indexOf(request.signal), 8);
  header.writeUInt8(TYPES.indexOf(request.contentType), 9);
  header.writeUInt16LE(via.length, 10);
  header.writeDoubleLE(writtenAt, 12);
  header.writeUInt32LE(crc32(request.body, crc32(via)), 20);
  header.writeUInt32LE(crc32(header.subarray(0, CHECKED), place), CHECKED);
  return Buffer.concat([header, via, request.body]);
}

/** The header at the start of `bytes`, which lie at `place` in the file; `undefined` where there is none, or a damaged one. */
export function readHeader(bytes: Buffer, place: number): EntryHeader | undefined {
  if (bytes.length < ENTRY_HEADER || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  if (crc32(bytes.subarray(0, CHECKED), place) !== bytes.readUInt32LE(CHECKED)) return undefined;
  const [signal, contentType] = [SIGNALS[bytes.readUInt8(8)], TYPES[bytes.readUInt8(9)]];
  if (signal === undefined || contentType === undefined) return undefined;
  const header = { signal, contentType, length: bytes.readUInt32LE(4), viaLength: bytes.readUInt16LE(10) };
  return { ...header, writtenAt: bytes.readDoubleLE(12), checksum: bytes.readUInt32LE(20) };
}

/** The request in what follows a header; `undefined` where it is damaged. */
export function decodeEntry(header: EntryHeader, contents: Buffer): OutgoingRequest | undefined {
  if (contents.length !== header.length || crc32(contents) !== header.checksum) return undefined;
  const { signal, contentType, viaLength } = header;
  const via = contents.subarray(0, viaLength).toString();
  return { signal, contentType, via, body: contents.subarray(viaLength) };
}

/** Where the next undamaged header stands in the rest of a file, which begins at `place`; `undefined`: nowhere. */
export function findHeader(rest: Buffer, place: number): number | undefined {
  for (let at = rest.indexOf(MAGIC); at !== -1; at = rest.indexOf(MAGIC, at + 1)) {
    if (readHeader(rest.subarray(at), place + at) !== undefined) return place + at;
  }
  return undefined;
}
