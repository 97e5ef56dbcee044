import type { KeySet } from "../key-set.ts";
import type { Range } from "./reader.ts";

/** `KeyValue`: 1 key, 2 value. */
const KEY = (1 << 3) | 2;
const VALUE = (2 << 3) | 2;

/** Varints of up to three bytes; the few longer ones are not worth a branch. */
const LONGEST = 0x1f_ffff;

/**
 * Whether a message's repeated `KeyValue` field of this tag has one of the keys; `undefined` where the bytes are not as every
 * SDK writes them (then, and where they are malformed, `ProtobufReader` has to tell).
 *
 * All that most spans ever cost is this loop, so it holds its position in a local, and knows no more of protobuf than it needs:
 * varints of three bytes, no groups, a key before its value. It never tells "no" of bytes that `ProtobufReader` would refuse, or in
 * which it would find a key.
 */
export function scanKeys(bytes: Uint8Array, { start, end }: Range, tag: number, keys: KeySet): boolean | undefined {
  let at = start;
  while (at < end) {
    const field = varintAt(bytes, at);
    at += sizeAt(bytes, at);
    if (field < 8 || field > LONGEST) return undefined;
    switch (field & 7) {
      case 0: {
        const longest = at + 10;
        while ((bytes[at++] as number) > 0x7f) if (at >= longest) return undefined;
        break;
      }
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varintAt(bytes, at);
        at += sizeAt(bytes, at);
        const next = at + length;
        if (length > LONGEST || next > end) return undefined;
        if (field === tag) {
          const found = hasKey(bytes, at, next, keys);
          if (found !== false) return found;
        }
        at = next;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        return undefined;
    }
  }
  return at === end ? false : undefined;
}

/** Of one `KeyValue`: a short key, and then nothing or one value up to its very end. */
function hasKey(bytes: Uint8Array, start: number, end: number, keys: KeySet): boolean | undefined {
  const keyStart = start + 2;
  const keyEnd = keyStart + (bytes[start + 1] as number);
  if (bytes[start] !== KEY || keyEnd - keyStart > 0x7f || keyEnd > end) return undefined;
  if (keys.has(bytes, keyStart, keyEnd)) return true;
  if (keyEnd === end) return false;
  const length = varintAt(bytes, keyEnd + 1);
  return bytes[keyEnd] === VALUE && keyEnd + 1 + sizeAt(bytes, keyEnd + 1) + length === end ? false : undefined;
}

/** The varint that starts here; more than `LONGEST` where it takes more than three bytes. */
function varintAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return first;
  const second = (first & 0x7f) | ((bytes[at + 1] as number) << 7);
  return second < 0x4000 ? second : (second & 0x3fff) | ((bytes[at + 2] as number) << 14);
}

/** Bytes it takes, of those three. */
function sizeAt(bytes: Uint8Array, at: number): number {
  if ((bytes[at] as number) < 0x80) return 1;
  return (bytes[at + 1] as number) < 0x80 ? 2 : 3;
}
