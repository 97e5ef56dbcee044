import { SpanwardenError } from "../../errors.ts";
import { GRPC, Refusal } from "../failure.ts";

/** One byte that says whether the message is compressed, and its length as uint32, big-endian. */
export const HEADER_BYTES = 5;

/** One message, not compressed, as gRPC sends it. */
export function frame(message: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

/**
 * The one message of a unary request. Throws OTLP_MALFORMED where there is part of one, and a refusal where there is none or more
 * than one: UNIMPLEMENTED, as gRPC's status codes have it.
 */
export function unframed(bytes: Buffer): { readonly message: Buffer; readonly compressed: boolean } {
  if (bytes.length === 0) throw cardinality("none");
  if (bytes.length < HEADER_BYTES) throw malformed(`expected a message, got ${bytes.length} bytes`);
  const length = bytes.readUInt32BE(1);
  const rest = bytes.length - HEADER_BYTES;
  if (length < rest) throw cardinality("more");
  if (length > rest) throw malformed(`a message of ${length} bytes was announced, ${rest} came`);
  return { message: bytes.subarray(HEADER_BYTES), compressed: bytes[0] === 1 };
}

function cardinality(given: string): Refusal {
  return new Refusal(400, GRPC.unimplemented, `gRPC frame: expected one message, got ${given}`);
}

function malformed(reason: string): SpanwardenError {
  return new SpanwardenError("OTLP_MALFORMED", `gRPC frame: ${reason}`);
}
