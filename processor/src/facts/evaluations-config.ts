import { z } from "zod";

const evaluation = z
  .strictObject({
    /** The evaluation's own scale. */
    min: z.number().default(0),
    max: z.number().default(1),
    higher_is_better: z.boolean().default(true),
  })
  .refine(({ min, max }) => min < max, { error: "expected min to be less than max" });

/** Evaluations of others that are judged, by name. Those whose labels are `pass` and `fail` are judged without it. */
export const evaluationsConfig = z.record(z.string(), evaluation);

/** As parsed. */
export type EvaluationsConfig = z.output<typeof evaluationsConfig>;

const LABELS: Readonly<Record<string, number>> = { pass: 1, passed: 1, fail: 0, failed: 0 };

/** From 0, the worst, to 1; `undefined` for what cannot be judged: an unknown scale, a score beyond its scale. */
export function normalisedScore(
  config: EvaluationsConfig,
  name: string,
  value: number | undefined,
  label: string | undefined,
): number | undefined {
  const scale = Object.hasOwn(config, name) ? config[name] : undefined;
  if (scale !== undefined && value !== undefined) {
    const score = (value - scale.min) / (scale.max - scale.min);
    if (score < 0 || score > 1) return undefined;
    return scale.higher_is_better ? score : 1 - score;
  }
  return label === undefined ? undefined : LABELS[label.toLowerCase()];
}
