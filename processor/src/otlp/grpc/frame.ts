import { SpanwardenError } from "../../errors.ts";

/** One byte that says whether the message is compressed, and its length as uint32, big-endian. */
export const HEADER_BYTES = 5;

/** One message, not compressed, as gRPC sends it. */
export function frame(message: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

/** The one message of a unary request. Throws OTLP_MALFORMED where there is none, part of one, or more than one. */
export function unframed(bytes: Buffer): { readonly message: Buffer; readonly compressed: boolean } {
  if (bytes.length < HEADER_BYTES) throw malformed(`expected a message, got ${bytes.length} bytes`);
  const length = bytes.readUInt32BE(1);
  const rest = bytes.length - HEADER_BYTES;
  if (length !== rest) throw malformed(`a message of ${length} bytes was announced, ${rest} came`);
  return { message: bytes.subarray(HEADER_BYTES), compressed: bytes[0] === 1 };
}

function malformed(reason: string): SpanwardenError {
  return new SpanwardenError("OTLP_MALFORMED", `gRPC frame: ${reason}`);
}
