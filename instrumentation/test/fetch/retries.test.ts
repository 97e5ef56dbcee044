import type { CallFailure } from "@spanwarden/conventions";
import { describe, expect, it } from "vitest";

import { isRepeated, longestWait, retryAfterOf, retryCount, timedOut } from "../../src/fetch/retries.ts";

const now = Date.parse("2026-10-21T07:28:00Z");

describe("retries", () => {
  it.each([
    [{ "x-stainless-retry-count": "0" }, 0],
    [{ "x-stainless-retry-count": "2" }, 2],
    [{ "x-stainless-retry-count": "two" }, undefined],
    [{}, undefined],
  ])("%o counts %s attempts before", (headers, count) => {
    expect(retryCount(new Headers(headers as Record<string, string>))).toBe(count);
  });

  it.each([
    [200, {}, false],
    [400, {}, false],
    [408, {}, true],
    [409, {}, true],
    [429, {}, true],
    [500, {}, true],
    [529, {}, true],
    [529, { "x-should-retry": "false" }, false],
    [400, { "x-should-retry": "true" }, true],
  ])("status %i with %o is repeated: %s", (status, headers, repeated) => {
    expect(isRepeated({ status, headers: new Headers(headers as Record<string, string>) })).toBe(repeated);
  });

  it.each([
    [{ "retry-after-ms": "1500" }, 1.5],
    [{ "retry-after-ms": "250", "retry-after": "9" }, 0.25],
    [{ "retry-after": "2" }, 2],
    [{ "retry-after": "0.5" }, 0.5],
    [{ "retry-after": "Wed, 21 Oct 2026 07:28:30 GMT" }, 30],
    [{ "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }, 0],
    [{ "retry-after": "soon" }, undefined],
    [{}, undefined],
  ])("%o asks to wait %s seconds", (headers, seconds) => {
    expect(retryAfterOf(new Headers(headers as Record<string, string>), now)).toBe(seconds);
  });

  it.each([
    [0, undefined, 2_500],
    [2, undefined, 4_000],
    [30, undefined, 10_000],
    [0, 20, 22_000],
    [0, 3_600, 62_000],
  ])("attempt %i with retry-after %s is followed within %i ms", (attempt, retryAfter, wait) => {
    expect(longestWait(attempt, retryAfter)).toBe(wait);
  });

  const aborted: CallFailure = { type: "AbortError", class: "cancelled" };
  const reset: CallFailure = { type: "ECONNRESET", class: "network" };
  it.each([
    ["an abort after the client's limit", aborted, "10", 10, "timeout"],
    ["an abort before it", aborted, "10", 9, "cancelled"],
    ["an abort without a limit", aborted, undefined, 99, "cancelled"],
    ["an abort where the limit is below a second, and not known", aborted, "0", 0.1, "cancelled"],
    ["another failure after the limit", reset, "10", 11, "network"],
  ] as const)("%s", (_, failure, limit, seconds, cls) => {
    const headers = new Headers(limit === undefined ? {} : { "x-stainless-timeout": limit });
    expect(timedOut(failure, headers, seconds).class).toBe(cls);
  });
});
