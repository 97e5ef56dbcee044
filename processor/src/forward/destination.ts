import type { ForwardOutcome, SignalKind } from "../otlp/outcome.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";

/** How a destination is, for `/healthz`. */
export interface DestinationHealth {
  readonly name: string;
  /**
   * `backing_off`: it does not answer, or asked to wait. `draining`: it answers, and what waits is on its way. `rejecting`: it
   * refuses requests for good. `full`: the queue is at its bound. `unwritable`: the disk refuses.
   */
  readonly state: "ok" | "draining" | "backing_off" | "rejecting" | "full" | "unwritable";
  /** Since when, milliseconds since the epoch. */
  readonly since?: number | undefined;
  readonly reason?: string | undefined;
  readonly queue?: QueueHealth | undefined;
}

export interface QueueHealth {
  readonly bytes: number;
  readonly max_bytes: number;
  readonly requests: number;
  readonly oldest_seconds: number;
}

/** A next hop. */
export interface Destination {
  readonly name: string;
  readonly signals: readonly SignalKind[];
  /** Whether a request goes to the disk now, which takes no time. */
  readonly mustQueue: boolean;
  /** Why a request of so many bytes cannot be taken now; `undefined` where it can. */
  refusal(bytes: number): Refused | undefined;
  /** Takes a request: `delivered` and `queued` mean that it will not be lost. Never throws. */
  send(request: OutgoingRequest): Promise<ForwardOutcome>;
  health(): DestinationHealth;
  /** Makes what was queued survive a power cut. */
  sync(): void;
  /** Begins to deliver what an earlier process left. */
  start(): void;
  /** Ends after the attempt under way, or after `deadline` milliseconds; the rest stays on disk. */
  stop(deadline: number): Promise<void>;
}

export type Refused = Extract<ForwardOutcome, { readonly status: "retryable" }>;
