import { classifyFailure, type CallFailure } from "@spanwarden/conventions";

import { asArray, asCount, asObject, asString, type JsonObject } from "./json.ts";

/**
 * The failure in a body, in the shapes in use: `{error: {type, code, message}}` (OpenAI, Azure, Anthropic),
 * `{error: {code: 429, status, message}}` (Google, also as a list), `{error: "text"}`, `{code, message}`, `{detail}`. `error.type` is the provider's own code where it names one, else the
 * status.
 */
export function failureOf(status: number | undefined, body: unknown): CallFailure {
  const error = errorObject(body);
  const named = asString(error["code"]) ?? asString(error["type"]) ?? asString(error["status"]);
  const type = named ?? (status === undefined ? "_OTHER" : String(status));
  const filtered = contentFiltered(error);
  const message = asString(error["message"]);
  const words = ["type", "code", "status"].flatMap((key) => asString(error[key]) ?? []).join(" ");
  const told = status ?? asCount(error["code"]);
  const cls = filtered ? "refused_by_provider" : classifyFailure({ status: told, type: words || undefined, message });
  return { type: type.slice(0, 64), class: cls, status };
}

function errorObject(body: unknown): JsonObject {
  const whole = asObject(asArray(body)[0] ?? body);
  const { error } = whole;
  if (typeof error === "string") return { message: error };
  return error === undefined || error === null ? whole : asObject(error);
}

/** Azure says so in `innererror`, whatever the outer code. */
function contentFiltered(error: JsonObject): boolean {
  return asObject(error["innererror"])["code"] === "ResponsibleAIPolicyViolation" || error["code"] === "content_filter";
}
