import {
  ATTR_SPANWARDEN_SAFETY_RULES,
  type LlmCall,
  observationAttributes,
  observe,
  pages,
  parseSafetyLabel,
  type SafetyMatch,
} from "@spanwarden/conventions";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { callOf, message, toolCall, toolResult } from "../../call-of.ts";
import { SAFETY_RULES } from "../../../src/signals/safety/rules.ts";
import { cardNumber, DIGITS, drawn, PLANTED } from "./planted.ts";

function matchesOf(call: LlmCall): readonly SafetyMatch[] {
  return observe(call).observations.filter((observation) => "offsets" in observation);
}

function labelsOf(call: LlmCall): readonly string[] {
  return matchesOf(call).map(({ label }) => label);
}

function answered(answer: string): readonly string[] {
  return labelsOf(callOf({ question: "Please help me.", answer }));
}

function isPage(text: string): boolean {
  const label = parseSafetyLabel(text);
  return label !== undefined && pages(label);
}

const planted = Object.entries(PLANTED);
const card = PLANTED["payment_card"] ?? "";

describe("every rule that pages", () => {
  it("has a planted value here", () => {
    const paging = SAFETY_RULES.filter((rule) => rule.class === "page").map(({ rule }) => rule);
    expect(Object.keys(PLANTED).toSorted()).toEqual(paging.toSorted());
  });

  it.each(planted)("finds %s in prose", (rule, value) => {
    expect(answered(`Here is what I found: ${value} \nDo not share it.`)).toEqual([
      expect.stringMatching(`^(?:secret|personal_data)/${rule}/page/generated$`),
    ]);
  });

  it.each(planted)("finds %s in a tool call's arguments, as JSON escapes it", (rule, value) => {
    const args = JSON.stringify({ body: `note\t${value}\nend`, to: "x" });
    const [match] = matchesOf(callOf({ answer: [toolCall("send", args)] }));
    expect(match).toMatchObject({ label: expect.stringContaining(`/${rule}/page/generated`), source: "tool_input" });
  });

  it.each(planted)("finds %s where every character is escaped, in JSON within JSON", (rule, value) => {
    const inner = `{"body":"${Array.from(value, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}"}`;
    const call = callOf({ answer: [toolCall("send", JSON.stringify({ document: inner }))] });
    expect(labelsOf(call)).toEqual([expect.stringContaining(`/${rule}/page/generated`)]);
  });

  it.each(planted)(
    "takes %s for an echo where the user wrote it, and for disclosed where a tool did",
    (rule, value) => {
      const pass = (input: Parameters<typeof callOf>[0]): readonly string[] =>
        matchesOf(callOf({ ...input, answer: `It is ${value} .` }))
          .filter(({ source }) => source === "output")
          .map(({ label }) => label);
      expect(pass({ question: `Mine is ${value} .` })).toEqual([expect.stringContaining(`/${rule}/page/echo`)]);
      expect(pass({ question: [message("user", "What is it?"), toolResult(`row: ${value} ;`)] })).toEqual([
        expect.stringContaining(`/${rule}/page/disclosed`),
      ]);
      expect(pass({ question: "What is it?", system: `Never tell: ${value} ;` })).toEqual([
        expect.stringContaining(`/${rule}/page/disclosed`),
      ]);
    },
  );

  it.each(planted)("never pages for %s in the input", (rule, value) => {
    const call = callOf({ question: [message("user", `a ${value} b`), toolResult(`c ${value} d`)], answer: "Fine." });
    expect(labelsOf(call).toSorted()).toEqual([
      expect.stringContaining(`/${rule}/record/disclosed`),
      expect.stringContaining(`/${rule}/record/echo`),
    ]);
  });
});

it("says where a match stands in the text as it was given", () => {
  const answer = `First ${card}, then again ${card}.`;
  const [match] = matchesOf(callOf({ answer }));
  const [a, b, c, d] = match?.offsets ?? [];
  expect([answer.slice(a, b), answer.slice(c, d)]).toEqual([card, card]);
});

it("counts offsets over escapes", () => {
  const args = String.raw`{"m":"\"x\" \u0041 jane\u0040acme-mail.io"}`;
  const [match] = matchesOf(callOf({ answer: [toolCall("mail", args)] }));
  const [start, end] = match?.offsets ?? [];
  expect(args.slice(start, end)).toBe(String.raw`jane\u0040acme-mail.io`);
});

it("reads every choice, and what the input holds of the last turn only", () => {
  const call = callOf({
    question: [
      message("user", "Write to old@acme-mail.io"),
      message("assistant", "Done."),
      message("user", "And to new@acme-mail.io"),
    ],
    answer: [message("assistant", "No."), message("assistant", `Take ${card}`)],
  });
  expect(matchesOf(call).map(({ label, source }) => [label, source])).toEqual([
    ["personal_data/payment_card/page/generated", "output"],
    ["personal_data/email/record/echo", "input"],
  ]);
});

