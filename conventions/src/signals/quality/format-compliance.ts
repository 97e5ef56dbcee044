import type { DeclaredFormat } from "../../call.ts";
import { ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT } from "../../names/attributes.ts";
import type { Passage } from "../passage.ts";
import { finishedByFilter, isLengthLimit } from "../finish-reason.ts";
import type { Signal, SignalOptions } from "../signal.ts";
import { deviationFromShape } from "./json-shape.ts";

type Verdict = "compliant" | "unknown" | { readonly deviation: string };

/**
 * Whether every choice has the format that the caller declared; nothing where none was declared, where the answer is not
 * all here, or where the model answered with a tool call or a refusal of its own instead. An answer that the token limit
 * cut is all here: it does not comply if it does not parse.
 */
export const formatCompliance: Signal = {
  name: ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT,
  of(reading, options) {
    const { content, response } = reading.call;
    const { format } = content;
    if (format === undefined || !reading.whole || reading.answers.length === 0) return [];
    if (finishedByFilter(reading.call)) return [];
    const verdicts = reading.answers.map((answer, n): Verdict => {
      const verdict = judge(answer, format, options);
      const cut = typeof verdict === "object" && isLengthLimit(response.finishReasons?.[n]);
      return cut ? { deviation: `cut at the token limit: ${verdict.deviation}` } : verdict;
    });
    const failed = verdicts.find((verdict) => typeof verdict === "object");
    if (failed !== undefined) {
      return [{ name: ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT, value: 0, reason: failed.deviation }];
    }
    return verdicts.includes("compliant") ? [{ name: ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT, value: 1 }] : [];
  },
};

function judge(answer: Passage, format: DeclaredFormat, options: SignalOptions): Verdict {
  const text = answer.text.trim();
  if (answer.has("refusal") || (text.length === 0 && (answer.has("tool_call") || answer.has("other"))))
    return "unknown";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { deviation: text.startsWith("```") ? "JSON in a code fence" : text.length === 0 ? "empty" : "not JSON" };
  }
  if (format.kind === "json") {
    // JSON mode promises an object; a few providers allow an array.
    return typeof value === "object" && value !== null
      ? "compliant"
      : { deviation: "neither a JSON object nor an array" };
  }
  return judgeSchema(format.schema, value, options);
}

/** A validator that fails on the schema itself says nothing about the answer. */
function judgeSchema(schema: unknown, value: unknown, { validate }: SignalOptions): Verdict {
  if (validate === undefined) {
    const deviation = deviationFromShape(schema, value);
    return deviation === undefined ? "compliant" : { deviation };
  }
  try {
    return validate(schema, value) ? "compliant" : { deviation: "does not match the declared JSON Schema" };
  } catch {
    return "unknown";
  }
}
