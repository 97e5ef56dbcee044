import { SpanwardenError } from "../errors.ts";

/** gRPC status codes, which OTLP/HTTP's error body carries, too. */
export const GRPC = {
  ok: 0,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** Where nothing better is known. */
export const SECONDS_UNTIL_RETRY = 1;

/** A request that is refused before anything of it is read. */
export class Refusal extends Error {
  readonly status: number;
  readonly grpc: number;
  readonly retryAfter: number | undefined;

  constructor(status: number, grpc: number, message: string, retryAfter?: number) {
    super(message);
    this.status = status;
    this.grpc = grpc;
    this.retryAfter = retryAfter;
  }
}

/** A failed request, in the words of both protocols. */
export interface Failure {
  readonly status: number;
  readonly grpc: number;
  readonly reason: string;
  readonly message: string;
  readonly retryAfter?: number | undefined;
}

/** What a sender is told of an error; of a bug nothing. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Refusal) {
    const { status, grpc, message, retryAfter } = error;
    return { status, grpc, message, retryAfter, reason: String(status) };
  }
  if (!(error instanceof SpanwardenError)) {
    return { status: 500, grpc: GRPC.internal, reason: "internal", message: "internal error" };
  }
  const { message, code } = error;
  if (code === "OTLP_TOO_LARGE") return { status: 413, grpc: GRPC.resourceExhausted, reason: code, message };
  if (code === "OTLP_UNSUPPORTED") return { status: 415, grpc: GRPC.invalidArgument, reason: code, message };
  if (error.retryable)
    return { status: 503, grpc: GRPC.unavailable, reason: code, message, retryAfter: SECONDS_UNTIL_RETRY };
  return { status: 400, grpc: GRPC.invalidArgument, reason: code, message };
}
