import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { constants, gunzip, gunzipSync, zstdDecompress, zstdDecompressSync } from "node:zlib";

import { SpanwardenError } from "../errors.ts";
import type { ByteShare } from "./byte-budget.ts";
import { Refusal, senderGone } from "./failure.ts";

/** Below this many compressed bytes the thread pool costs more than it saves. */
const SYNC_BELOW = 64 * 1_024;

const DECOMPRESSORS = new Map([
  ["gzip", { now: gunzipSync, pooled: promisify(gunzip) }],
  ["zstd", { now: zstdDecompressSync, pooled: promisify(zstdDecompress) }],
]);

/**
 * Of zstd, as a power of two: the 8 MiB that every decoder must offer (RFC 8878, 3.1.1.1.2), and that no level below "ultra" goes
 * beyond. A frame may ask for a gigabyte before its first byte is unfolded.
 */
const WINDOW = { [constants.ZSTD_d_windowLogMax]: 23 };

export interface BodyLimits {
  readonly max_body_bytes: number;
  readonly max_decompressed_bytes: number;
}

/**
 * Reads a request's body and undoes its compression; `proceed` is called when its first bytes are wanted. Throws OTLP_TOO_LARGE beyond either limit, OTLP_UNSUPPORTED for an
 * unknown encoding, OTLP_MALFORMED for bytes that are not in it.
 */
export async function readBody(
  request: IncomingMessage,
  limits: BodyLimits,
  share: ByteShare,
  proceed: () => void,
): Promise<Uint8Array> {
  if (Number(request.headers["content-length"] ?? 0) > limits.max_body_bytes)
    throw tooLarge("body", limits.max_body_bytes);
  const encoding = request.headers["content-encoding"]?.toLowerCase() ?? "identity";
  decompressorOf(encoding);
  proceed();
  const raw = await readSent(request, limits.max_body_bytes, share);
  return await decompressed(raw, encoding, limits, share);
}

/**
 * Undoes a compression; throws as `readBody` does. How much it will be shows only afterwards, so that the share may be
 * exceeded by what the thread pool unfolds at once: four bodies of `max_decompressed_bytes`.
 */
export async function decompressed(
  raw: Buffer,
  encoding: string,
  limits: BodyLimits,
  share?: ByteShare,
): Promise<Uint8Array> {
  const decompressor = decompressorOf(encoding);
  if (decompressor === undefined) return raw;
  // zlib stops as soon as its output passes the limit, so a bomb never unfolds.
  const limit = { maxOutputLength: limits.max_decompressed_bytes };
  const options = encoding === "zstd" ? { ...limit, params: WINDOW } : limit;
  let body: Buffer;
  try {
    body = raw.length < SYNC_BELOW ? decompressor.now(raw, options) : await decompressor.pooled(raw, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      throw tooLarge("decompressed body", limits.max_decompressed_bytes);
    throw new SpanwardenError("OTLP_MALFORMED", `body is not ${encoding}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  share?.take(body.length);
  return body;
}

/** `undefined` where there is nothing to undo. */
function decompressorOf(encoding: string): ReturnType<typeof DECOMPRESSORS.get> {
  const decompressor = DECOMPRESSORS.get(encoding);
  if (decompressor !== undefined || encoding === "identity") return decompressor;
  throw new SpanwardenError("OTLP_UNSUPPORTED", `content-encoding "${encoding}": expected gzip, zstd or identity`);
}

/** All bytes of a sender's stream; throws as `readAll` does, and a refusal where the stream breaks off. */
export async function readSent(source: AsyncIterable<Buffer>, limit: number, share: ByteShare): Promise<Buffer> {
  try {
    return await readAll(source, limit, share);
  } catch (error) {
    throw error instanceof SpanwardenError || error instanceof Refusal ? error : senderGone();
  }
}

/** All bytes of a stream; throws OTLP_TOO_LARGE beyond `limit`. */
export async function readAll(source: AsyncIterable<Buffer>, limit: number, share?: ByteShare): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > limit) throw tooLarge("body", limit);
    share?.take(chunk.length);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks, size);
}

function tooLarge(what: string, limit: number): SpanwardenError {
  return new SpanwardenError("OTLP_TOO_LARGE", `${what} is larger than ${limit} bytes`);
}
