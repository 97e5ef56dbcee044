import type { CallFact } from "../../facts/call-fact.ts";

/**
 * Whether a call cost something that is not known. One that failed is not counted: providers charge for none of them, and
 * nothing is known of their tokens.
 */
export function isUnpriced({ cost, failure, pending }: CallFact): boolean {
  return cost === undefined && failure === undefined && !pending;
}
