/** Every code an error of this package can carry; match on `code`, not on the class or the message. */
export type ErrorCode =
  | "CONFIG_INVALID"
  | "DUMP_UNREADABLE"
  | "OTLP_MALFORMED"
  | "OTLP_TOO_LARGE"
  | "OTLP_UNSUPPORTED"
  | "FORWARD_REJECTED"
  | "FORWARD_UNAVAILABLE"
  | "JOURNAL_UNWRITABLE"
  | "STORE_CORRUPT"
  | "OVERLOADED";

/**
 * The one error class of the processor.
 * `retryable`: the same input may succeed later (answer 503, or retry); otherwise it never will (answer 400, or drop).
 */
export class SpanwardenError extends Error {
  override readonly name = "SpanwardenError";
  readonly code: ErrorCode;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}
