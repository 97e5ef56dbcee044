import type { Budget } from "../../matcher/budget.ts";
import type { SafetyClass } from "../../observation.ts";

/** A kind of value that must not leak, or of text that must not stand there, and how it is recognised. */
export interface SafetyRule {
  readonly category: string;
  readonly rule: string;
  /** What a match is unless it is `weak`. */
  readonly class: SafetyClass;
  /** 0, the gravest, to 3, where the rule's author said. */
  readonly severity?: number | undefined;
  /** The sides of the call that are looked at, or of its input only the results of tools; all by default. */
  readonly where?: readonly ("input" | "output" | "tool_output")[] | undefined;
  /** BCP 47 tags: not looked for in a text of another language. */
  readonly languages?: readonly string[] | undefined;
  /** Matches wherever `find` finds something: texts in which it cannot match are not looked at further. */
  readonly pattern: RegExp;
  /** Matches in the order of the text. Takes time linear in the text's length, whatever it holds, or ends with the budget. */
  find(text: string, budget: Budget): Iterable<Candidate>;
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
