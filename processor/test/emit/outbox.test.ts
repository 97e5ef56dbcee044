import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { EventRecord } from "../../src/emit/event-record.ts";
import { Outbox, type Delivery, type OutboxStore, type SendResult, type StoredEvent } from "../../src/emit/outbox.ts";
import type { Logger } from "../../src/settings.ts";
import { CONFIG, event, FakeClock, meterWithPoints, settled } from "./fixtures.ts";

class FakeStore implements OutboxStore {
  rows: StoredEvent[] = [];
  broken = false;

  add(...ids: readonly string[]): void {
    this.rows.push(...ids.map((id) => ({ id, event: event(id) })));
  }

  undelivered(limit: number): readonly StoredEvent[] {
    if (this.broken) throw new Error("disk");
    return this.rows.slice(0, limit);
  }

  delivered(ids: readonly StoredEvent["id"][]): void {
    this.rows = this.rows.filter(({ id }) => !ids.includes(id));
  }
}

/** What is sent is the ids, so that answers can depend on them. */
class FakeBackend implements Delivery {
  readonly sent: string[] = [];
  answer: (ids: readonly string[]) => SendResult["status"] | Promise<SendResult["status"]> = () => "delivered";

  encode(events: readonly EventRecord[]): Uint8Array {
    if (events.some(({ id }) => id === "unencodable")) throw new Error("unencodable");
    return Buffer.from(events.map(({ id }) => id).join());
  }

  async send(bytes: Uint8Array): Promise<SendResult> {
    const text = Buffer.from(bytes).toString();
    const status = await this.answer(text.split(","));
    this.sent.push(`${text} ${status}`);
    return { status };
  }
}

interface Setup {
  readonly store: FakeStore;
  readonly backend: FakeBackend;
  readonly clock: FakeClock;
  readonly outbox: Outbox;
  readonly warnings: string[];
  readonly counts: () => Promise<unknown>;
}

function setup(batch = 4): Setup {
  const [store, backend, clock] = [new FakeStore(), new FakeBackend(), new FakeClock()];
  const warnings: string[] = [];
  const { meter, points } = meterWithPoints();
  const silent = (): void => {};
  const logger: Logger = {
    debug: silent,
    info: silent,
    error: silent,
    warn: (message, fields) => warnings.push(`${message} ${JSON.stringify(fields)}`),
  };
  const settings = { clock, logger, meter, random: () => 0.5 };
  const outbox = new Outbox({ ...CONFIG, batch_size: batch }, settings, store, backend);
  const counts = async (): Promise<unknown> =>
    Object.fromEntries(
      (await points()).map((p) => [(p.attributes["error.type"] as string | undefined) ?? "delivered", p.value]),
    );
  return { store, backend, clock, outbox, warnings, counts };
}

