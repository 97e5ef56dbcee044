import type { Range } from "./reader.ts";

/** A range and the bytes it is of. */
export interface Slice extends Range {
  readonly bytes: Uint8Array;
}

/**
 * The contents of a message field that is not repeated, given each place where it stands. Commonly that is one, or none;
 * several merge, and protobuf defines merging as reading one after the other.
 */
export function merged(bytes: Uint8Array, ranges: readonly Range[]): Slice {
  const [only = { start: 0, end: 0 }] = ranges;
  if (ranges.length <= 1) return { bytes, start: only.start, end: only.end };
  const joined = Buffer.concat(ranges.map(({ start, end }) => bytes.subarray(start, end)));
  return { bytes: joined, start: 0, end: joined.length };
}
