import type { Document } from "./json-documents.ts";

const LENGTH_BYTES = 4;

/** Documents with their length before them, in four bytes, the highest first. One beyond `limit` ends the reading. */
export async function* framedDocuments(source: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Document> {
  let kept: Buffer[] = [];
  let size = 0;
  let needed = LENGTH_BYTES;
  for await (const chunk of source) {
    kept.push(chunk);
    size += chunk.length;
    if (size < needed) continue;
    let rest: Buffer = Buffer.concat(kept, size);
    for (needed = LENGTH_BYTES; rest.length >= needed; needed = LENGTH_BYTES) {
      const length = rest.readUInt32BE(0);
      if (length > limit) {
        yield { problem: "too_large" };
        return;
      }
      needed = LENGTH_BYTES + length;
      if (rest.length < needed) break;
      if (length >= LENGTH_BYTES) yield { bytes: rest.subarray(LENGTH_BYTES, needed) };
      rest = rest.subarray(needed);
    }
    kept = [rest];
    size = rest.length;
  }
  if (size > 0) yield { problem: "cut_off" };
}
