import type { DeclaredFormat } from "../../call.ts";
import { ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT } from "../../names/attributes.ts";
import { finishedByFilter, isLengthLimit } from "../finish-reason.ts";
import type { Passage } from "../passage.ts";
import type { FormatRule, FormatVerdict, Signal, SignalOptions } from "../signal.ts";
import { againstSchema } from "./against-schema.ts";

/**
 * Whether every choice has the format that is configured for the call, else the one that the caller declared: JSON
 * mode, a JSON Schema, a pattern or a rule of code fences. Strict: JSON in a code fence is not what JSON mode promises.
 * Nothing where no format is known, where the answer is not
 * all here, or where the model answered with a tool call or a refusal of its own instead. An answer that the token limit
 * cut is all here: it does not comply if it does not parse. 0 or 1.
 *
 * Without a validator a schema is judged by its outline only. Cost: that of `JSON.parse`, and 10 to 20 us for an ordinary
 * schema; up to 1 ms for one whose patterns or references have to be watched.
 */
export const formatCompliance: Signal = {
  name: ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT,
  of(reading, options) {
    const { content, response } = reading.call;
    const format = options.format ?? content.format;
    if (format === undefined || !reading.whole || reading.answers.length === 0) return [];
    if (finishedByFilter(reading.call)) return [];
    const verdicts = reading.answers.map((answer, n): FormatVerdict => {
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

function judge(answer: Passage, format: DeclaredFormat | FormatRule, options: SignalOptions): FormatVerdict {
  const text = answer.text.trim();
  if (answer.has("refusal") || (text.length === 0 && (answer.has("tool_call") || answer.has("other"))))
    return "unknown";
  if (typeof format === "function") return format(text);
  const { json } = answer;
  if (json === undefined)
    return { deviation: text.startsWith("```") ? "JSON in a code fence" : text.length === 0 ? "empty" : "not JSON" };
  if (format !== "json" && format.kind === "json_schema") return againstSchema(format.schema, json.value, options);
  // JSON mode promises an object; a few providers allow an array.
  return typeof json.value === "object" && json.value !== null
    ? "compliant"
    : { deviation: "neither a JSON object nor an array" };
}
