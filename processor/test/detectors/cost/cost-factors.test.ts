import { describe, expect, it } from "vitest";

import { costFactors, type CostMix } from "../../../src/detectors/cost/cost-factors.ts";

/** US dollars for a token. */
interface Prices {
  readonly input: number;
  readonly output: number;
  readonly cached: number;
}

const LISTS: readonly Prices[] = [
  { input: 2.5e-6, output: 10e-6, cached: 1.25e-6 },
  { input: 3e-6, output: 15e-6, cached: 0.3e-6 },
  { input: 1.25e-6, output: 10e-6, cached: 0.125e-6 },
  { input: 1e-6, output: 3e-6, cached: 1e-6 },
];

function mix(tokens: { input: number; output: number; cached: number }, prices: Prices): CostMix {
  const { input, output, cached } = tokens;
  return { ...tokens, cost: (input - cached) * prices.input + cached * prices.cached + output * prices.output };
}

const USUAL = { input: 1_000, output: 200, cached: 800 };

describe.each(LISTS)("what makes a call dearer, at $input, $output, $cached", (prices) => {
  const told = (tokens: Partial<typeof USUAL>, factor = 1): string => {
    const now = mix({ ...USUAL, ...tokens }, prices);
    return costFactors({ ...now, cost: factor * now.cost }, mix(USUAL, prices));
  };

  it.each<[string, Partial<typeof USUAL>, number, string]>([
    ["a dearer price", {}, 3, "moved: price per token times 3.0"],
    ["longer prompts", { input: 3_000, cached: 2_400 }, 1, "moved: input tokens 1000 to 3000"],
    ["longer answers", { output: 1_000 }, 1, "moved: output tokens 200 to 1000"],
    ["a cache that no longer hits", { cached: 0 }, 1, "moved: cached share of the input 80 % to 0 %"],
    ["nothing in particular", {}, 1.1, "no single factor stands out"],
  ])("%s", (_, tokens, factor, expected) => {
    expect(told(tokens, factor)).toBe(expected);
  });

  it("several things at once, the heaviest first", () => {
    expect(told({ output: 2_000, input: 2_000, cached: 0 })).toBe(
      "moved: output tokens 200 to 2000, cached share of the input 80 % to 0 %, input tokens 1000 to 2000",
    );
  });
});

it("a dearer price is told apart from longer answers that cost eight times an input token", () => {
  const prices = { input: 1.25e-6, output: 10e-6, cached: 0.125e-6 };
  const usual = mix({ input: 1_000, output: 10, cached: 0 }, prices);
  expect(costFactors(mix({ input: 1_000, output: 1_000, cached: 0 }, prices), usual)).toBe(
    "moved: output tokens 10 to 1000",
  );
});
