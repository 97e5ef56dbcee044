import {
  ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS,
  ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT,
  ATTR_SPANWARDEN_OUTPUT_LENGTH,
  ATTR_SPANWARDEN_OUTPUT_REFUSAL,
  ATTR_SPANWARDEN_SAFETY_RULES,
  observationAttributes,
} from "@spanwarden/conventions";
import { expect, it } from "vitest";

it("writes numbers, words and flags under their own names", () => {
  expect(
    observationAttributes([
      { name: ATTR_SPANWARDEN_OUTPUT_LENGTH, value: 0 },
      { name: ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS, label: "terse", reason: "never leaves" },
      { name: ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT, value: 1 },
      { name: ATTR_SPANWARDEN_OUTPUT_REFUSAL, value: 0 },
    ]),
  ).toEqual({
    [ATTR_SPANWARDEN_OUTPUT_LENGTH]: 0,
    [ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS]: "terse",
    [ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT]: true,
    [ATTR_SPANWARDEN_OUTPUT_REFUSAL]: false,
  });
});

it("writes each safety label once, whatever its places", () => {
  const match = { name: ATTR_SPANWARDEN_SAFETY_RULES, source: "output", offsets: [0, 4] } as const;
  const observations = [
    { ...match, label: "secret/jwt/page/generated" },
    { ...match, label: "secret/jwt/page/generated", source: "tool_input" } as const,
    { ...match, label: "personal_data/email/record/echo" },
  ];
  expect(observationAttributes(observations)).toEqual({
    [ATTR_SPANWARDEN_SAFETY_RULES]: ["secret/jwt/page/generated", "personal_data/email/record/echo"],
  });
});

it("writes nothing of what is unknown", () => {
  expect(observationAttributes([])).toEqual({});
});
