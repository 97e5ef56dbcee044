import { describe, expect, it } from "vitest";

import { evaluate } from "../../../src/signals/quality/arithmetic.ts";
import { inconsistentNumbers } from "../../../src/signals/quality/inconsistent-numbers.ts";
import { readNumbers } from "../../../src/signals/quality/numbers.ts";
import { unsupportedNumbers } from "../../../src/signals/quality/unsupported-numbers.ts";
import { callOf, message, toolResult } from "../../call-of.ts";
import { valueOf } from "../value-of.ts";

describe("numbers of a text", () => {
  it.each([
    ["1,000 and 1.5 and 1,5", [1000, 1.5, 1.5]],
    ["1.234.567,89", [1_234_567.89]],
    ["2.5 million", [2_500_000]],
    ["3k, 4 bn", [3_000, 4e9]],
    ["1.2.3", []],
    ["v12, abc7, 3d", []],
    ["the 3rd", [3]],
    ["1,2,3", [1, 2, 3]],
    ["12%", [12]],
    ["1 000 000 and 12\u00a0500,75 and 3'400", [1_000_000, 12_500.75, 3_400]],
    ["½ and 2½", [0.5, 2.5]],
    ["3 millones, 2,5 milliarden, 4 milhões, 12 тысяч", [3e6, 2.5e9, 4e6, 12_000]],
    ["3万, 2億, 5 लाख", [30_000, 2e8, 500_000]],
    ["١٢٣ and १२ and ４５", [123, 12, 45]],
  ])("%s", (text, expected) => {
    expect(readNumbers(text).map(({ value }) => value)).toEqual(expected);
  });
});

describe("arithmetic", () => {
  it.each([
    ["2+3*4", 14],
    ["(2+3)*4", 20],
    ["-2*3", -6],
    ["10/4", 2.5],
    ["$1,200 - $200", 1000],
    ["50%*10", 5],
  ])("%s", (expression, expected) => {
    const { low = Number.NaN, high = Number.NaN } = evaluate(expression) ?? {};
    expect((low + high) / 2).toBeCloseTo(expected);
  });

  it.each(["", "5", "2+", "(2+3", "1/0", "2^3", "a+b", "((((((1"])("not %j", (expression) => {
    expect(evaluate(expression)).toBeUndefined();
  });
});

describe("inconsistent numbers", () => {
  const wrong = (answer: string): unknown => valueOf(inconsistentNumbers, callOf({ answer }));

  it.each([
    ["12 * 4 = 48", 0],
    ["12 * 4 = 46", 1],
    ["So 3 + 4 = 8, and 10 - 2 = 7.", 2],
    ["20% of 50 is 10.", 0],
    ["20% of 50 is 12.", 1],
    ["10 / 3 = 3.33", 0],
    ["$4.99 x 3 = $14.97", 0],
    ["1,200 + 300 = 1,500", 0],
    ["45 / 60 = 75%", 0],
    ["x = 5 and f(2) = 9", 0],
    ["In binary, 1 + 1 = 10", 0],
    ["2 + 2 = 5 is wrong", 0],
    ["pages 10-20 = ten pages", 0],
    ["Die Summe ist 7 + 8 = 15.", 0],
    ["```\n1 + 1 = 3\n```", 0],
    ["Nothing to add up here.", 0],
  ])("%s", (answer, expected) => {
    expect(wrong(answer)).toBe(expected);
  });

  it("is unknown of a cut answer", () => {
    expect(valueOf(inconsistentNumbers, callOf({ answer: [message("assistant", "2 + 2 = 5", true)] }))).toBeUndefined();
  });
});

describe("unsupported numbers", () => {
  const count = (question: string, answer: string): unknown =>
    valueOf(unsupportedNumbers, callOf({ question, answer }));

  it.each([
    ["My order 48213 has 3 items.", "Order 48213 has 3 items.", 0],
    ["My order 48213 is late.", "Order 77120 was shipped for 129 euros.", 2],
    ["It cost 1,234.56.", "You paid 1,234.56, or about 1,235.", 1],
    ["A quarter, 0.25, failed.", "25% failed.", 0],
    ["Where is it?", "1. Open the door.\n2. Go in.\n12. Sit down.", 0],
    ["When was it?", "It was in 1998.", 0],
    ["12 and 30", "12 * 30 = 360", 0],
    ["It is 1.234 metres.", "It is 1,234 metres.", 0],
    ["C'est 12 500 euros.", "That is 12,500 euros.", 0],
    ["Es kostet 1.000 Euro.", "It is 1000 euros, or 1k.", 0],
    ["zwanzig Stück, twelve pieces", "20 and 12 pieces", 0],
    ["the 12 of us", "thirty of 31", 1],
    ["10 % sind es", "0.1 of them, 10 percent", 0],
    ["1 000 items", "100 items", 1],
  ])("%s -> %s", (question, answer, expected) => {
    expect(count(question, answer)).toBe(expected);
  });

  it("finds support in tool results and system instructions", () => {
    const question = [message("user", "What is the price?"), toolResult('{"price": 349.5}')];
    expect(valueOf(unsupportedNumbers, callOf({ system: "Shipping is 15.", question, answer: "349.5 plus 15." }))).toBe(
      0,
    );
  });

  it.each([
    ["the input is not here", callOf({ answer: "It is 48213." })],
    ["the input was cut", callOf({ question: [message("user", "a", true)], answer: "It is 48213." })],
    [
      "an earlier response is only referred to",
      callOf({ question: "a", answer: "It is 48213.", call: { request: { previousResponseId: "r" } } }),
    ],
  ])("is unknown where %s", (_, call) => {
    expect(valueOf(unsupportedNumbers, call)).toBeUndefined();
  });
});
