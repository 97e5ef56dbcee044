import { Canaries, type Canary } from "./canary.ts";
import { type PolicyRule, policyRules } from "./policy-rule.ts";
import { RuleSet } from "./scan.ts";

/** What a user adds to the built-in rules. */
export interface OwnRulesInput {
  readonly policy?: readonly PolicyRule[] | undefined;
  readonly canaries?: readonly Canary[] | undefined;
}

/** The user's rules, ready to be used on every call. */
export interface OwnRules {
  readonly policy: RuleSet;
  readonly canaries: Canaries;
}

/** Reads the user's rules once. Throws PolicyError, or Error, that names the rule or canary and what was expected. */
export function ownRules({ policy = [], canaries = [] }: OwnRulesInput): OwnRules {
  return { policy: new RuleSet(policyRules(policy)).prepare(), canaries: new Canaries(canaries) };
}
