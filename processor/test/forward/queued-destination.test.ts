import { mkdtempSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  METRIC_SPANWARDEN_PROCESSOR_ITEM_REJECTED,
  METRIC_SPANWARDEN_PROCESSOR_REQUEST_DROPPED,
  METRIC_SPANWARDEN_PROCESSOR_REQUEST_RETRIED,
} from "@spanwarden/conventions";
import { afterEach, describe, expect, it } from "vitest";

import { DeliveryMetrics } from "../../src/forward/delivery-metrics.ts";
import { DiskQueue } from "../../src/forward/disk-queue.ts";
import { forwardConfig, type DestinationConfig } from "../../src/forward/forward-config.ts";
import type { OutgoingRequest } from "../../src/forward/outgoing-request.ts";
import { QueuedDestination } from "../../src/forward/queued-destination.ts";
import { RejectedFiles } from "../../src/forward/rejected-files.ts";
import type { ForwardOutcome } from "../../src/otlp/outcome.ts";
import type { Logger } from "../../src/settings.ts";
import { FakeClock, meterWithPoints, settled } from "../emit/fixtures.ts";
import { must } from "../must.ts";
import { namesIn, requestOf } from "./requests.ts";

const directories: string[] = [];

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

const DOWN: ForwardOutcome = { status: "retryable", reason: "the next hop answered 503" };
const DELIVERED: ForwardOutcome = { status: "delivered" };
const permanent = (httpStatus: number): ForwardOutcome => ({
  status: "permanent",
  httpStatus,
  reason: `the next hop answered ${httpStatus}`,
});

interface Options {
  readonly config?: Partial<DestinationConfig>;
  readonly directory?: string;
  readonly write?: typeof writeSync;
}

function setup({
  config = {},
  directory = mkdtempSync(join(tmpdir(), "spanwarden-destination-")),
  write,
}: Options = {}) {
  directories.push(directory);
  const clock = new FakeClock();
  const { meter, points } = meterWithPoints();
  const logs: string[] = [];
  const log = (level: string) => (message: string) => void logs.push(`${level}: ${message}`);
  const logger: Logger = { debug: () => undefined, info: log("info"), warn: log("warn"), error: log("error") };
  const parsed = { ...must(forwardConfig.parse({ endpoint: "http://backend" })[0]), ...config };
  const queue = new DiskQueue(join(directory, "queue"), parsed.queue.max_bytes, write);
  const sent: OutgoingRequest[] = [];
  const hop = {
    answer: (request: OutgoingRequest): ForwardOutcome | Promise<ForwardOutcome> =>
      request.body.length > 0 ? DELIVERED : permanent(400),
  };
  const transport = {
    send: async (request: OutgoingRequest) => {
      sent.push(request);
      return await hop.answer(request);
    },
    close: () => undefined,
  };
  const rejected = new RejectedFiles(join(directory, "rejected"), parsed.rejected.max_bytes);
  const stages = { queue, transport, rejected, metrics: new DeliveryMetrics(meter) };
  const destination = new QueuedDestination(parsed, { clock, random: () => 1, logger }, stages);
  const count = async (name: string): Promise<Record<string, unknown>> =>
    Object.fromEntries(
      (await points(name)).map((p) => [
        typeof p.attributes["error.type"] === "string" ? p.attributes["error.type"] : "all",
        p.value,
      ]),
    );
  const send = (...names: string[]) => destination.send(requestOf(names));
  return { destination, queue, clock, sent, hop, logs, directory, count, send };
}

/** Lets the drain take `times` turns. */
async function turns(times = 20): Promise<void> {
  // eslint-disable-next-line no-await-in-loop -- one turn after the other
  for (let i = 0; i < times; i++) await settled();
}

