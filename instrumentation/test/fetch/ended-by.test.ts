import { describe, expect, it } from "vitest";

import { endedBy, failureBy } from "../../src/fetch/ended-by.ts";

const aborted = (reason: unknown): AbortSignal => AbortSignal.abort(reason);
const coded = (code: string): Error =>
  new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code }) });
const cancelled = { type: "AbortError", class: "cancelled" };
const timeout = new DOMException("The operation timed out", "TimeoutError");

describe("the error that the app saw", () => {
  it.each<[string, unknown, AbortSignal | undefined, object]>([
    ["an abort", new DOMException("stop", "AbortError"), undefined, cancelled],
    ["an abort with a reason of its own", "the user left", aborted("the user left"), cancelled],
    ["an abort without any reason", undefined, aborted(undefined), { class: "other" }],
    [
      "an error beside an abort",
      coded("ECONNRESET"),
      aborted("the user left"),
      { type: "ECONNRESET", class: "network" },
    ],
    ["a time-out", timeout, undefined, { type: "TimeoutError", class: "timeout" }],
    ["a time-out by the app's signal", timeout, aborted(timeout), { type: "TimeoutError", class: "timeout" }],
    ["a connection reset", coded("ECONNRESET"), undefined, { type: "ECONNRESET", class: "network" }],
    ["a name that is not known", coded("ENOTFOUND"), undefined, { type: "ENOTFOUND", class: "network" }],
    [
      "no connection",
      coded("UND_ERR_CONNECT_TIMEOUT"),
      undefined,
      { type: "UND_ERR_CONNECT_TIMEOUT", class: "timeout" },
    ],
    ["an error of the app's own fetch", new RangeError("no"), undefined, { type: "RangeError" }],
    ["no error at all", null, undefined, { class: "other" }],
  ])("%s", (_, error, signal, failure) => {
    expect(failureBy(error, signal)).toMatchObject(failure);
  });

  it("ended the answer: left, cut, or not readable", () => {
    expect(endedBy("the user left", aborted("the user left"))).toEqual({ end: "cancelled" });
    expect(endedBy(coded("UND_ERR_SOCKET"), undefined)).toMatchObject({ end: "cut", failure: { class: "network" } });
    expect(endedBy(timeout, undefined)).toMatchObject({ end: "cut", failure: { class: "timeout" } });
    expect(endedBy(new SyntaxError("Unexpected token"), undefined)).toMatchObject({ end: "error" });
  });
});
