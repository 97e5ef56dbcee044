import type { Measure } from "../measure/report.ts";

/** What a share was hoped to be; `undefined` for one that is only printed. */
export type Goal = { readonly text: string; readonly holds: (percent: number) => boolean } | undefined;

export function atLeast(percent: number): Goal {
  return { text: `at least ${percent} %`, holds: (value) => value >= percent };
}

export function atMost(percent: number): Goal {
  return { text: `at most ${percent} %`, holds: (value) => value <= percent };
}

/** A share of `n`, in per cent, with Wilson's interval. */
export function share(name: string, hits: number, n: number, goal: Goal, reference = ""): Measure {
  const { low, high } = wilson95(hits, n);
  const value = n === 0 ? Number.NaN : (100 * hits) / n;
  return {
    name,
    value,
    unit: "%",
    n,
    low: 100 * low,
    high: 100 * high,
    goal: goal?.text ?? "",
    ok: goal === undefined || goal.holds(value),
    reference,
  };
}

/** The q-quantile, the nearest value that was measured. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

/** Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 1927. */
export function wilson95(hits: number, n: number): { readonly low: number; readonly high: number } {
  if (n === 0) return { low: 0, high: 1 };
  const z = 1.96;
  const p = hits / n;
  const centre = (p + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** Of the mean of a Poisson count; the upper bound of 0 is 3.69. Source: F. Garwood, Fiducial limits, Biometrika 1936. */
export function poisson95(count: number): { readonly low: number; readonly high: number } {
  return { low: count === 0 ? 0 : chiSquareHalf(count, -1.96), high: chiSquareHalf(count + 1, 1.96) };
}

/** Half a quantile of chi-square with 2n degrees of freedom. Source: E. B. Wilson, M. M. Hilferty, PNAS 1931. */
function chiSquareHalf(n: number, z: number): number {
  return n * (1 - 1 / (9 * n) + z / (3 * Math.sqrt(n))) ** 3;
}
