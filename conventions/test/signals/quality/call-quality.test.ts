import { callQuality, type CallQualityInput } from "@spanwarden/conventions";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

const name = (leaf: string): string => `spanwarden.output.${leaf}`;

function qualityOf(
  measurements: Readonly<Record<string, number>>,
  more: Partial<CallQualityInput> = {},
): number | undefined {
  return callQuality({
    measurements: Object.fromEntries(Object.entries(measurements).map(([leaf, value]) => [name(leaf), value])),
    labels: { [name("format.class")]: "prose-short" },
    failed: false,
    finishReason: "stop",
    endReason: "done",
    ...more,
  });
}

describe("soft defects take away their part", () => {
  it.each([
    [{}, 1],
    [{ "hedging.score": 0.5 }, 0.7],
    [{ "hedging.score": 1 }, 0.5],
    [{ "numbers.inconsistent.count": 1 }, 0.8],
    [{ "numbers.inconsistent.count": 9 }, 0.6],
    [{ "repetition.score": 0.5 }, 1],
    [{ "repetition.score": 0.75 }, 0.8],
    [{ "tool_calls.invalid.count": 1 }, 0.75],
    [{ "numbers.unsupported.count": 50, "grounding.score": 0 }, 1],
    [{ "hedging.score": 1, "numbers.inconsistent.count": 9, "tool_calls.invalid.count": 9 }, 0.5],
  ])("%j: %d", (measurements, expected) => {
    expect(qualityOf(measurements)).toBeCloseTo(expected);
  });

  it("and an answer cut at the token limit a quarter", () => {
    expect(qualityOf({}, { finishReason: "length" })).toBe(0.75);
    expect(qualityOf({}, { finishReason: "max_tokens" })).toBe(0.75);
  });
});

describe("hard defects leave nothing", () => {
  it.each<[string, Readonly<Record<string, number>>, Partial<CallQualityInput>]>([
    ["an empty answer", {}, { labels: { [name("format.class")]: "empty" } }],
    ["a format that was declared and not kept", { "format.compliant": 0 }, {}],
    ["a loop", { "repetition.score": 0.85 }, {}],
    ["a refusal", { refusal: 1 }, {}],
    ["a stream that broke", {}, { endReason: "cut" }],
    ["a stream that ended in an error", {}, { endReason: "error" }],
    ["another format than the cell usually has", {}, { usual: { formatClass: "json" } }],
  ])("%s", (_, measurements, more) => {
    expect(qualityOf(measurements, more)).toBe(0);
  });

  it("but a refusal where refusing is usual", () => {
    expect(qualityOf({ refusal: 1 }, { usual: { refusalUsual: true } })).toBe(1);
  });
});

describe("unknown", () => {
  it.each<[string, Partial<CallQualityInput>]>([
    ["where nothing is known", { labels: {} }],
    ["of a failed call, which is outage's business", { failed: true }],
    ["of an answer that the app cancelled", { endReason: "cancelled" }],
    ["of an answer that was never read", { endReason: "abandoned" }],
  ])("%s", (_, more) => {
    expect(qualityOf({}, more)).toBeUndefined();
  });

  it("signals are left out, not taken for good or bad", () => {
    expect(qualityOf({ "hedging.score": 0.5 }, { labels: {} })).toBeCloseTo(0.7);
    expect(qualityOf({ "grounding.score": 0 }, { labels: {} })).toBeUndefined();
  });
});

it("lies in [0, 1] and does not rise with a defect", () => {
  const score = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(score, score, fc.nat(20), (hedge, more, wrong) => {
      const quality = qualityOf({ "hedging.score": hedge, "numbers.inconsistent.count": wrong }) ?? -1;
      const worse =
        qualityOf({ "hedging.score": Math.min(1, hedge + more), "numbers.inconsistent.count": wrong + 1 }) ?? -1;
      expect(quality).toBeGreaterThanOrEqual(0.5);
      expect(quality).toBeLessThanOrEqual(1);
      expect(worse).toBeLessThanOrEqual(quality);
    }),
  );
});
