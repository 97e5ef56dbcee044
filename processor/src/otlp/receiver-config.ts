import { z } from "zod";

/** Where OTLP/HTTP comes in, and how much of it at once. */
export const receiverConfig = z.strictObject({
  /** Address to listen on; loopback unless another is named. */
  host: z.string().min(1).default("127.0.0.1"),
  /** 0 takes any free port. */
  port: z.int().min(0).max(65_535).default(4318),
  /** Port for OTLP/gRPC on the same address, by custom 4317; absent: none. */
  grpc_port: z.int().min(0).max(65_535).optional(),
  /** Largest request body as sent. */
  max_body_bytes: z
    .int()
    .min(1_024)
    .default(16 * 1_024 * 1_024),
  /** Largest request body once decompressed. */
  max_decompressed_bytes: z
    .int()
    .min(1_024)
    .default(64 * 1_024 * 1_024),
  /** Requests under way at once; beyond it the answer is 503. */
  max_concurrent_requests: z.int().min(1).default(64),
});

export type ReceiverConfig = z.output<typeof receiverConfig>;