describe("Outbox", () => {
  it("sends what is stored, in order and in batches", async () => {
    const { store, backend, outbox, counts } = setup(2);
    store.add("1", "2", "3", "4", "5");
    outbox.wake();
    await settled();
    expect(backend.sent).toEqual(["1,2 delivered", "3,4 delivered", "5 delivered"]);
    expect(store.rows).toEqual([]);
    expect(await counts()).toEqual({ delivered: 5 });
  });

  it("sends nothing where nothing is stored", async () => {
    const { backend, outbox } = setup();
    outbox.wake();
    await settled();
    expect(backend.sent).toEqual([]);
  });

  it("sends one batch at a time, and what was stored meanwhile after it", async () => {
    const { store, backend, outbox } = setup();
    const gate = Promise.withResolvers<SendResult["status"]>();
    backend.answer = async () => gate.promise;
    store.add("1");
    outbox.wake();
    await settled();
    store.add("2");
    outbox.wake();
    outbox.wake();
    await settled();
    expect(backend.sent).toEqual([]);
    gate.resolve("delivered");
    await settled();
    expect(backend.sent).toEqual(["1 delivered", "2 delivered"]);
  });

  it("misses no event, whenever it is stored between two promises", async () => {
    for (let turns = 0; turns < 20; turns++) {
      const { store, outbox } = setup();
      store.add("1");
      outbox.wake();
      for (let n = 0; n < turns; n++) await Promise.resolve();
      store.add("2");
      outbox.wake();
      await settled();
      expect(store.rows).toEqual([]);
    }
  });

  it("waits longer each time after a retryable failure, up to the maximum, and keeps the order", async () => {
    const { store, backend, clock, outbox } = setup();
    store.add("1", "2");
    backend.answer = () => "retryable";
    outbox.wake();
    const waits: (number | undefined)[] = [];
    for (let n = 0; n < 9; n++) {
      await settled();
      waits.push(clock.due);
      clock.pass(clock.due ?? 0);
    }
    expect(waits).toEqual([750, 1_500, 3_000, 6_000, 12_000, 24_000, 45_000, 45_000, 45_000]);
    backend.answer = () => "delivered";
    await settled();
    store.add("3");
    clock.pass(45_000);
    await settled();
    expect(backend.sent.at(-1)).toBe("1,2,3 delivered");
  });

  it("begins with the short wait again once something was delivered", async () => {
    const { store, backend, clock, outbox } = setup();
    const answers: SendResult["status"][] = ["retryable", "retryable", "delivered", "retryable"];
    backend.answer = () => answers.shift() ?? "delivered";
    store.add("1");
    outbox.wake();
    await settled();
    clock.pass(750);
    await settled();
    clock.pass(1_500);
    await settled();
    store.add("2");
    outbox.wake();
    await settled();
    expect(clock.due).toBe(750);
  });

  it("does not try before its time, however often it is woken", async () => {
    const { store, backend, outbox } = setup();
    store.add("1");
    backend.answer = () => "retryable";
    outbox.wake();
    await settled();
    outbox.wake();
    await settled();
    expect(backend.sent).toHaveLength(1);
  });

  it.each([
    [
      "an exception while sending",
      (s: Setup): void => void (s.backend.answer = () => Promise.reject(new Error("reset"))),
    ],
    ["an exception of the store", (s: Setup): void => void (s.store.broken = true)],
  ])("takes %s for retryable", async (_, arrange) => {
    const all = setup();
    all.store.add("1");
    arrange(all);
    all.outbox.wake();
    await settled();
    expect(all.clock.due).toBe(750);
    expect(all.warnings).toHaveLength(1);
    all.backend.answer = () => "delivered";
    all.store.broken = false;
    all.clock.pass(750);
    await settled();
    expect(all.store.rows).toEqual([]);
  });

  it("sets the poison aside and delivers the rest in order", async () => {
    const { store, backend, outbox, warnings, counts } = setup(8);
    store.add("1", "2", "3", "bad", "5", "6", "7", "8");
    backend.answer = (ids) => (ids.includes("bad") ? "permanent" : "delivered");
    outbox.wake();
    await settled();
    const delivered = backend.sent
      .filter((line) => line.endsWith(" delivered"))
      .flatMap((line) => line.split(" ")[0]?.split(","));
    expect(delivered).toEqual(["1", "2", "3", "5", "6", "7", "8"]);
    expect(store.rows).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('"id":"bad"')]);
    expect(await counts()).toEqual({ delivered: 7, rejected: 1 });
  });

  it("sets an event aside that cannot be encoded", async () => {
    const { store, backend, outbox } = setup();
    store.add("1", "unencodable", "3");
    outbox.wake();
    await settled();
    expect(backend.sent).toEqual(["1 delivered", "3 delivered"]);
    expect(store.rows).toEqual([]);
  });

  it("delivers each event but the poison exactly once and in order, whatever is answered", async () => {
    const answer = fc.constantFrom<SendResult["status"]>("delivered", "delivered", "retryable");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 20 }),
        fc.array(answer, { maxLength: 20 }),
        async (poison, answers) => {
          const { store, backend, clock, outbox } = setup(5);
          const ids = poison.map((bad, n) => (bad ? `bad${n}` : `${n}`));
          const pending = [...answers];
          backend.answer = (sent) =>
            sent.some((id) => id.startsWith("bad")) ? "permanent" : (pending.shift() ?? "delivered");
          store.add(...ids);
          outbox.wake();
          for (let n = 0; n <= answers.length; n++) {
            await settled();
            clock.pass(60_000);
          }
          await settled();
          const lines = backend.sent.filter((line) => line.endsWith(" delivered"));
          expect(lines.flatMap((line) => line.split(" ")[0]?.split(","))).toEqual(
            ids.filter((id) => !id.startsWith("bad")),
          );
          expect(store.rows).toEqual([]);
        },
      ),
      { seed: 19, numRuns: 50 },
    );
  });
});

describe("Outbox.drain", () => {
  it("delivers what is stored, without being woken", async () => {
    const { store, backend, clock, outbox } = setup();
    store.add("1");
    await outbox.drain(clock.now() + 1_000);
    expect(backend.sent).toEqual(["1 delivered"]);
    expect(clock.due).toBeUndefined();
  });

  it("takes along what was stored while a batch was under way", async () => {
    const { store, backend, clock, outbox } = setup();
    const gate = Promise.withResolvers<SendResult["status"]>();
    backend.answer = async () => gate.promise;
    store.add("1");
    outbox.wake();
    await settled();
    store.add("2");
    const drained = outbox.drain(clock.now() + 1_000);
    gate.resolve("delivered");
    await drained;
    expect(store.rows).toEqual([]);
  });

  it("tries at once instead of waiting for the retry, once, and leaves the rest in the store", async () => {
    const { store, backend, clock, outbox } = setup();
    backend.answer = () => "retryable";
    store.add("1");
    outbox.wake();
    await settled();
    await outbox.drain(clock.now() + 1_000);
    expect(backend.sent).toHaveLength(2);
    expect(store.rows).toHaveLength(1);
    expect(clock.due).toBeUndefined();
  });

  it("returns at the deadline though a send hangs, and starts nothing after it", async () => {
    const { store, backend, clock, outbox } = setup(1);
    const gate = Promise.withResolvers<SendResult["status"]>();
    backend.answer = async () => gate.promise;
    store.add("1", "2");
    const drained = outbox.drain(clock.now() + 1_000);
    await settled();
    clock.pass(1_000);
    await drained;
    gate.resolve("delivered");
    await settled();
    expect(backend.sent).toEqual(["1 delivered"]);
    outbox.wake();
    await settled();
    expect(store.rows.map(({ id }) => id)).toEqual(["2"]);
  });
});
