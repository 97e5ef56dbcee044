import type { Expectation } from "../../baselines/baseline.ts";
import { meanOf } from "../../baselines/statistics.ts";
import type { Suffix } from "../../baselines/suffix-window.ts";
import { deviationsFor } from "../false-pages.ts";
import { recoverySuffix, type OverSuffixes } from "../rule.ts";

/** The mean of the latest values against the usual mean. */
export type MeanTest =
  | { readonly found: "drop"; readonly suffix: Suffix; readonly usual: number; readonly line: number }
  | { readonly found: "recovery"; readonly suffix: Suffix }
  /** `evidence`: how far it has come to a drop, from 0 to 1. */
  | { readonly found: "nothing"; readonly evidence: number };

export interface DropRule {
  readonly drop: number;
  readonly suffixes: readonly { readonly calls: number; readonly z: number }[];
}

/** The variance of a mean is never taken for less: fifty equal answers do not prove that the next one is equal. */
const LEAST_VARIANCE = 1e-3;
/** Values that a reference must hold. */
const ENOUGH = 20;

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
  if (references.length === 0) return { found: "nothing", evidence: 0 };
  const latest = recoverySuffix(state, full);
  // Half way back from the line to every reference.
  if (latest !== undefined && references.every(({ mean }) => latest.mean >= (1 - rule.drop / 2) * mean)) {
    return { found: "recovery", suffix: latest };
  }
  const least = deviationsFor(tests);
  let evidence = 0;
  for (const { calls, z } of rule.suffixes) {
    const suffix = full.find(({ n }) => n === calls);
    if (suffix === undefined) continue;
    for (const reference of references) {
      const fallen = shareOfDrop(suffix, reference, rule.drop, z, least);
      if (fallen > 1) return { found: "drop", suffix, usual: reference.mean, line: (1 - rule.drop) * reference.mean };
      if (fallen > evidence) evidence = fallen;
    }
  }
  return { found: "nothing", evidence };
}

/** The rolling reference and the anchor, where they hold enough; the higher first. */
function referencesOf({ reference, anchor }: Expectation): readonly Reference[] {
  return [...new Set([reference, anchor])]
    .flatMap(({ quality }) => (quality.n < ENOUGH ? [] : (meanOf(quality) ?? [])))
    .filter(({ mean }) => mean > 0)
    .toSorted((a, b) => b.mean - a.mean);
}

/** The part of the drop that is beyond doubt; above 1 it is a drop, unless chance alone explains it. */
function shareOfDrop(suffix: Suffix, reference: Reference, drop: number, z: number, least: number): number {
  const own = Math.sqrt(Math.max(suffix.variance, reference.variance, LEAST_VARIANCE) / suffix.n);
  const atLine = Math.hypot(own, (1 - drop) * reference.error);
  const fromUsual = Math.hypot(own, reference.error);
  const share = (reference.mean - suffix.mean - z * atLine) / (drop * reference.mean);
  return suffix.mean + least * fromUsual < reference.mean ? share : Math.min(1, share);
}
