import { ProtobufReader, WIRE, type Range } from "./reader.ts";

/** A nested message as it lies in its parent: tag, length, contents. Only those that may change are kept as children. */
export interface Message {
  /** Where its tag starts. */
  readonly start: number;
  /** Where its tag ends and its length starts. */
  readonly tagEnd: number;
  readonly contents: Range;
  readonly children: Message[];
}

/** Calls `visit` for each length-delimited field in `contents`; everything else is skipped. */
export function eachMessage(
  bytes: Uint8Array,
  contents: Range,
  visit: (field: number, message: Message) => void,
): void {
  const reader = new ProtobufReader(bytes, contents);
  while (!reader.done) {
    const start = reader.position;
    const tag = reader.tag();
    if ((tag & 7) !== WIRE.bytes) {
      reader.skip(tag);
      continue;
    }
    const tagEnd = reader.position;
    visit(tag >>> 3, { start, tagEnd, contents: reader.range(), children: [] });
  }
}

/**
 * The bytes of `root` with `tails` appended to the contents of their messages and every enclosing length rewritten.
 * Nothing else changes, so what this code does not know stays as it came.
 */
export function splice(bytes: Uint8Array, root: Message, tails: ReadonlyMap<Message, Uint8Array>): Uint8Array {
  const chunks = contentsOf(bytes, root, tails);
  return chunks === undefined ? bytes : Buffer.concat(chunks);
}

/** The new contents in pieces; `undefined` where nothing in it changes. */
function contentsOf(
  bytes: Uint8Array,
  message: Message,
  tails: ReadonlyMap<Message, Uint8Array>,
): Uint8Array[] | undefined {
  const chunks: Uint8Array[] = [];
  let at = message.contents.start;
  for (const child of message.children) {
    const contents = contentsOf(bytes, child, tails);
    if (contents === undefined) continue;
    chunks.push(bytes.subarray(at, child.tagEnd), varint(sizeOf(contents)), ...contents);
    at = child.contents.end;
  }
  const tail = tails.get(message);
  if (chunks.length === 0 && tail === undefined) return undefined;
  chunks.push(bytes.subarray(at, message.contents.end));
  if (tail !== undefined) chunks.push(tail);
  return chunks;
}

function sizeOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}

/** A varint of a length, at most 32 bits. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
