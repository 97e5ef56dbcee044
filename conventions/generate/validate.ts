import type { Problem } from "./problem.ts";
import type { Registry } from "./registry.ts";
import * as attributes from "./rules/attributes.ts";
import * as metrics from "./rules/metrics.ts";
import * as names from "./rules/names.ts";
import * as references from "./rules/references.ts";
import type { Rule } from "./rules/rule.ts";
import * as signals from "./rules/signals.ts";

const { nothingIsRemoved, ...nameRules } = names;

/** Every rule, by its name. */
export const RULES: Readonly<Record<string, Rule>> = {
  ...nameRules,
  ...attributes,
  ...references,
  ...signals,
  ...metrics,
};

/** Everything that is wrong with the model; `published` are the names that must still be there. */
export function problemsOf(registry: Registry, published: Iterable<string>): readonly Problem[] {
  return [...Object.values(RULES), nothingIsRemoved(published)].flatMap((rule) => rule(registry));
}
