import { describe, expect, it } from "vitest";

import type { ClosedBucket } from "../../../src/baselines/seasonal-volume.ts";
import { loadSurge, tokensWithoutTraffic } from "../../../src/detectors/cost/volume-rules.ts";
import { detectionConfig } from "../../../src/detectors/detection-config.ts";
import type { Verdict } from "../../../src/detectors/finding.ts";
import { CELL, T0 } from "../traffic.ts";

const CONFIG = detectionConfig.parse({});
const REFERENCE = {
  most: { calls: 400, tokens: 40_000 },
  usualMost: { calls: 120, tokens: 12_000 },
  median: { calls: 100, tokens: 10_000 },
  least: 80,
  unbroken: 7,
  days: 7,
};

/** The verdicts on ten minutes each. */
function run(
  rule: typeof loadSurge,
  buckets: readonly { readonly calls: number; readonly tokens: number }[],
  reference: ClosedBucket["reference"] = REFERENCE,
): (Verdict | undefined)[] {
  const state = rule.initial();
  return buckets.map((bucket, i) => {
    const end = T0 + i * 600_000;
    return rule.tick?.(state, CELL, end, CONFIG, { closed: { ...bucket, samples: bucket.calls, end, reference } });
  });
}

const usual = { calls: 100, tokens: 10_000 };
const grown = { calls: 100, tokens: 19_000 };
const busy = { calls: 190, tokens: 19_000 };

describe("tokens without traffic", () => {
  it("opens with the second ten minutes, and is over after half an hour as usual", () => {
    const verdicts = run(tokensWithoutTraffic, [grown, grown, grown, usual, usual, usual]);
    expect(verdicts.map((verdict) => verdict?.verdict)).toEqual([
      undefined,
      "finding",
      "finding",
      undefined,
      undefined,
      "quiet",
    ]);
    expect(verdicts[1]).toMatchObject({ effect: "incident", severity: 2, value: 19_000, threshold: 18_000 });
  });

  it.each([
    ["as many more calls come", [busy, busy, busy], REFERENCE],
    ["it was one bucket only", [grown, usual, grown], REFERENCE],
    ["no week is known", [grown, grown, grown], undefined],
    ["too few calls came to say", Array.from({ length: 3 }, () => ({ calls: 20, tokens: 90_000 })), REFERENCE],
  ])("is silent where %s", (_name, buckets, reference) => {
    const verdicts =
      reference === undefined
        ? buckets.map((bucket) =>
            tokensWithoutTraffic.tick?.(tokensWithoutTraffic.initial(), CELL, T0, CONFIG, {
              closed: { ...bucket, samples: bucket.calls, end: T0, reference },
            }),
          )
        : run(tokensWithoutTraffic, buckets, reference);
    expect(verdicts.every((verdict) => verdict === undefined)).toBe(true);
  });
});

describe("load surge", () => {
  it("informs of more than twice the most of a week, and opens nothing", () => {
    const surge = { calls: 900, tokens: 90_000 };
    expect(run(loadSurge, [surge, surge])[1]).toMatchObject({ effect: "notice", severity: 3 });
    expect(run(loadSurge, [busy, busy, busy])).toEqual([undefined, undefined, undefined]);
  });
});
