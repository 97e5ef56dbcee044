import { expect, it } from "vitest";

import { Emitter } from "../../src/emit/emitter.ts";
import { CONFIG, event, meterWithPoints } from "./fixtures.ts";

const evaluation = (id: string): ReturnType<typeof event> => event(id, "gen_ai.evaluation.result");

function small(): { emitter: Emitter; readonly drops: () => Promise<unknown> } {
  const { meter, points } = meterWithPoints();
  const emitter = new Emitter({ ...CONFIG, queue_size: 3 }, { meter });
  return {
    emitter,
    drops: async () => (await points("spanwarden.processor.event.emitted")).map((p) => [p.attributes, p.value]),
  };
}

it("hands on what was emitted, in order, once", async () => {
  const { emitter, drops } = small();
  emitter.emit([event("1"), event("2")]);
  emitter.emit([event("3")]);
  expect(emitter.size).toBe(3);
  expect(emitter.take().map(({ id }) => id)).toEqual(["1", "2", "3"]);
  expect(emitter.take()).toEqual([]);
  expect(await drops()).toEqual([]);
});

it("drops the oldest evaluation first when full, then the oldest event, and counts each", async () => {
  const { emitter, drops } = small();
  emitter.emit([event("1"), evaluation("2"), evaluation("3"), event("4"), event("5"), event("6")]);
  expect(emitter.take().map(({ id }) => id)).toEqual(["4", "5", "6"]);
  expect(await drops()).toEqual([[{ "error.type": "queue_full" }, 3]]);
});

it("forgets its evaluations when they are taken", () => {
  const { emitter } = small();
  emitter.emit([evaluation("1")]);
  emitter.take();
  emitter.emit([event("2"), event("3"), event("4"), event("5")]);
  expect(emitter.take().map(({ id }) => id)).toEqual(["3", "4", "5"]);
});
