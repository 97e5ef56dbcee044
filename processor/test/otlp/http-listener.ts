import { ATTR_ERROR_TYPE, METRIC_SPANWARDEN_PROCESSOR_REQUEST_REFUSED } from "@spanwarden/conventions";

import { readCredentials, type Credentials } from "../../src/otlp/credentials.ts";
import { Entrance } from "../../src/otlp/entrance.ts";
import type { Handlers } from "../../src/otlp/handlers.ts";
import type { ReceiveOutcome } from "../../src/otlp/outcome.ts";
import { OtlpReceiver } from "../../src/otlp/receiver.ts";
import { receiverConfig } from "../../src/otlp/receiver-config.ts";
import type { Batch, LogRecord, SpanRecord } from "../../src/otlp/records.ts";
import type { Logger } from "../../src/settings.ts";
import { FakeClock, meterWithPoints } from "../emit/fixtures.ts";

/** Of a body, unless a test sets another. */
export const LIMIT = 4_096;

type Body = Uint8Array | ReadableStream<Uint8Array>;
export type Handle = (batch: Batch<SpanRecord | LogRecord>) => Promise<ReceiveOutcome>;

export interface Setup {
  readonly receiver: OtlpReceiver;
  readonly entrance: Entrance;
  readonly port: number;
  readonly clock: FakeClock;
  readonly batches: Batch<SpanRecord | LogRecord>[];
  readonly passed: readonly (readonly [string, Buffer])[];
  readonly errors: string[];
  readonly post: (
    path: string,
    type: string | undefined,
    body: Body,
    headers?: Record<string, string>,
  ) => Promise<Response>;
  readonly refused: () => Promise<Record<string, unknown>>;
}

const running: Setup[] = [];

/** After each test. */
export async function stopAll(): Promise<void> {
  for (const { receiver, clock } of running.splice(0)) {
    const stopped = receiver.stop(1);
    clock.pass(1);
    // eslint-disable-next-line no-await-in-loop -- a test has one or two
    await stopped;
  }
}

/** A receiver that listens, and what it handed on. */
export async function setup(
  handle: Handle = async () => ({ status: "accepted" }),
  config: object = {},
  at = 0,
): Promise<Setup> {
  const [clock, batches, errors]: [FakeClock, Batch<SpanRecord | LogRecord>[], string[]] = [new FakeClock(), [], []];
  const passed: [string, Buffer][] = [];
  const { meter, points } = meterWithPoints();
  const silent = (): void => {};
  const logger: Logger = {
    debug: silent,
    info: silent,
    warn: silent,
    error: (told, fields) => errors.push(`${told} ${JSON.stringify(fields)}`),
  };
  const take: Handle = (batch) => {
    batches.push(batch);
    return handle(batch);
  };
  const metrics: Handlers["metrics"] = async (body, type) => {
    passed.push([type, Buffer.from(body)]);
    return { status: "accepted" };
  };
  const handlers: Handlers = { traces: take, logs: take, metrics };
  const page = async () => ({ status: 200, contentType: "text/plain", body: "fine" });
  const listener = { max_body_bytes: LIMIT, max_decompressed_bytes: 4 * LIMIT, ...config };
  const [credentials] = readCredentials(receiverConfig.parse(listener), { TOKEN: "s3cret" }) as [Credentials];
  const entrance = new Entrance(credentials, { logger, meter });
  const receiver = new OtlpReceiver(entrance, at, { clock, logger }, handlers, {
    "/healthz": { open: true, page },
    "/metrics": { open: false, page },
  });
  const port = await receiver.start();
  const post: Setup["post"] = (path, type, body, headers) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method: "POST",
      body,
      headers: { ...(type === undefined ? {} : { "content-type": type }), ...headers },
      duplex: "half",
    } as RequestInit);
  const refused = async (): Promise<Record<string, unknown>> =>
    Object.fromEntries(
      (await points(METRIC_SPANWARDEN_PROCESSOR_REQUEST_REFUSED)).map((p) => [p.attributes[ATTR_ERROR_TYPE], p.value]),
    );
  const made = { receiver, entrance, port, clock, batches, passed, errors, post, refused };
  running.push(made);
  return made;
}
