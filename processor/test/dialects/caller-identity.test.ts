import { expect, it } from "vitest";

import { parseConfig } from "../../src/config.ts";
import { callerIdentity } from "../../src/dialects/caller-identity.ts";
import { DEFAULT_IDENTITY } from "../../src/dialects/identity-config.ts";
import { attributes } from "../attributes.ts";

it.each([
  ["user", "user.id"],
  ["user", "langfuse.user.id"],
  ["user", "ai.telemetry.metadata.userId"],
  ["session", "traceloop.association.properties.session_id"],
  ["tenant", "tenant.id"],
  ["route", "http.route"],
] as const)("a %s is read from %s", (id, key) => {
  expect(callerIdentity(attributes({ [key]: "x" }), DEFAULT_IDENTITY)[id]).toBe("x");
});

it("spanwarden's own counts first, then the order of the list", () => {
  const given = { "enduser.id": "second", "user.id": "first" };
  expect(callerIdentity(attributes(given), DEFAULT_IDENTITY).user).toBe("first");
  expect(callerIdentity(attributes({ ...given, "spanwarden.caller.user": "own" }), DEFAULT_IDENTITY).user).toBe("own");
});

it("a configured list takes the place of the default", () => {
  const { identity } = parseConfig({ identity: { attributes: { user: ["app.user"] } } });
  const caller = callerIdentity(
    attributes({ "app.user": "a", "user.id": "b", "session.id": "s" }),
    identity.attributes,
  );
  expect(caller).toMatchObject({ user: "a", session: "s" });
  expect(() => parseConfig({ identity: { attributes: { user: [""] } } })).toThrow("identity.attributes.user.0");
});

it.each([
  [7, "7"],
  [2n ** 60n, String(2n ** 60n)],
  ['"quoted"', "quoted"],
  ['"half', '"half'],
  ["", undefined],
  [0.5, undefined],
  [true, undefined],
  [["a"], undefined],
  ["x".repeat(513), undefined],
] as const)("of the value %s comes %s", (value, expected) => {
  expect(callerIdentity(attributes({ "user.id": value }), DEFAULT_IDENTITY).user).toBe(expected);
});
