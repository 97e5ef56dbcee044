import type { Budget } from "../../matcher/budget.ts";
import type { SafetyRule } from "./safety-rule.ts";
import type { Hit } from "./scan.ts";
import { unescaped } from "./unescaped.ts";

/** The values that stand in a text, looked up for many hits: it is read once, and once more for each rule that has any. */
export class KnownValues {
  readonly #text: string;
  readonly #budget: Budget;
  readonly #values = new Map<SafetyRule, ReadonlySet<string>>();

  constructor(text: string, budget: Budget) {
    this.#text = unescaped(text).text;
    this.#budget = budget;
  }

  /** Whether the text holds the value of the hit, as such or in another spelling that its rule knows. */
  has({ rule, value }: Hit): boolean {
    return this.#valuesOf(rule).has(value) || this.#text.includes(value);
  }

  #valuesOf(rule: SafetyRule): ReadonlySet<string> {
    let values = this.#values.get(rule);
    if (values === undefined) {
      values = new Set(Array.from(rule.find(this.#text, this.#budget), ({ value }) => value));
      this.#values.set(rule, values);
    }
    return values;
  }
}
