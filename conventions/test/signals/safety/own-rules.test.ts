import {
  ATTR_SPANWARDEN_SAFETY_RULES,
  type LlmCall,
  observe,
  ownRules,
  type OwnRulesInput,
  type PolicyRule,
  type SafetyMatch,
} from "@spanwarden/conventions";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { callOf, message, toolCall, toolResult } from "../../call-of.ts";
import { drawn } from "./planted.ts";

function matches(call: LlmCall, input: OwnRulesInput): readonly SafetyMatch[] {
  return observe(call, { ownRules: ownRules(input) }).observations.filter((o) => "offsets" in o);
}

function labels(call: LlmCall, input: OwnRulesInput): readonly string[] {
  return matches(call, input).map(({ label }) => label);
}

const RULE: PolicyRule = { id: "code_name", severity: 1, class: "page", terms: ["project heron"] };

function answered(answer: string, rule: Partial<PolicyRule> = {}): readonly string[] {
  return labels(callOf({ question: "Please help.", answer }), { policy: [{ ...RULE, ...rule }] });
}

describe("terms", () => {
  it.each<readonly [string, readonly string[], string, boolean]>([
    ["in other case and white space", ["project heron"], "About PROJECT\n Heron: no.", true],
    ["not within a word", ["heron"], "sherons", false],
    ["not beside an accent", ["caf"], "café", false],
    ["beside punctuation", ["heron"], "(heron)", true],
    ["of signs", ["C++"], "I know C++.", true],
    ["in Greek, at the end of a word", ["ΟΔΟΣ"], "η οδος", true],
    ["in Cyrillic", ["проект цапля"], "Это Проект  Цапля!", true],
    ["in Chinese, within a sentence", ["内部代号"], "这是我们的内部代号吗", true],
    ["in Japanese", ["極秘"], "これは極秘です", true],
    ["in Korean, before a particle", ["기밀문서"], "기밀문서를 보냈다", true],
    ["in Thai", ["ความลับ"], "นี่คือความลับของเรา", true],
    ["with an accent made of two", ["café noir"], "cafe\u0301 noir", true],
    ["between JSON escapes", ["project heron"], String.raw`{"a":"pro\u006aect\u0020heron"}`, true],
  ])("are found %s", (_, terms, text, expected) =>
    expect(answered(text, { terms })).toEqual(expected ? ["policy/code_name/page/generated"] : []),
  );

  it("by the hundred, all the same", () => {
    const terms = Array.from({ length: 500 }, (_, n) => `term${n}x`);
    for (const n of [0, 23, 24, 250, 499]) expect(answered(`a term${n}x b`, { terms })).toHaveLength(1);
    expect(answered("a term500x b", { terms })).toEqual([]);
  });

  it("are seen wherever they stand, as the prefilter is never silent", () => {
    const term = fc.string({ unit: fc.constantFrom(...Array.from("abkKsSſéß日 -.+")), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(term, fc.boolean(), (written, caseSensitive) => {
        fc.pre(written.trim() !== "");
        expect(answered(`so: ${written} , ok`, { terms: [written], caseSensitive })).toHaveLength(1);
      }),
      { numRuns: 500, seed: 3 },
    );
  });
});

it("patterns are found, with offsets and the severity of the rule", () => {
  const answer = "Ticket HX-4711 and hx-4712.";
  const rule = { ...RULE, terms: undefined, pattern: String.raw`\bHX-\d{4}\b`, category: "tickets" };
  const [match] = matches(callOf({ answer }), { policy: [rule] });
  expect(match).toMatchObject({ label: "tickets/code_name/page/generated", severity: 1, source: "output" });
  expect([answer.slice(...(match?.offsets.slice(0, 2) ?? [])), match?.offsets.length]).toEqual(["HX-4711", 4]);
});

describe("a rule", () => {
  it("does not page for what the user wrote", () =>
    expect(labels(callOf({ question: "project heron?", answer: "project heron!" }), { policy: [RULE] })).toEqual([
      "policy/code_name/page/echo",
    ]));

  it("looks at inputs where it says so, and records there", () => {
    const call = callOf({ question: [message("user", "project heron"), toolResult("project heron")], answer: "No." });
    expect(labels(call, { policy: [{ ...RULE, where: ["input", "output"] }] })).toEqual([
      "policy/code_name/record/echo",
      "policy/code_name/record/disclosed",
    ]);
  });

  it("keeps to its languages, and looks where the language cannot be told", () => {
    const english = "This is the answer that you asked for and it is about project heron, as we know.";
    expect(answered(english, { languages: ["de"] })).toEqual([]);
    expect(answered(english, { languages: ["en-GB"] })).toHaveLength(1);
    expect(answered("project heron", { languages: ["de"] })).toHaveLength(1);
  });

  it("whose budget is spent says that the call was not scanned", () => {
    const policy = [{ ...RULE, terms: undefined, pattern: "(?:a?){400}!" }];
    const { incomplete } = observe(callOf({ answer: `${"a".repeat(50_000)}!` }), { ownRules: ownRules({ policy }) });
    expect(incomplete).toEqual([ATTR_SPANWARDEN_SAFETY_RULES]);
  });
});

describe("what is wrong with a rule is told by its id and field", () => {
  it.each<readonly [Partial<PolicyRule>, string]>([
    [{ id: "Not Good" }, 'rule "Not Good": id: expected up to 32'],
    [{ category: "a/b" }, 'rule "code_name": category: expected'],
    [{ category: "secret" }, "category: secret is a category of the built-in rules"],
    [{ terms: undefined }, "pattern: expected either a pattern or terms"],
    [{ pattern: "a" }, "pattern: expected either a pattern or terms"],
    [{ terms: [] }, "terms: expected at least one"],
    [{ terms: ["ok", " "] }, "terms.1: expected 1 to 200 characters"],
    [{ terms: undefined, pattern: "(" }, 'rule "code_name": pattern: Unterminated group'],
    [{ terms: undefined, pattern: "a(?=b)" }, "pattern: (?= is not supported"],
    [{ where: ["input"] }, "class: expected record where only the input is looked at"],
    [{ terms: Array.from({ length: 2_001 }, (_, n) => `t${n}`) }, "terms: expected at most 2000"],
  ])("%j", (rule, reason) => expect(() => ownRules({ policy: [{ ...RULE, ...rule }] })).toThrow(reason));

  it("twice the same id", () =>
    expect(() => ownRules({ policy: [RULE, RULE] })).toThrow("expected one rule of this id"));
});

describe("a canary", () => {
  const token = `cnry-${drawn("canary", 24)}`;
  const canaries = [
    { name: "support_prompt", tokens: [`cnry-${drawn("older", 24)}`, token] },
    { name: "crm", tokens: [drawn("crm", 20)] },
  ];
  const of = (answer: Parameters<typeof callOf>[0]["answer"]): readonly string[] =>
    labels(callOf({ question: "Hello.", answer }), { canaries });

  it.each([
    ["as it is", token],
    ["in upper case", token.toUpperCase()],
    ["spaced", Array.from(token).join(" ")],
    ["with zero width between", Array.from(token).join("\u200b")],
    ["cut by lines", `${token.slice(0, 9)}\n  ${token.slice(9)}`],
    ["in JSON in JSON", JSON.stringify(JSON.stringify({ a: token }))],
    ["escaped", Array.from(token, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")],
    ["beside other words", `x${token}y`],
  ])("is found %s", (_, text) => expect(of(`It is ${text} .`)).toEqual(["canary/support_prompt/page/disclosed"]));

  it("is found in the arguments of a tool call", () =>
    expect(of([toolCall("send", JSON.stringify({ to: token }))])).toEqual(["canary/support_prompt/page/disclosed"]));

  it("is recorded in what went in", () =>
    expect(labels(callOf({ question: token, answer: "No." }), { canaries })).toEqual([
      "canary/support_prompt/record/echo",
    ]));

  it("is not found in part, or far apart", () => {
    expect(of(token.slice(0, -2))).toEqual([]);
    expect(of(Array.from(token).join(" and "))).toEqual([]);
  });

  it("never leaves in clear, in a match or an error", () => {
    expect(JSON.stringify(matches(callOf({ answer: token }), { canaries }))).not.toContain(token.slice(5, 12));
    expect(() => ownRules({ canaries: [{ name: "x", tokens: [token, "abc"] }] })).toThrow(
      'canary "x": tokens.1: expected',
    );
  });
});
