import type { Expectation } from "../../baselines/baseline.ts";
import { meanOf } from "../../baselines/statistics.ts";
import type { Suffix } from "../../baselines/suffix-window.ts";
import { deviationsFor } from "../false-pages.ts";
import { recoverySuffix, type OverSuffixes } from "../rule.ts";

/** The mean of the latest values against the usual mean. */
export type MeanTest =
  | { readonly found: "drop"; readonly suffix: Suffix; readonly usual: number; readonly line: number }
  | { readonly found: "recovery"; readonly suffix: Suffix }
  | { readonly found: "nothing" };

export interface DropRule {
  readonly drop: number;
  readonly suffixes: readonly { readonly calls: number; readonly z: number }[];
}

/** The variance of a mean is never taken for less: fifty equal answers do not prove that the next one is equal. */
const LEAST_VARIANCE = 1e-3;
/** Values that a reference must hold. */
const ENOUGH = 20;
const NOTHING: MeanTest = { found: "nothing" };

type Reference = NonNullable<ReturnType<typeof meanOf>>;

/**
 * Whether the mean of a suffix lies more than `drop` below the usual, by a bound that includes the usual mean's own
 * error; and not by chance, in so many tests of a healthy cell. Compared with the rolling reference and with the anchor,
 * so that a slow drift is no new normal.
 */
export function testMean(
  state: OverSuffixes,
  full: readonly Suffix[],
  expectation: Expectation | undefined,
  rule: DropRule,
  tests: number,
): MeanTest {
  const references = expectation === undefined ? [] : referencesOf(expectation);
  if (references.length === 0) return NOTHING;
  const latest = recoverySuffix(state, full);
  // Half way back from the line to every reference.
  if (latest !== undefined && references.every(({ mean }) => latest.mean >= (1 - rule.drop / 2) * mean)) {
    return { found: "recovery", suffix: latest };
  }
  const least = deviationsFor(tests);
  for (const { calls, z } of rule.suffixes) {
    const suffix = full.find(({ n }) => n === calls);
    const below = suffix && references.find((reference) => liesBelow(suffix, reference, rule.drop, z, least));
    if (suffix === undefined || below === undefined) continue;
    return { found: "drop", suffix, usual: below.mean, line: (1 - rule.drop) * below.mean };
  }
  return NOTHING;
}

/** The rolling reference and the anchor, where they hold enough; the higher first. */
function referencesOf({ reference, anchor }: Expectation): readonly Reference[] {
  return [...new Set([reference, anchor])]
    .flatMap(({ quality }) => (quality.n < ENOUGH ? [] : (meanOf(quality) ?? [])))
    .filter(({ mean }) => mean > 0)
    .toSorted((a, b) => b.mean - a.mean);
}

function liesBelow(suffix: Suffix, reference: Reference, drop: number, z: number, least: number): boolean {
  const own = Math.sqrt(Math.max(suffix.variance, reference.variance, LEAST_VARIANCE) / suffix.n);
  const atLine = Math.hypot(own, (1 - drop) * reference.error);
  const fromUsual = Math.hypot(own, reference.error);
  return suffix.mean + z * atLine < (1 - drop) * reference.mean && suffix.mean + least * fromUsual < reference.mean;
}
