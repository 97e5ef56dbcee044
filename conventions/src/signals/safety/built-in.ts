import { Budget } from "../../matcher/budget.ts";
import { SAFETY_RULES } from "./rules.ts";
import type { SafetyRule } from "./safety-rule.ts";
import { type Hit, RuleSet, withoutOverlaps } from "./scan.ts";
import { type Unescaped, unescaped } from "./unescaped.ts";

const BUILT_IN = new RuleSet(SAFETY_RULES);
/** The built-in rules are linear and take none of it. */
const UNUSED = new Budget(0);

/** The built-in rules of one side over one text: overlapping matches once, the gravest. */
export function scanBuiltIn(text: Unescaped, admits: (rule: SafetyRule) => boolean): readonly Hit[] {
  return withoutOverlaps(BUILT_IN.scan(text, UNUSED, admits));
}

/** The built-in rules that look at answers, over one text. */
export function scan(text: string): readonly Hit[] {
  return scanBuiltIn(unescaped(text), ({ where }) => where === undefined || where.includes("output"));
}
