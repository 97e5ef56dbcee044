import { pipeline, Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";

const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** A file's bytes, unpacked where they begin as gzip or zstd do. */
export async function* decompressed(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < ZSTD.length) {
    const { value, done } = await chunks.next();
    if (done === true) break;
    head = Buffer.concat([head, value]);
  }
  const whole = prefixed(head, chunks);
  const unpack = unpackerOf(head);
  if (unpack === undefined) {
    yield* whole;
    return;
  }
  // The iteration below throws what went wrong on either side.
  pipeline(Readable.from(whole), unpack, () => undefined);
  for await (const chunk of unpack as AsyncIterable<Buffer>) yield chunk;
}

function unpackerOf(head: Buffer): NodeJS.ReadWriteStream | undefined {
  if (head.subarray(0, GZIP.length).equals(GZIP)) return createGunzip();
  return head.subarray(0, ZSTD.length).equals(ZSTD) ? createZstdDecompress() : undefined;
}

async function* prefixed(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  for (;;) {
    const { value, done } = await rest.next();
    if (done === true) return;
    yield value;
  }
}
