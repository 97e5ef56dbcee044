import { varintSize, writeVarint } from "./writer.ts";

/** A message as it lies in the one around it: its length, then its contents. */
export interface Frame {
  /** Where its length starts. */
  readonly lengthAt: number;
  /** Where its contents start. */
  readonly start: number;
  readonly end: number;
  /** The message around it, `undefined` for the request itself. */
  readonly parent: Frame | undefined;
}

/** What is to stand at the end of a message: a range of the bytes that `splice` is given. */
export interface Tail {
  readonly frame: Frame;
  readonly start: number;
  readonly end: number;
}

/**
 * The request with each tail at the end of its message, and the lengths around it rewritten, in one new buffer. Nothing else
 * changes, so what this code does not know stays as it came. `tails` are in the order of their messages, which all lie
 * equally deep.
 */
export function splice(request: Buffer, tails: readonly Tail[], added: Uint8Array): Uint8Array {
  const { growth, total } = grown(tails);
  const output = Buffer.allocUnsafe(request.length + total);
  let from = 0;
  let to = 0;
  const copyUntil = (end: number): void => {
    to += request.copy(output, to, from, end);
    from = end;
  };
  const begin = (frame: Frame): void => {
    const more = growth.get(frame);
    if (more === undefined || frame.start <= from) return;
    if (frame.parent !== undefined) begin(frame.parent);
    copyUntil(frame.lengthAt);
    to = writeVarint(output, to, frame.end - frame.start + more);
    from = frame.start;
  };
  for (const { frame, start, end } of tails) {
    begin(frame);
    copyUntil(frame.end);
    output.set(added.subarray(start, end), to);
    to += end - start;
  }
  copyUntil(request.length);
  return output;
}

/** By how many bytes the contents of each message grow, from the innermost outwards, and the request as a whole. */
function grown(tails: readonly Tail[]): { growth: ReadonlyMap<Frame, number>; total: number } {
  const growth = new Map<Frame, number>();
  for (const { frame, start, end } of tails) growth.set(frame, end - start);
  let total = 0;
  let level = [...growth.keys()];
  while (level.length > 0) {
    const outer = new Set<Frame>();
    for (const frame of level) {
      const more = growth.get(frame) ?? 0;
      const { lengthAt, start, end, parent } = frame;
      const withLength = more + varintSize(end - start + more) - (start - lengthAt);
      if (parent === undefined) total += withLength;
      else {
        growth.set(parent, (growth.get(parent) ?? 0) + withLength);
        outer.add(parent);
      }
    }
    level = [...outer];
  }
  return { growth, total };
}
