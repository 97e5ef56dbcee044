import { constants, type ServerHttp2Stream } from "node:http2";

import { successBody } from "../answer.ts";
import { GRPC } from "../failure.ts";
import type { ReceiveOutcome, SignalKind } from "../outcome.ts";
import { frame } from "./frame.ts";
import { retryInfo } from "./retry-info.ts";

const CONTENT_TYPE = "application/grpc+proto";
/** Of `grpc-message`, in characters: a header has a limit, and the path of a request may be in it. */
const LONGEST_MESSAGE = 1_000;

/** Compressions of a message that are undone. */
export const ENCODINGS = ["identity", "gzip", "zstd"];
const ACCEPTED = { "grpc-accept-encoding": ENCODINGS.join(",") };

/** Answers an export with what became of it. */
export function tell(stream: ServerHttp2Stream, signal: SignalKind, outcome: ReceiveOutcome): void {
  switch (outcome.status) {
    case "accepted":
      return reply(stream, successBody("application/x-protobuf", signal));
    case "partial":
      return reply(stream, successBody("application/x-protobuf", signal, outcome));
    case "retry":
      return refuse(stream, GRPC.unavailable, outcome.message, outcome.afterSeconds);
    case "rejected":
      return refuse(stream, GRPC.invalidArgument, outcome.message);
  }
}

/** One message, and the end. */
export function reply(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (stream.destroyed || stream.headersSent) return;
  respond(stream);
  stream.end(frame(message));
}

/** Headers of an answer that has messages; its status follows them. */
export function respond(stream: ServerHttp2Stream): void {
  stream.respond({ ":status": 200, "content-type": CONTENT_TYPE, ...ACCEPTED }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": String(GRPC.ok) }));
}

/** Trailers only: an error has no message. */
export function refuse(stream: ServerHttp2Stream, code: number, message: string, retryAfter?: number): void {
  if (stream.destroyed || stream.headersSent) return;
  const told = message.slice(0, LONGEST_MESSAGE).toWellFormed();
  const details = retryAfter === undefined ? {} : { "grpc-status-details-bin": retryInfo(code, told, retryAfter) };
  stream.respond(
    {
      ":status": 200,
      "content-type": CONTENT_TYPE,
      ...ACCEPTED,
      "grpc-status": String(code),
      "grpc-message": encodeURIComponent(told),
      ...details,
    },
    { endStream: true },
  );
  leave(stream);
}

/** What speaks no gRPC is answered in HTTP alone. */
export function refusePlainly(stream: ServerHttp2Stream, status: number): void {
  if (stream.destroyed) return;
  stream.respond({ ":status": status }, { endStream: true });
  leave(stream);
}

/** What is still coming of a request that has been answered is not read. */
function leave(stream: ServerHttp2Stream): void {
  if (stream.readableEnded) return;
  stream.resume();
  // In the next turn: a reset in the same breath would overtake the answer.
  setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR));
}