describe("while the next hop takes requests", () => {
  it("they go there directly, and nothing is written", async () => {
    const { destination, send, sent, queue } = setup();
    expect(await send("n1")).toEqual(DELIVERED);
    expect([sent.length, queue.bytes, destination.health().state]).toEqual([1, 0, "ok"]);
  });

  it("a part that it refused is handed on and counted", async () => {
    const { send, hop, count } = setup();
    hop.answer = () => ({ status: "partial", rejected: 3, message: "too old" });
    expect(await send("n1")).toEqual({ status: "partial", rejected: 3, message: "too old" });
    expect(await count(METRIC_SPANWARDEN_PROCESSOR_ITEM_REJECTED)).toEqual({ all: 3 });
  });

  it("those beyond the bound of concurrency go to the disk instead of waiting", async () => {
    const { send, hop, sent } = setup({ config: { max_concurrent_requests: 1 } });
    const held = Promise.withResolvers<ForwardOutcome>();
    hop.answer = () => (sent.length === 1 ? held.promise : DELIVERED);
    const first = send("n1");
    expect(await send("n2")).toEqual({ status: "queued" });
    held.resolve(DELIVERED);
    expect(await first).toEqual(DELIVERED);
    await turns();
    expect(sent.flatMap(({ body }) => namesIn(body))).toEqual(["n1", "n2"]);
  });
});

describe("an outage", () => {
  it("is ridden out: everything is acknowledged, and delivered in its order when it is over", async () => {
    const { destination, send, hop, sent, clock, logs, count } = setup();
    hop.answer = () => DOWN;
    for (let i = 0; i < 30; i++) {
      // eslint-disable-next-line no-await-in-loop -- one after the other
      expect(await send(`n${i}`)).toEqual({ status: "queued" });
    }
    expect(sent).toHaveLength(1);
    expect(destination.health()).toMatchObject({ state: "backing_off", queue: { requests: 30, oldest_seconds: 0 } });
    for (const wait of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      expect(clock.due).toBe(wait);
      clock.pass(wait);
      // eslint-disable-next-line no-await-in-loop -- one attempt after the other
      await turns();
    }
    expect(await count(METRIC_SPANWARDEN_PROCESSOR_REQUEST_RETRIED)).toEqual({ all: 6 });
    sent.length = 0;
    hop.answer = () => DELIVERED;
    clock.pass(30_000);
    await turns();
    expect(sent.flatMap(({ body }) => namesIn(body))).toEqual(Array.from({ length: 30 }, (_, i) => `n${i}`));
    // The one that was tried, then all the others together.
    expect(sent).toHaveLength(2);
    expect(destination.health()).toMatchObject({ state: "ok", queue: { requests: 0, bytes: 0 } });
    expect(logs).toEqual(["warn: the next hop takes no requests", "info: the next hop takes requests again"]);
    expect(await send("n99")).toEqual(DELIVERED);
  });

  it("lasts at least as long as the next hop asks for", async () => {
    const { send, hop, clock } = setup();
    hop.answer = () => ({ ...DOWN, afterSeconds: 90 });
    await send("n1");
    expect(clock.due).toBe(90_000);
  });

  it("outlives the process: the next one begins with what was left", async () => {
    const first = setup();
    first.hop.answer = () => DOWN;
    await first.send("n1");
    await first.send("n2");
    await first.destination.stop(0);
    expect(await first.send("n3")).toMatchObject({ status: "retryable" });
    const next = setup({ directory: first.directory });
    next.destination.start();
    await turns();
    expect(next.sent.flatMap(({ body }) => namesIn(body))).toEqual(["n1", "n2"]);
  });

  it("does not mix what may not travel together", async () => {
    const { destination, hop, sent, clock } = setup();
    hop.answer = () => DOWN;
    const json = { contentType: "application/json" as const, body: Buffer.from('{"resourceSpans":[{"a":1}]}') };
    for (const each of [
      requestOf(["n1"]),
      requestOf(["n2"], { signal: "logs" }),
      requestOf([], json),
      requestOf([], json),
    ])
      // eslint-disable-next-line no-await-in-loop -- one after the other
      await destination.send(each);
    hop.answer = () => DELIVERED;
    sent.length = 0;
    clock.pass(1_000);
    await turns();
    expect(sent.map(({ signal, contentType }) => [signal, contentType])).toEqual([
      ["traces", "application/x-protobuf"],
      ["logs", "application/x-protobuf"],
      ["traces", "application/json"],
    ]);
    expect(sent[2]?.body.toString()).toBe('{"resourceSpans":[{"a":1},{"a":1}]}');
  });
});

