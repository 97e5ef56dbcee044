import { describe, expect, it } from "vitest";

import type { DetectionConfig } from "../../src/detectors/detection-config.ts";
import { Detectors } from "../../src/detectors/detectors.ts";
import { DEFAULTS, incidents, judge, QUICK, take, Traffic } from "./traffic.ts";

const CLASSES = ["json", "prose-short", "list"];

/** Rules that would open an incident in a stream without any fault. */
function alarms(seed: number, calls: number, config: DetectionConfig): readonly string[] {
  const traffic = new Traffic(seed, { spread: 0.4 + 0.2 * (seed % 5), formatClass: CLASSES[seed % 3] ?? "json" });
  return incidents(judge(new Detectors(config), take(traffic, calls))).map(({ rule }) => rule);
}

function report(name: string, streams: number, calls: number, config: DetectionConfig): number {
  const found = Array.from({ length: streams }, (_, seed) => alarms(seed, calls, config));
  const bad = found.filter((rules) => rules.length > 0);
  console.log(`${name}: ${bad.length} of ${streams} faultless streams of ${calls} calls alarm ${bad.flat().join(" ")}`);
  return bad.length;
}

describe("traffic without a fault", { timeout: 120_000 }, () => {
  it("opens an incident in at most 1 of 200 streams of 1,500 calls, with the windows of a demonstration", () => {
    expect(report("demonstration", 200, 1_500, QUICK)).toBeLessThanOrEqual(1);
  });

  it("opens an incident in at most 1 of 60 streams of 1,500 calls, with the rules as shipped", () => {
    expect(report("as shipped", 60, 1_500, DEFAULTS)).toBeLessThanOrEqual(1);
  });

  it("opens none in 60,000 calls in a row: no evidence leaks in on quiet calls", () => {
    expect(report("long", 2, 30_000, QUICK)).toBe(0);
  });
});