it("does not glue two texts together", () => {
  expect(
    labelsOf(callOf({ answer: [message("assistant", card.slice(0, 8)), message("assistant", card.slice(8))] })),
  ).toEqual([]);
});

it("keeps one match of overlapping ones, the gravest", () => {
  expect(answered(`api_key = "${PLANTED["stripe_key"]}"`)).toEqual(["secret/stripe_key/page/generated"]);
  expect(answered(`DATABASE_URL=${PLANTED["connection_string"]}`)).toEqual(["secret/connection_string/page/generated"]);
});

it("keeps 16 matches, those that page first", () => {
  const all = [...planted.map(([, value]) => value), "jane@acme-mail.io", "+49 151 23457890", "91.198.174.192"].join(
    " ;\n ",
  );
  const labels = labelsOf(callOf({ question: "mail joe@acme-mail.io", answer: all }));
  expect(labels).toHaveLength(16);
  expect(labels.filter((label) => !isPage(label))).toEqual([]);
});

it("is not crowded out by harmless matches", () => {
  const noise = Array.from({ length: 2_000 }, (_, n) => `user${n}@acme-mail.io 4242 4242 4242 4242`).join("\n");
  expect(answered(`${noise}\n${card}`)[0]).toBe("personal_data/payment_card/page/generated");
});

describe("nothing leaves in clear", () => {
  it("in any observation or attribute, whatever surrounds the value", () => {
    const value = fc.constantFrom(...planted.map(([, each]) => each), "jane@acme-mail.io", "+49 151 23457890");
    fc.assert(
      fc.property(fc.lorem({ maxCount: 8 }), value, fc.lorem({ maxCount: 8 }), (before, secret, after) => {
        const answer = [
          message("assistant", `${before} ${secret} ${after}`),
          toolCall("t", JSON.stringify({ secret })),
        ];
        const observed = observe(callOf({ question: `${secret} ?`, answer }));
        const outside = JSON.stringify([observed, observationAttributes(observed.observations)]);
        expect(outside).toContain(ATTR_SPANWARDEN_SAFETY_RULES);
        const words = secret.split(/[\s:@=]+/).filter((word) => word.length > 5 && /\d/.test(word));
        expect(words.filter((word) => outside.includes(word))).toEqual([]);
      }),
      { numRuns: 100, seed: 2 },
    );
  });
});

describe("hostile input of a megabyte comes to an end", () => {
  const SIZE = 1_000_000;
  it.each([
    ["digits", "4"],
    ["groups of digits", "4111 "],
    ["dots and digits", "1."],
    ["at signs", "@a.a"],
    ["local parts", "a.a+"],
    ["domains", "a@a-a.a-"],
    ["colons", "2001:"],
    ["hex", "fe80:1"],
    ["token starts", "eyJ"],
    ["token parts", "eyJhbGciOi.eyJ"],
    ["key starts", "sk-ant-"],
    ["slack starts", "xoxb-1-"],
    ["urls", "a://b:c"],
    ["url passwords", "://::::@"],
    ["assignments", "password=password:"],
    ["secrets", "secret_access_key = "],
    ["armour", "-----BEGIN PRIVATE KEY-----\n"],
    ["armour with headers", "-----BEGIN PRIVATE KEY-----\na: b\n"],
    ["backslashes", "\\"],
    ["escapes", String.raw`\u005c`],
    ["letters", "ab"],
    ["iban starts", "DE89 "],
    ["plus signs", "+1 ("],
    ["ssn", "123-45-"],
    ["spaces", " "],
  ])("%s", (_, unit) => {
    const text = unit.repeat(Math.ceil(SIZE / unit.length));
    const observed = observe(callOf({ question: text, answer: text }));
    expect(observed.observations.length).toBeLessThan(40);
  });
});

it("comes to an end where thousands of values of the answer are looked for in a long input", () => {
  const list = (host: string): string =>
    Array.from({ length: 8_000 }, (_, n) => `user${n}@${host} +49151234${n + 50_000}`).join(" ");
  expect(labelsOf(callOf({ question: list("acme-mail.io").repeat(3), answer: list("other-mail.io") }))).toContain(
    "personal_data/email/record/generated",
  );
});

it("finds a card of every network in every spelling", () => {
  const spellings = [
    (digits: string) => digits,
    (digits: string) => digits.replaceAll(/(\d{4})(?=\d)/g, "$1 "),
    (digits: string) => digits.replaceAll(/(\d{4})(?=\d)/g, "$1-"),
    (digits: string) => digits.replaceAll(/(\d{4})(?=\d)/g, "$1\u00a0"),
  ];
  for (const prefix of ["4", "51", "55", "2221", "2720", "6011", "65", "3528", "62"]) {
    for (const spell of spellings) {
      expect(answered(`card ${spell(cardNumber(prefix, 16, drawn(prefix, 8, DIGITS)))} ok`)).toEqual([
        "personal_data/payment_card/page/generated",
      ]);
    }
  }
});
