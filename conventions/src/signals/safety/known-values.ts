import type { SafetyRule } from "./safety-rule.ts";
import type { Hit } from "./scan.ts";
import { unescaped } from "./unescaped.ts";

/** The values that stand in a text, looked up for many hits: it is read once, and once more for each rule that has any. */
export class KnownValues {
  readonly #text: string;
  readonly #values = new Map<SafetyRule, ReadonlySet<string>>();

  constructor(text: string) {
    this.#text = unescaped(text).text;
  }

  /** Whether the text holds the value of the hit, as such or in another spelling that its rule knows. */
  has({ rule, value }: Hit): boolean {
    return this.#valuesOf(rule).has(value) || this.#text.includes(value);
  }

  #valuesOf(rule: SafetyRule): ReadonlySet<string> {
    let values = this.#values.get(rule);
    if (values === undefined) {
      values = new Set(Array.from(rule.find(this.#text), ({ value }) => value));
      this.#values.set(rule, values);
    }
    return values;
  }
}
