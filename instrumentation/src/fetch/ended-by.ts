import { classifyFailure, type CallFailure } from "@spanwarden/conventions";

import type { Ended } from "./answer-reader.ts";

/** How an answer ended that the app saw an error of: left by the app itself, cut by the network, or unreadable. */
export function endedBy(error: unknown, signal: AbortSignal | undefined): Ended {
  const failure = failureBy(error, signal);
  if (failure.class === "cancelled") return { end: "cancelled" };
  return { end: error instanceof SyntaxError ? "error" : "cut", failure };
}

/** The failure that an exception of `fetch` or of a body stands for; `signal` is the app's own. */
export function failureBy(error: unknown, signal: AbortSignal | undefined): CallFailure {
  const { name, message, cause } = error instanceof Error ? error : new Error(String(error));
  // An app may abort with a reason of its own, of any type; that of `AbortSignal.timeout` is a time-out.
  if (name !== "TimeoutError" && (name === "AbortError" || (signal?.aborted === true && error === signal.reason))) {
    return { type: "AbortError", class: "cancelled" };
  }
  const code = (cause as { code?: unknown } | undefined)?.code;
  const type = typeof code === "string" ? code : name;
  return {
    type,
    class: classifyFailure({ type, message: `${message} ${cause instanceof Error ? cause.message : ""}` }),
  };
}
