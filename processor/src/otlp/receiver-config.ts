import { z } from "zod";

import { duration } from "../duration.ts";

const MEBIBYTE = 1_024 * 1_024;

const tls = z
  .strictObject({
    /** PEM: the server's certificate with its chain, and its key. Both are read again when they change. */
    cert_file: z.string().min(1),
    key_file: z.string().min(1),
    /** PEM: who signs the clients' certificates. With it a client without one is refused. */
    client_ca_file: z.string().min(1).optional(),
    min_version: z.enum(["TLSv1.2", "TLSv1.3"]).default("TLSv1.2"),
  })
  .optional();

const auth = z
  .strictObject({
    /** A file with a bearer token a line, read again when it changes: two of them while one replaces the other. */
    bearer_token_file: z.string().min(1).optional(),
    /** Or the name of an environment variable that holds the token. */
    bearer_token_env: z.string().min(1).optional(),
  })
  .refine(
    ({ bearer_token_file: file, bearer_token_env: variable }) => (file === undefined) !== (variable === undefined),
    {
      error: "expected either bearer_token_file or bearer_token_env",
    },
  )
  .optional();

const port = z.int().min(0).max(65_535).optional();

const listener = z.strictObject({
  /** Address to listen on; loopback unless another is named. */
  host: z.string().min(1).default("127.0.0.1"),
  /** Of OTLP/HTTP; 0 takes any free port. A listener speaks the protocols whose port it names; where it names none, both. */
  port,
  /** Of OTLP/gRPC. */
  grpc_port: port,
  tls,
  auth,
  /** Largest request body as sent. */
  max_body_bytes: z
    .int()
    .min(1_024)
    .default(16 * MEBIBYTE),
  /** Largest request body once decompressed. */
  max_decompressed_bytes: z
    .int()
    .min(1_024)
    .default(64 * MEBIBYTE),
  /** Bodies in memory at once, as sent and decompressed; beyond it the answer is 503. */
  max_bytes_under_way: z
    .int()
    .min(1_024)
    .default(256 * MEBIBYTE),
  /** Requests that are read at once from end to end; beyond it the answer is 503. */
  max_concurrent_requests: z.int().min(1).default(64),
  /** For a whole request to come in, its headers in at most ten seconds of it. */
  request_timeout: duration.refine((time) => time >= 100 && time <= 3_600_000, "expected 100ms to 1h").prefault("60s"),
  /** Connections at once in each protocol; further ones are closed. */
  max_connections: z.int().min(1).default(16_384),
});

/** By OTLP's custom. */
function withPorts<Given extends z.output<typeof listener>>(given: Given): Given {
  return given.port === undefined && given.grpc_port === undefined ? { ...given, port: 4318, grpc_port: 4317 } : given;
}

/** Where OTLP comes in, and how much of it at once: one listener, or several. */
export const receiverConfig = z.preprocess(
  (given: z.input<typeof listener> | z.input<typeof listener>[]) => (Array.isArray(given) ? given : [given]),
  z.array(listener.transform(withPorts)).min(1),
);

export type ListenerConfig = z.output<typeof listener>;

/** Only this machine can send to such an address. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

/**
 * Whether what a sender says of its calls is believed: it is on this machine, or has shown who it is.
 */
export function isTrusted({ host, auth: token, tls: certificates }: ListenerConfig): boolean {
  return isLoopback(host) || token !== undefined || certificates?.client_ca_file !== undefined;
}
