import { classifyFailure, type FailureClass } from "@spanwarden/conventions";
import * as fc from "fast-check";
import { expect, it } from "vitest";

const CASES: readonly (readonly [FailureClass, Parameters<typeof classifyFailure>[0]])[] = [
  ["rate_limited", { status: 429 }],
  ["rate_limited", { status: 429, type: "insufficient_quota" }],
  ["rate_limited", { type: "RateLimitError" }],
  ["rate_limited", { type: "ThrottlingException" }],
  ["rate_limited", { type: "RESOURCE_EXHAUSTED" }],
  ["server_error", { status: 500 }],
  ["server_error", { status: 529, type: "overloaded_error" }],
  ["server_error", { type: "overloaded_error" }],
  ["server_error", { status: 200, type: "server_error" }],
  ["server_error", { status: 503, message: "rate limit" }],
  ["timeout", { status: 408 }],
  ["timeout", { status: 504 }],
  ["timeout", { type: "APIConnectionTimeoutError" }],
  ["timeout", { type: "TimeoutError" }],
  ["timeout", { type: "UND_ERR_HEADERS_TIMEOUT" }],
  ["timeout", { type: "ETIMEDOUT" }],
  ["network", { type: "ECONNRESET" }],
  ["network", { type: "ENOTFOUND" }],
  ["network", { type: "APIConnectionError" }],
  ["network", { type: "TypeError", message: "fetch failed" }],
  ["network", { type: "TypeError", message: "terminated" }],
  ["network", { type: "UND_ERR_SOCKET" }],
  ["refused_by_provider", { status: 400, type: "content_filter" }],
  ["refused_by_provider", { status: 200, type: "content_policy_violation" }],
  ["refused_by_provider", { status: 400, message: "The response was filtered due to our content management policy" }],
  ["refused_by_provider", { type: "SAFETY" }],
  ["invalid_request", { status: 400, type: "context_length_exceeded" }],
  ["invalid_request", { status: 404, type: "model_not_found" }],
  ["invalid_request", { type: "ValidationException" }],
  ["auth", { status: 401 }],
  ["auth", { status: 403, type: "permission_error" }],
  ["auth", { type: "invalid_api_key" }],
  ["cancelled", { type: "AbortError" }],
  ["cancelled", { status: 499 }],
  ["rate_limited", { type: "429" }],
  ["other", {}],
  ["other", { type: "Error", message: "boom" }],
];

it.each(CASES)("%s: %j", (expected, evidence) => {
  expect(classifyFailure(evidence)).toBe(expected);
});

it("knows an answer for whatever a provider sends, however long", () => {
  fc.assert(
    fc.property(fc.integer(), fc.string(), fc.string(), (status, type, text) => {
      expect(classifyFailure({ status, type, message: text.repeat(100) })).toMatch(/^[a-z_]+$/);
    }),
  );
});
