import { SpanwardenError } from "../errors.ts";

/** gRPC status codes, which OTLP/HTTP's error body carries, too. */
export const GRPC = {
  ok: 0,
  cancelled: 1,
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
const SECONDS_UNTIL_RETRY = 1;

/** A request that is refused for what it is or when it comes, not for what its body says. */
export class Refusal extends Error {
  readonly status: number;
  readonly grpc: number;
  /** As it is counted. */
  readonly reason: string;
  readonly retryAfter: number | undefined;

  constructor(status: number, grpc: number, message: string, reason = String(status), retryAfter?: number) {
    super(message);
    this.status = status;
    this.grpc = grpc;
    this.reason = reason;
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
    const { status, grpc, message, reason, retryAfter } = error;
    return { status, grpc, message, reason, retryAfter };
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

/** Refused for now: a bound of ours is reached. */
export function overloaded(reason: "too_many_requests" | "too_many_bytes"): Refusal {
  const message = `${reason.replaceAll("_", " ")} under way`;
  return new Refusal(503, GRPC.unavailable, message, reason, SECONDS_UNTIL_RETRY);
}

/** Nobody hears of it; and it is no bug of ours. */
export function senderGone(): Refusal {
  return new Refusal(400, GRPC.cancelled, "the request was not sent to its end", "sender_gone");
}