describe("what is refused for good", () => {
  const POISON = (request: OutgoingRequest): ForwardOutcome =>
    namesIn(request.body).includes("n-poison") ? permanent(400) : DELIVERED;

  it("is found among its neighbours and set aside, and they are delivered", async () => {
    const { send, hop, sent, clock, count, directory, logs } = setup();
    hop.answer = () => DOWN;
    await send("n1", "n2", "n3");
    await send("n4", "n-poison", "n5", "n6");
    await send("n7");
    const arrived: string[] = [];
    hop.answer = (request) => {
      const outcome = POISON(request);
      if (outcome.status === "delivered") arrived.push(...namesIn(request.body));
      return outcome;
    };
    clock.pass(1_000);
    await turns(60);
    expect(arrived).toEqual(["n1", "n2", "n3", "n4", "n5", "n6", "n7"]);
    expect(sent.length).toBeLessThan(15);
    const [file = ""] = readdirSync(join(directory, "rejected"));
    expect(namesIn(readFileSync(join(directory, "rejected", file)))).toEqual(["n-poison"]);
    expect(await count(METRIC_SPANWARDEN_PROCESSOR_REQUEST_DROPPED)).toEqual({ rejected: 1 });
    expect(logs.join()).not.toContain("n-poison");
  });

  it("goes the same way when it comes directly", async () => {
    const { destination, send, hop, count } = setup();
    hop.answer = POISON;
    expect(await send("n1", "n-poison")).toEqual({ status: "queued" });
    await turns();
    expect(await count(METRIC_SPANWARDEN_PROCESSOR_REQUEST_DROPPED)).toEqual({ rejected: 1 });
    expect(destination.health().queue?.requests).toBe(0);
  });

  it("is not taken apart where the content is not to blame", async () => {
    const { destination, send, hop, sent } = setup();
    hop.answer = () => permanent(401);
    await send("n1", "n2", "n3");
    await turns();
    expect(sent).toHaveLength(2);
    expect(destination.health()).toMatchObject({ state: "rejecting", reason: "the next hop answered 401" });
  });

  it("is halved until it is small enough", async () => {
    const { send, hop, sent, count } = setup();
    const arrived: string[] = [];
    hop.answer = ({ body }) => {
      if (body.length > 150) return permanent(413);
      arrived.push(...namesIn(body));
      return DELIVERED;
    };
    const names = Array.from({ length: 10 }, (_, i) => `n${i}`);
    await send(...names);
    await turns(60);
    expect(arrived).toEqual(names);
    expect(sent.every(({ body }, i) => i === 0 || body.length <= must(sent[0]).body.length)).toBe(true);
    expect(await count(METRIC_SPANWARDEN_PROCESSOR_REQUEST_DROPPED)).toEqual({});
  });

  it("and cannot be read is set aside without its neighbours", async () => {
    const { destination, hop, clock, count } = setup();
    hop.answer = () => DOWN;
    const broken = requestOf([], { body: Buffer.from([0x0a, 0xff]) });
    for (const each of [requestOf(["n1"]), broken, requestOf(["n2"])])
      // eslint-disable-next-line no-await-in-loop -- one after the other
      await destination.send(each);
    const arrived: string[] = [];
    hop.answer = ({ body }) => {
      if (Buffer.from(body).includes(Buffer.from(broken.body))) return permanent(400);
      arrived.push(...namesIn(body));
      return DELIVERED;
    };
    clock.pass(1_000);
    await turns(60);
    expect(arrived).toEqual(["n1", "n2"]);
    expect(await count(METRIC_SPANWARDEN_PROCESSOR_REQUEST_DROPPED)).toEqual({ rejected: 1 });
  });

  it("costs a bounded number of attempts where everything is", async () => {
    const { send, hop, sent } = setup();
    hop.answer = () => permanent(400);
    await send(...Array.from({ length: 1_000 }, (_, i) => `n${i}`));
    await turns(2_500);
    expect(sent.length).toBeGreaterThan(256);
    expect(sent.length).toBeLessThan(600);
  });
});

