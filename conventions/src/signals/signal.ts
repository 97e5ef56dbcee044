import type { Observation } from "../observation.ts";
import type { Reading } from "./reading.ts";
import type { OwnRules } from "./safety/own-rules.ts";

/** One thing that can be told from a call alone: no memory, no I/O. What cannot be computed yields nothing. */
export interface Signal {
  /** The attribute it yields. */
  readonly name: string;
  of(reading: Reading, options: SignalOptions): readonly Observation[];
}

/** Whether an answer has a format; a deviation in words that hold nothing of the answer. */
export type FormatVerdict = "compliant" | "unknown" | { readonly deviation: string };

/** A format that was configured: JSON mode, or any rule for the answer without the white space around it. */
export type FormatRule = "json" | ((answer: string) => FormatVerdict);

/** What the caller of the signals wires in. */
export interface SignalOptions {
  /**
   * Validates a value against a JSON Schema; `undefined` where it cannot tell. Without it a declared schema is only
   * checked for its top-level type, its required keys, and the primitive types and enums of its top-level properties.
   * Both come from outside: it must neither fetch nor hang.
   */
  readonly validate?: ((schema: unknown, value: unknown) => boolean | undefined) | undefined;
  /** The format of this call's answer by configuration; it counts before what the call declares. */
  readonly format?: FormatRule | undefined;
  /** Safety rules and canaries of the user's own, as `ownRules` read them. */
  readonly ownRules?: OwnRules | undefined;
  /** Key of the fingerprints, or `off` for none. */
  readonly fingerprint?: { readonly key: string } | "off" | undefined;
}
