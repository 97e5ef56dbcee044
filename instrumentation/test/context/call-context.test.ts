import { describe, expect, it } from "vitest";

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
