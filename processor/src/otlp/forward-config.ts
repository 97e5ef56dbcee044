import { z } from "zod";

import { duration } from "../duration.ts";

/** The next hop for spans and records. */
export const forwardConfig = z.strictObject({
  /** Base of an OTLP/HTTP address; `/v1/traces` and `/v1/logs` are appended. */
  endpoint: z.url({ protocol: /^https?$/, error: "expected an http or https address" }),
  headers: z.record(z.string(), z.string()).default({}),
  /** `auto`: gzip (level 1) unless the endpoint is on loopback. */
  compression: z.enum(["auto", "gzip", "none"]).default("auto"),
  /** For one attempt. */
  timeout: duration.prefault("10s"),
  /** Attempts before the sender is asked to send again later. */
  attempts: z.int().min(1).max(10).default(3),
  /** Requests under way at once; further ones wait their turn. */
  max_concurrent_requests: z.int().min(1).default(16),
});

export type ForwardConfig = z.output<typeof forwardConfig>;
