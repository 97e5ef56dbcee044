import { expect, it } from "vitest";

import { samplingWeight } from "../../src/otlp/sampling.ts";

it.each([
  ["ot=th:8", 2],
  ["ot=th:0", 1],
  ["ot=th:c", 4],
  ["ot=th:fd70a3d70a3d71", 100],
  ["vendor=x,ot=rv:abcdef01234567;th:8", 2],
  ["vendor=x, ot=th:8;rv:abcdef01234567 , other=y", 2],
])("reads the weight out of %j", (traceState, weight) => {
  const read = samplingWeight(traceState);
  expect(read.known).toBe(true);
  expect(read.weight).toBeCloseTo(weight, 6);
});

it("has a finite weight for the largest threshold, which a double would round to a probability of 0", () => {
  expect(samplingWeight("ot=th:ffffffffffffff")).toEqual({ weight: 2 ** 56, known: true });
});

it.each(["", "ot=rv:1234", "ot=th:", "ot=th:xyz", "ot=th:123456789012345", "not=th:8", "x=ot=th:8", "other=y"])(
  "knows no weight from %j",
  (traceState) => {
    expect(samplingWeight(traceState)).toEqual({ weight: 1, known: false });
  },
);
