import type { ForwardOutcome } from "../otlp/outcome.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";

/** One way to the next hop. */
export interface Transport {
  /** One attempt, within the destination's time-out. Never throws. */
  send(request: OutgoingRequest): Promise<ForwardOutcome>;
  close(): void;
}

/** Whether an address can only be this machine's. */
export function isLoopback(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}
