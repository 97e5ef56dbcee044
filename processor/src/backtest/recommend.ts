import type { DetectionConfig } from "../detectors/detection-config.ts";
import { numberOf, type SweepPoint } from "./sweep.ts";

/** A number that should be another one for this traffic. */
export interface Recommendation {
  readonly rule: string;
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

/**
 * For every rule that pages more often than `pagesPerWeek` allows: the value nearest to the configured one at which it does
 * not, or the mildest there is. Rules that page less are left alone: a dump without a fault cannot say that a rule may be
 * stricter.
 */
export function recommend(
  points: readonly SweepPoint[],
  rules: DetectionConfig["rules"],
  pagesPerWeek: number,
): readonly Recommendation[] {
  const byRule = Map.groupBy(points, ({ rule }) => rule);
  return [...byRule].flatMap(([rule, tried]) => {
    const key = tried[0]?.key ?? "";
    const from = numberOf(rules, rule, key);
    const now = tried.find(({ isConfigured }) => isConfigured);
    if (from === undefined || now === undefined || now.pages.perWeek <= pagesPerWeek) return [];
    const milder = tried.slice(tried.indexOf(now) + 1);
    const found = milder.find(({ pages }) => pages.perWeek <= pagesPerWeek) ?? milder.at(-1);
    // What pages all the same is a fault, and no matter of the threshold.
    if (found === undefined || found.pages.perWeek >= now.pages.perWeek) return [];
    const why = `${rate(now)} pages a week at ${from}, ${rate(found)} at ${found.value}`;
    return [{ rule, key, from, to: found.value, why }];
  });
}

/** As YAML for the configuration; only what differs. */
export function recommendedYaml(recommendations: readonly Recommendation[]): string {
  if (recommendations.length === 0) return "# The configured thresholds keep to the budget: nothing to change.\n";
  const lines = recommendations.map(({ rule, key, to, why }) => `    # ${why}\n    ${rule}: { ${key}: ${to} }`);
  return `detection:\n  rules:\n${lines.join("\n")}\n`;
}

function rate({ pages }: SweepPoint): string {
  return pages.perWeek.toFixed(1);
}
