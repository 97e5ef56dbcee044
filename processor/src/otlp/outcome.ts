/** The kinds of OTLP request. */
export type SignalKind = "traces" | "logs" | "metrics";

/** What became of a request that the receiver handed on. */
export type ReceiveOutcome =
  | { readonly status: "accepted" }
  | { readonly status: "partial"; readonly rejected: number; readonly message: string }
  /** Try again later: 503 with Retry-After. */
  | { readonly status: "retry"; readonly afterSeconds: number; readonly message: string }
  /** Never again: 400. */
  | { readonly status: "rejected"; readonly message: string };

/** What became of a request that was sent to the next hop. */
export type ForwardOutcome =
  | { readonly status: "delivered" }
  /** It is on disk, and will be delivered. */
  | { readonly status: "queued" }
  | { readonly status: "partial"; readonly rejected: number; readonly message: string }
  | { readonly status: "retryable"; readonly afterSeconds?: number | undefined; readonly reason: string }
  /** `httpStatus`: of a gRPC status the one that it maps to. */
  | { readonly status: "permanent"; readonly httpStatus: number; readonly reason: string };
