import { z } from "zod";

import { duration } from "../duration.ts";

const MEBIBYTE = 1_024 * 1_024;
const SIGNALS = ["traces", "logs", "metrics"] as const;

/** A line break in a value, as a file that holds a credential may end in, would be refused with every request. */
const headers = z.record(
  z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, "expected the name of a header"),
  z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, "expected the value of a header, on one line"),
);

const destination = z
  .strictObject({
    /** In metrics and on disk; needed where there are several. */
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, "expected lower-case letters, digits, - and _")
      .default("default"),
    /** OTLP/HTTP: its base, `/v1/traces` and its like are appended. gRPC: the server; `https` means TLS. */
    endpoint: z.url({ protocol: /^https?$/, error: "expected an http or https address" }),
    protocol: z.enum(["http", "grpc"]).default("http"),
    /** What goes there. */
    signals: z
      .array(z.enum(SIGNALS))
      .min(1)
      .default([...SIGNALS]),
    headers: headers.default({}),
    /** `auto`: gzip (level 1 over HTTP) unless the endpoint is on loopback. */
    compression: z.enum(["auto", "gzip", "zstd", "none"]).default("auto"),
    /** For gRPC over TLS; PEM. HTTP takes Node's `NODE_EXTRA_CA_CERTS`. */
    tls: z
      .strictObject({
        ca_file: z.string().min(1).optional(),
        cert_file: z.string().min(1).optional(),
        key_file: z.string().min(1).optional(),
      })
      .prefault({}),
    /** For one attempt. */
    timeout: duration.prefault("10s"),
    /** Without a queue: attempts before the sender is asked to send again later. */
    attempts: z.int().min(1).max(10).default(3),
    /** Requests under way at once; further ones go to the queue, or wait their turn where there is none. */
    max_concurrent_requests: z.int().min(1).default(16),
    /** A larger request is sent in parts; by default what gRPC servers take. */
    max_request_bytes: z
      .int()
      .min(1_024)
      .default(4 * MEBIBYTE),
    /** Wait after a failed attempt: doubles from `initial` to `max`, half of it random. */
    retry: z.strictObject({ initial: duration.prefault("1s"), max: duration.prefault("30s") }).prefault({}),
    /** On disk, where `store.directory` is set. */
    queue: z
      .strictObject({
        max_bytes: z
          .int()
          .min(64 * 1_024)
          .default(1_024 * MEBIBYTE),
        when_full: z.enum(["refuse", "drop_oldest", "drop_newest"]).default("refuse"),
      })
      .prefault({}),
    /** Kept of what the next hop refuses for good; the oldest makes room. */
    rejected: z
      .strictObject({
        max_bytes: z
          .int()
          .min(0)
          .default(64 * MEBIBYTE),
      })
      .prefault({}),
  })
  .superRefine(({ protocol, endpoint, compression, tls, queue, max_request_bytes: largest }, context) => {
    const wrong = (path: string[], message: string): void => context.addIssue({ code: "custom", path, message });
    if (protocol === "grpc" && !["", "/"].includes(new URL(endpoint).pathname))
      wrong(["endpoint"], "expected no path with protocol grpc");
    if (protocol === "grpc" && compression === "zstd")
      wrong(["compression"], "expected auto, gzip or none with protocol grpc");
    if (protocol === "http" && Object.keys(tls).length > 0) wrong(["tls"], "expected protocol grpc with it");
    if ((tls.cert_file === undefined) !== (tls.key_file === undefined))
      wrong(["tls"], "expected cert_file and key_file together");
    if (queue.max_bytes < 2 * largest) wrong(["queue", "max_bytes"], "expected at least twice max_request_bytes");
  });

/** One next hop, or several. */
export const forwardConfig = z
  .preprocess(
    (given: z.input<typeof destination> | z.input<typeof destination>[]) => (Array.isArray(given) ? given : [given]),
    z.array(destination).min(1),
  )
  .superRefine((destinations, context) => {
    for (const [i, { name }] of destinations.entries()) {
      const message = "expected a name that no other destination has";
      if (destinations.findIndex((other) => other.name === name) < i)
        context.addIssue({ code: "custom", path: [i, "name"], message });
    }
  });

/** As parsed: durations in milliseconds. */
export type DestinationConfig = z.output<typeof destination>;
