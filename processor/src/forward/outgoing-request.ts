import type { ContentType } from "../otlp/answer.ts";
import type { SignalKind } from "../otlp/outcome.ts";

/** One OTLP request on its way to the next hop. */
export interface OutgoingRequest {
  readonly signal: SignalKind;
  readonly contentType: ContentType;
  readonly body: Uint8Array;
  /** The processors it has been through, this one last: the value of its `spanwarden-via`. */
  readonly via: string;
}

/** Requests of which the contents may travel as one. */
export function areAlike(a: OutgoingRequest, b: OutgoingRequest): boolean {
  return a.signal === b.signal && a.contentType === b.contentType && a.via === b.via;
}
