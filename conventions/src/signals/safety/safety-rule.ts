import type { SafetyClass } from "../../observation.ts";

/** A kind of value that must not leak, and how it is recognised. */
export interface SafetyRule {
  readonly category: "personal_data" | "secret";
  readonly rule: string;
  /** What a match is unless it is `weak`. */
  readonly class: SafetyClass;
  /** Matches wherever `find` finds something: texts in which it cannot match are not looked at further. */
  readonly pattern: RegExp;
  /** Matches in the order of the text. Takes time linear in the text's length, whatever it holds. */
  find(text: string): Iterable<Candidate>;
}

/** A value that a rule recognised; it stays in this folder. */
export interface Candidate {
  readonly start: number;
  readonly end: number;
  /** The value without its spelling (separators, case): equal for equal values. */
  readonly value: string;
  /** A documentation value or a placeholder. */
  readonly example: boolean;
  /** Recognised by its form alone, where a page takes more (context, entropy): the match is of class `record`. */
  readonly weak?: boolean | undefined;
}
