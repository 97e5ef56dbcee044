import {
  ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT,
  ATTR_SPANWARDEN_OUTPUT_REFUSAL,
  ATTR_SPANWARDEN_SAFETY_RULES,
} from "./names/attributes.ts";
import type { Observation } from "./observation.ts";

/** Measurements that are booleans on the wire. */
const FLAGS: ReadonlySet<string> = new Set([ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT, ATTR_SPANWARDEN_OUTPUT_REFUSAL]);

/** Observations as the attributes that carry them: each under its own name, safety matches in one list without repeats. */
export function observationAttributes(
  observations: readonly Observation[],
): Readonly<Record<string, string | number | boolean | string[]>> {
  const attributes: Record<string, string | number | boolean | string[]> = {};
  const rules = new Set<string>();
  for (const observation of observations) {
    if (observation.name === ATTR_SPANWARDEN_SAFETY_RULES) rules.add("label" in observation ? observation.label : "");
    else if ("label" in observation) attributes[observation.name] = observation.label;
    else attributes[observation.name] = FLAGS.has(observation.name) ? observation.value === 1 : observation.value;
  }
  if (rules.size > 0) attributes[ATTR_SPANWARDEN_SAFETY_RULES] = [...rules];
  return attributes;
}
