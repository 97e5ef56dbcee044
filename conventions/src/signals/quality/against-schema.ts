import type { FormatVerdict, SignalOptions } from "../signal.ts";
import { deviationFromShape } from "./json-shape.ts";

/**
 * A value against a JSON Schema: by the validator that was passed in, else by the schema's outline. A validator that
 * cannot tell, or fails, says nothing about the value.
 */
export function againstSchema(schema: unknown, value: unknown, { validate }: SignalOptions): FormatVerdict {
  if (validate === undefined) {
    const deviation = deviationFromShape(schema, value);
    return deviation === undefined ? "compliant" : { deviation };
  }
  try {
    const valid = validate(schema, value);
    if (valid === undefined) return "unknown";
    return valid ? "compliant" : { deviation: "does not match the declared JSON Schema" };
  } catch {
    return "unknown";
  }
}
