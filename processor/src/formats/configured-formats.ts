import type { FormatRule } from "@spanwarden/conventions";

import type { FormatsConfig } from "./formats-config.ts";
import { isPlainPattern } from "./plain-pattern.ts";
import { withinTime } from "./within-time.ts";

/** The format that is configured for the answers of a service and a prompt. */
export type ConfiguredFormats = (service: string, prompt: string | undefined) => FormatRule | undefined;

/** Milliseconds for an expression that may take long. */
const TIME_LIMIT = 100;
const FENCE = "```";

/** Prepares the rules of a configuration; the first one that fits counts. */
export function configuredFormats(config: FormatsConfig): ConfiguredFormats {
  const rules = config.map((rule) => ({ service: rule.service, prompt: rule.prompt, rule: ruleOf(rule) }));
  return (service, prompt) =>
    rules.find(
      (candidate) =>
        (candidate.service === undefined || candidate.service === service) &&
        (candidate.prompt === undefined || candidate.prompt === prompt),
    )?.rule;
}

function ruleOf({ pattern, fence }: FormatsConfig[number]): FormatRule {
  if (pattern !== undefined) return patternRule(pattern);
  if (fence === undefined) return "json";
  const holds = fence === "only" ? isOneFence : (text: string) => !text.includes(FENCE);
  return (text) =>
    holds(text) ? "compliant" : { deviation: fence === "only" ? "not one code fence" : "a code fence" };
}

function patternRule(source: string): FormatRule {
  const pattern = new RegExp(source, "u");
  const plain = isPlainPattern(source);
  return (text) => {
    const found = plain ? { value: pattern.test(text) } : withinTime(TIME_LIMIT, () => pattern.test(text));
    if (found === "too_slow") return "unknown";
    return found.value ? "compliant" : { deviation: "does not match the configured pattern" };
  };
}

function isOneFence(text: string): boolean {
  return text.startsWith(FENCE) && text.endsWith(FENCE) && text.split(FENCE).length === 3;
}
