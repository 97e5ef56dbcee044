import { parseConfig } from "../../processor/src/config.ts";
import type { DetectionConfig } from "../../processor/src/detectors/detection-config.ts";
import type { Measure } from "../measure/report.ts";
import type { Datasets } from "./dataset.ts";
import { driftCells } from "./drift-cells.ts";
import { quantile, share } from "./figure.ts";
import { runStream } from "./stream.ts";

const BEFORE = 1_500;
const AFTER = 1_500;
/** Evidence that no stream reaches: the rule is off. */
const NEVER = 1e9;

const WHOLE = parseConfig({}).detection;
const FIXED: DetectionConfig = {
  ...WHOLE,
  rules: {
    ...WHOLE.rules,
    shape_change: { ...WHOLE.rules.shape_change, threshold: NEVER },
    quality_drift: { ...WHOLE.rules.quality_drift, threshold: NEVER },
  },
};

/** The fixed rules by themselves (15 % of quality, 95 % of format, 3 x p95 of tokens) and the whole, on the same streams. */
export function ablation(data: Datasets, streams: number): readonly Measure[] {
  const count = Math.max(1, Math.ceil(streams / 3));
  return driftCells(data).flatMap(({ name, before, after }) =>
    [["fixed rules alone", FIXED] as const, ["the whole", WHOLE] as const].map(([what, config]) => {
      const delays = Array.from({ length: count }, (_, seed) => {
        const pool = (n: number): typeof before => (n < BEFORE ? before : after);
        const { opened } = runStream(seed + 1, BEFORE + AFTER, pool, config);
        return opened === undefined ? Infinity : opened - BEFORE + 1;
      });
      const found = delays.filter((delay) => delay > 0 && delay < Infinity);
      const early = delays.filter((delay) => delay <= 0).length;
      const median = found.length === 0 ? "none" : `median ${quantile(found, 0.5)} calls`;
      return share(`${name}, ${what}: found`, found.length, count, undefined, `${median}, ${early} before the change`);
    }),
  );
}