describe("a full queue", () => {
  const SMALL = { max_bytes: 64 * 1_024, when_full: "refuse" as const };
  const big = (name: string): string => `${name}-${"x".repeat(2_000)}`;

  async function filled(when_full: DestinationConfig["queue"]["when_full"]) {
    const built = setup({ config: { queue: { ...SMALL, when_full } } });
    built.hop.answer = () => DOWN;
    let outcome: ForwardOutcome = DELIVERED;
    let sent = 0;
    // eslint-disable-next-line no-await-in-loop -- one after the other
    for (; sent < 40; sent++) outcome = await built.send(big(`n${sent}`));
    return { ...built, outcome };
  }

  it("turns senders away, and takes them again when it has room", async () => {
    const { destination, outcome, hop, clock, send, logs } = await filled("refuse");
    expect(outcome).toEqual({ status: "retryable", reason: "the queue is full", afterSeconds: 1 });
    expect(destination.refusal(3_000)).toEqual(outcome);
    expect(destination.health().state).toBe("full");
    hop.answer = () => DELIVERED;
    clock.pass(1_000);
    await turns();
    destination.sync();
    expect([destination.health().state, destination.refusal(3_000)]).toEqual(["ok", undefined]);
    expect(await send("n99")).toEqual(DELIVERED);
    expect(logs.filter((line) => line.includes("full") || line.includes("room"))).toEqual([
      "error: the queue is full",
      "info: the queue has room again",
    ]);
  });

  it.each(["drop_oldest", "drop_newest"] as const)("counts what it drops: %s", async (policy) => {
    const { outcome, hop, clock, sent, count, destination } = await filled(policy);
    expect(outcome).toEqual({ status: "queued" });
    const { queue_full: dropped } = await count(METRIC_SPANWARDEN_PROCESSOR_REQUEST_DROPPED);
    sent.length = 0;
    hop.answer = () => DELIVERED;
    clock.pass(1_000);
    await turns(60);
    const arrived = sent.flatMap(({ body }) => namesIn(body)).map((name) => name.split("-")[0]);
    // The one that was under way is dropped and yet arrives.
    expect(arrived.length + Number(dropped)).toBe(policy === "drop_oldest" ? 41 : 40);
    expect(arrived.includes("n1")).toBe(policy === "drop_newest");
    expect(arrived.includes("n39")).toBe(policy === "drop_oldest");
    expect(destination.health().queue?.requests).toBe(0);
  });
});

it("a disk that refuses is told once, senders are turned away, and it mends itself", async () => {
  let isFull = true;
  const write = ((...given: Parameters<typeof writeSync>) => {
    if (isFull) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
    return writeSync(...given);
  }) as typeof writeSync;
  const { destination, send, hop, logs, clock, sent } = setup({ write });
  hop.answer = () => DOWN;
  expect(await send("n1")).toMatchObject({ status: "retryable", reason: "the queue cannot be written" });
  expect(await send("n2")).toMatchObject({ status: "retryable", afterSeconds: 1 });
  destination.sync();
  expect(destination.health()).toMatchObject({ state: "unwritable", reason: "ENOSPC" });
  isFull = false;
  destination.sync();
  expect(await send("n3")).toEqual({ status: "queued" });
  hop.answer = () => DELIVERED;
  clock.pass(1_000);
  await turns();
  expect(namesIn(must(sent.at(-1)).body)).toEqual(["n3"]);
  expect(logs.filter((line) => line.includes("written"))).toEqual([
    "error: the queue cannot be written; senders are turned away",
    "info: the queue can be written again",
  ]);
});
