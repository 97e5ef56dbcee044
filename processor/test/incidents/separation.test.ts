import * as fc from "fast-check";
import { expect, it } from "vitest";

import { separation } from "../../src/incidents/separation.ts";

it.each([
  ["all bad against none bad", { bad: 100, calls: 100 }, { bad: 0, calls: 100 }, 0.96, 1],
  ["the same with few calls", { bad: 4, calls: 4 }, { bad: 0, calls: 100 }, 0.5, 0.7],
  ["the same share", { bad: 50, calls: 100 }, { bad: 50, calls: 100 }, 0, 0],
  ["a lower share", { bad: 1, calls: 100 }, { bad: 50, calls: 100 }, 0, 0],
  ["nothing to compare with", { bad: 10, calls: 10 }, { bad: 0, calls: 0 }, 0, 0],
])("scores %s", (_, having, lacking, least, most) => {
  const score = separation(having, lacking);
  expect(score).toBeGreaterThanOrEqual(least);
  expect(score).toBeLessThanOrEqual(most);
});

it("lies within 0 and the observed difference", () => {
  const tally = fc.nat(500).chain((calls) => fc.record({ calls: fc.constant(calls), bad: fc.nat(calls) }));
  fc.assert(
    fc.property(tally, tally, (a, b) => {
      const score = separation(a, b);
      expect(score).toBeGreaterThanOrEqual(0);
      const observed = a.bad / (a.calls || 1) - b.bad / (b.calls || 1);
      expect(score).toBeLessThanOrEqual(Math.max(0, observed) + 1e-12);
    }),
    { seed: 2 },
  );
});
