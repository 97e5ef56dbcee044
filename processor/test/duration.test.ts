import { expect, it } from "vitest";

import { duration } from "../src/duration.ts";

it.each([
  ["250ms", 250],
  ["10s", 10_000],
  ["1.5s", 1_500],
  ["30m", 1_800_000],
  ["2h", 7_200_000],
  ["7d", 604_800_000],
  ["0s", 0],
])("%s is %i milliseconds", (text, milliseconds) => {
  expect(duration.parse(text)).toBe(milliseconds);
});

it.each(["", "10", "s", "-1s", "1 s", "1m30s", "1e3s", "10S", ".5s", "10sec", " 10s"])("%j is no duration", (text) => {
  const result = duration.safeParse(text);
  expect(result.error?.issues[0]?.message).toContain('expected a duration such as "250ms"');
});
