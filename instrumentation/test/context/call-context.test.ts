import { context, trace, type Span } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { callContext, withCaller, withPrompt } from "../../src/context/call-context.ts";

describe("what is said of calls", () => {
  it("is nothing, outside", () => {
    expect(callContext()).toEqual({});
  });

  it("joins at any depth, holds across awaits, and ends with its function", async () => {
    const inner = await withCaller({ user: "u", route: "/a" }, () =>
      withPrompt({ name: "p" }, async () => {
        await Promise.resolve();
        return withCaller({ route: "/b" }, callContext);
      }),
    );
    expect(inner).toEqual({ prompt: { name: "p" }, caller: { user: "u", route: "/b" } });
    expect(callContext()).toEqual({});
  });
});

describe("what the active span tells of the caller", () => {
  beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  afterAll(() => context.disable());

  const told = (attributes: Readonly<Record<string, unknown>> | undefined): unknown =>
    context.with(trace.setSpan(context.active(), { attributes } as unknown as Span), callContext);

  it.each([
    [
      { "http.route": "/reply", "user.id": "u", "session.id": "s" },
      { route: "/reply", user: "u", session: "s" },
    ],
    [{ "enduser.id": "e" }, { user: "e" }],
    [{ "user.id": "", "enduser.id": "e" }, { user: "e" }],
    [{ "user.id": 7 }, undefined],
    [{ "http.method": "GET" }, undefined],
    [undefined, undefined],
  ])("%j is %j", (attributes, caller) => {
    expect(told(attributes)).toEqual(caller === undefined ? {} : { caller });
  });

  it("gives way to what the app says", () => {
    withCaller({ user: "ada" }, () => {
      expect(told({ "user.id": "u", "http.route": "/a" })).toEqual({ caller: { user: "ada", route: "/a" } });
    });
  });
});
