import type { ContentState, LlmCall } from "@spanwarden/conventions";

/** What a dialect understood of a span or a log record: one model call. */
export interface Recognised {
  /** Which dialect it was, for counters. */
  readonly dialect: string;
  readonly call: LlmCall;
  /** End of the call, or when a pending one was told; milliseconds since the epoch. */
  readonly at: number;
  /** A call that waits for its first byte; its span is still to come. */
  readonly pending: boolean;
  /** `service.name`. */
  readonly service?: string | undefined;
  /** What the emitter had to judge from, where it says so. */
  readonly emitted?: EmittedSignals | undefined;
  /** Who judged it before. */
  readonly processorId?: string | undefined;
}

export interface EmittedSignals {
  readonly version: string;
  readonly content: ContentState;
}
