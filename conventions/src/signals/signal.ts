import type { Observation } from "../observation.ts";
import type { Reading } from "./reading.ts";

/** One thing that can be told from a call alone: no memory, no I/O. What cannot be computed yields nothing. */
export interface Signal {
  /** The attribute it yields. */
  readonly name: string;
  of(reading: Reading, options: SignalOptions): readonly Observation[];
}

/** What the caller of the signals wires in. */
export interface SignalOptions {
  /**
   * Validates a value against a JSON Schema. Without it a declared schema is only checked for its top-level type, its
   * required keys, and the primitive types and enums of its top-level properties.
   */
  readonly validate?: ((schema: unknown, value: unknown) => boolean) | undefined;
  /** Key of the fingerprints, or `off` for none. */
  readonly fingerprint?: { readonly key: string } | "off" | undefined;
}
