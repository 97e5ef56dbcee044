import type { CallFailure } from "@spanwarden/conventions";

/** Statuses at which the providers' client libraries try again, beside all from 500. */
const REPEATED = new Set([408, 409, 429]);
/** Headers of those libraries: attempts before this one, and their own time limit in whole seconds. */
const RETRY_COUNT = "x-stainless-retry-count";
const CLIENT_TIMEOUT = "x-stainless-timeout";
/** Their back-off where the provider asks for none, and the longest wait that they grant one; milliseconds. */
const FIRST_BACKOFF = 500;
const LONGEST_BACKOFF = 8_000;
const LONGEST_WAIT = 60_000;
/** On top, for a client that is busy. */
const MARGIN = 2_000;

/** Attempts before this one, by the client libraries that tell it; `undefined` for all others. */
export function retryCount(headers: Headers): number | undefined {
  const count = headers.get(RETRY_COUNT);
  return count !== null && /^\d{1,3}$/.test(count) ? Number(count) : undefined;
}

/** Whether a client that retries at all would, after this answer; the provider may say so. */
export function isRepeated({ status, headers }: Pick<Response, "status" | "headers">): boolean {
  const told = headers.get("x-should-retry");
  if (told === "true" || told === "false") return told === "true";
  return REPEATED.has(status) || status >= 500;
}

/** Seconds that the provider asks to wait, which it may give in milliseconds, in seconds, or as a date. */
export function retryAfterOf(headers: Headers, now: number): number | undefined {
  const milliseconds = Number(headers.get("retry-after-ms") ?? Number.NaN);
  if (milliseconds >= 0) return milliseconds / 1_000;
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  const seconds = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

/** Milliseconds within which attempt number `attempt + 1` must come if it comes at all. */
export function longestWait(attempt: number, retryAfter: number | undefined): number {
  const wait = retryAfter === undefined ? Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** attempt) : retryAfter * 1_000;
  return Math.min(LONGEST_WAIT, wait) + MARGIN;
}

/** A client library aborts when its own limit has passed: that is a time-out, and no choice of the app. */
export function timedOut(failure: CallFailure, headers: Headers, seconds: number): CallFailure {
  const limit = Number(headers.get(CLIENT_TIMEOUT) ?? Number.NaN);
  return failure.class === "cancelled" && limit > 0 && seconds >= limit
    ? { type: "timeout", class: "timeout" }
    : failure;
}
