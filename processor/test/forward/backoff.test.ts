import { expect, it } from "vitest";

import { Backoff } from "../../src/forward/backoff.ts";
import { FakeClock } from "../emit/fixtures.ts";

function setup(random = 1) {
  const clock = new FakeClock();
  return { clock, backoff: new Backoff({ initial: 100, max: 1_000 }, { clock, random: () => random }) };
}

it("doubles up to its longest, and begins anew after a success", () => {
  const { clock, backoff } = setup();
  const waits = Array.from({ length: 6 }, () => {
    backoff.failed();
    const { remaining } = backoff;
    clock.pass(remaining);
    return remaining;
  });
  expect(waits).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  backoff.succeeded();
  expect(backoff.remaining).toBe(0);
  backoff.failed();
  expect(backoff.remaining).toBe(100);
});

it.each([
  [0, 50],
  [0.5, 75],
  [1, 100],
])("is random by half: %d", (random, expected) => {
  const { backoff } = setup(random);
  backoff.failed();
  expect(backoff.remaining).toBe(expected);
});

it("takes requests that fail together for one failure, and obeys the longest wait that one of them was told", () => {
  const { clock, backoff } = setup();
  for (let i = 0; i < 20; i++) backoff.failed();
  expect(backoff.remaining).toBe(100);
  backoff.failed(5);
  expect(backoff.remaining).toBe(5_000);
  clock.pass(5_000);
  backoff.failed();
  expect(backoff.remaining).toBe(200);
});

it("does not obey a wait for ever", () => {
  const { backoff } = setup();
  backoff.failed(86_400);
  expect(backoff.remaining).toBe(600_000);
});
